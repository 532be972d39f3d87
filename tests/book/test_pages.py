"""The published book in a browser that reaches nothing but the book."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, sync_playwright
from sphinx_external_toc.parsing import parse_toc_yaml

from course_lib.book.build import Book
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]

PAGES = [f"{name}.html" for name in parse_toc_yaml(Path(__file__).parents[2] / "_toc.yml")]
THEMES = ("light", "dark")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def http(course_book: Book) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(course_book.folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


# Not for the whole session: while it lives, Playwright keeps an event loop in this thread that other tests would meet.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    import shutil

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Visit:
    """A page of the book with everything that went wrong on it."""

    def __init__(self, browser: Browser, base: str, theme: str = "light", width: int = 1400) -> None:
        self.base = base
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.context.add_init_script(f"localStorage.mode = localStorage.theme = '{theme}'")
        self.context.route("**/*", self._only_the_book)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfailed", lambda request: self.errors.append(f"{request.url}: {request.failure}"))
        self.page.on(
            "response",
            lambda reply: self.errors.append(f"{reply.url}: {reply.status}") if reply.status >= 400 else None,
        )

    def _only_the_book(self, route: Any) -> None:
        if route.request.url.startswith((self.base, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, name: str) -> Page:
        self.page.goto(f"{self.base}/{name}", wait_until="load")
        self.page.evaluate("() => window.MathJax?.startup?.promise")
        return self.page

    def close(self) -> None:
        self.context.close()
        assert not self.outside, "the page asked another host"
        assert not self.errors, "the page reported an error"


def base_of(transport: str, book: Book, http: str) -> str:
    return http if transport == "http" else book.folder.as_uri()


@pytest.mark.parametrize("transport", ["http", "file"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_alone_and_draws_its_maths(
    name: str, transport: str, browser: Browser, course_book: Book, http: str
) -> None:
    visit = Visit(browser, base_of(transport, course_book, http))
    page = visit.open(name)
    assert page.locator(".bd-article h1").first.is_visible()
    written = page.locator(".math").count()
    assert page.locator("mjx-container").count() >= written
    assert not page.locator("mjx-merror").count()
    if name.endswith(("02-calibration.html", "03-annealing.html", "notation.html")):
        assert written
    broken = page.evaluate("() => [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)")
    assert not broken
    visit.close()


@pytest.mark.parametrize("transport", ["http", "file"])
def test_the_folder_leads_to_the_landing_page(transport: str, browser: Browser, course_book: Book, http: str) -> None:
    visit = Visit(browser, base_of(transport, course_book, http))
    visit.page.goto(f"{visit.base}/index.html")
    visit.page.wait_for_url("**/book/index.html")
    visit.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_markup_is_left_on_a_page(name: str, course_book: Book) -> None:
    page = BeautifulSoup((course_book.folder / name).read_text(encoding="utf-8"), "html.parser").find("article")
    assert page is not None
    for other in page.select("pre, code, script, style, .math"):
        if "```" not in other.get_text():
            other.decompose()
    assert not re.findall(r"```|:::|\{\w[\w:-]*\}|\]\(|\*\*", page.get_text())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", [*PAGES, "search.html?q=curvature"])
def test_a_page_is_accessible(name: str, theme: str, browser: Browser, http: str) -> None:
    visit = Visit(browser, http, theme)
    page = visit.open(name)
    assert page.locator("html").get_attribute("data-theme") == theme
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    violations = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations"
    )
    assert not [(found["id"], found["help"], [node["html"] for node in found["nodes"]]) for found in violations]
    visit.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_narrow_screen(name: str, browser: Browser, http: str) -> None:
    visit = Visit(browser, http, width=360)
    page = visit.open(name)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    visit.close()


@pytest.mark.parametrize("transport", ["http", "file"])
def test_the_search_finds_a_word(transport: str, browser: Browser, course_book: Book, http: str) -> None:
    visit = Visit(browser, base_of(transport, course_book, http))
    page = visit.open("search.html?q=curvature")
    found = page.locator("#search-results li a")
    found.first.wait_for()
    assert "Calibrating the learning rate" in " ".join(found.all_inner_texts())
    visit.close()
