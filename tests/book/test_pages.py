"""The published book in a browser that reaches nothing but the book."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from sphinx_external_toc.parsing import parse_toc_yaml

from course_lib.book.build import Book
from tests.book.speech import OWN, STUB
from tests.browsers import Visit, serving, violations
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]

PAGES = [f"{name}.html" for name in parse_toc_yaml(Path(__file__).parents[2] / "_toc.yml")]
CHAPTERS = [name for name in PAGES if re.match(r"book/\d", name)]
THEMES = ("light", "dark")


@pytest.fixture(scope="module")
def http(course_book: Book) -> Iterator[str]:
    with serving(course_book.folder) as address:
        yield address


def base_of(transport: str, book: Book, http: str) -> str:
    return http if transport == "http" else book.folder.as_uri()


@pytest.mark.parametrize("transport", ["http", "file"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_alone_and_draws_its_maths(
    name: str, transport: str, browser: Browser, course_book: Book, http: str
) -> None:
    with Visit(browser, base_of(transport, course_book, http)) as visit:
        page = visit.open(name)
        assert page.locator(".bd-article h1").first.is_visible()
        written = page.locator(".math").count()
        assert page.locator("mjx-container").count() >= written
        assert not page.locator("mjx-merror").count()
        if name.endswith(("02-calibration.html", "03-annealing.html", "notation.html")):
            assert written
        broken = page.evaluate("() => [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)")
        assert not broken


@pytest.mark.parametrize("transport", ["http", "file"])
def test_the_folder_leads_to_the_landing_page(transport: str, browser: Browser, course_book: Book, http: str) -> None:
    with Visit(browser, base_of(transport, course_book, http)) as visit:
        visit.page.goto(f"{visit.base}/index.html")
        visit.page.wait_for_url("**/book/index.html")


def test_github_pages_is_told_to_take_every_folder(course_book: Book) -> None:
    assert (course_book.folder / ".nojekyll").exists()


def test_the_landing_page_fits_one_screen_and_on_a_phone_its_parts_follow_each_other(
    browser: Browser, http: str
) -> None:
    def boxes(page: Page) -> list[dict[str, float]]:
        parts = (".course-lead", ".course-front-begin dl", ".course-explorer", ".ledger-legend")
        return [dict(page.locator(part).bounding_box() or {}) for part in parts]

    with Visit(browser, http) as visit:
        page = visit.open("book/index.html")
        page.locator(".course-explorer button").first.wait_for()
        page.set_viewport_size({"width": 1280, "height": 900})
        assert all(box["y"] + box["height"] <= 900 for box in boxes(page)), boxes(page)
        page.set_viewport_size({"width": 360, "height": 800})
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes(page)), boxes(page)
        tops = [box["y"] for box in boxes(page)]
        assert tops == sorted(tops)
        assert not page.locator(".secondary-toggle").is_visible()  # there is no list of the page to lead to


def test_a_table_of_many_rows_begins_on_paper_where_there_is_room(browser: Browser, http: str) -> None:
    with Visit(browser, http) as visit:
        page = visit.open("book/notation.html")
        first, second = (sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages[:2])
    assert "The same sign means the same thing" in first
    assert "the weights, all that training changes" in first
    assert "in the code" in second, "its head stands above the rows on the next page, too"


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
    with Visit(browser, http, theme) as visit:
        page = visit.open(name)
        assert page.locator("html").get_attribute("data-theme") == theme
        page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
        assert not violations(page)


def use_everything(page: Page) -> None:
    """Use each kind of control that a chapter has, and leave it in the state that shows most."""
    for tab in page.get_by_role("tab").all():
        tab.click()
    for explorer in page.locator(".course-explorer").all():
        number = explorer.locator("input[type=number]").first
        number.fill(number.get_attribute("max") or "1")
    for question in page.locator(".quiz .question").all():
        question.locator("input").first.check()
        question.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Listen").click()
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")


def scroll_back(page: Page) -> None:
    """Go down and a little up, at which the theme shows its way back to the top."""
    page.evaluate("() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.evaluate("() => scrollBy({ top: -300, behavior: 'instant' })")
    page.wait_for_function("() => document.querySelector('#pst-back-to-top').style.display === 'block'")


WAYS = {  # and the button that leads to an answer; the last is the one that is looked at with the page
    "List": "",
    "Flip": "Turn over",
    "Learn": "Show the answer",
    "Spaced": "Show the answer",
    "Match": "",
    "Test": "Choose among four",
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_in_use_is_accessible(name: str, theme: str, browser: Browser, http: str) -> None:
    with Visit(browser, http, theme, width=800) as visit:
        visit.context.add_init_script(STUB.replace("VOICES", f"[{OWN}]"))
        page = visit.open(name)
        use_everything(page)
        cards = page.locator(".cards")
        for way, button in WAYS.items():
            cards.get_by_role("button", name=way, exact=True).click()
            if button:
                cards.get_by_role("button", name=button, exact=True).click()
            if way == "Match":
                cards.locator(".card-option").first.click()
                assert not violations(page, ".card-stage")
        cards.locator(".card-option").first.click()
        scroll_back(page)
        assert not violations(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen(name: str, browser: Browser, http: str) -> None:
    with Visit(browser, http, width=360) as visit:
        page = visit.open(name)
        for width in (360, 768, 992, 1100, 1199, 1280):  # between them lie those at which the theme moves something
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("transport", ["http", "file"])
def test_the_search_finds_a_word(transport: str, browser: Browser, course_book: Book, http: str) -> None:
    with Visit(browser, base_of(transport, course_book, http)) as visit:
        page = visit.open("search.html?q=curvature")
        found = page.locator("#search-results li a")
        found.first.wait_for()
        assert "Calibrating the learning rate" in " ".join(found.all_inner_texts())
