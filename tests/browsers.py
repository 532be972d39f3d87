"""A browser for a test's reader, in which nothing may go wrong unseen, and a server for the folder that it reads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, Route


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder to this machine alone; yield the address.

    What pages keep is tested on this, and not on files: of the pages that follow one another as files, Chromium shows
    about one in thirty what was kept in the state of before, some until they are loaded anew, and some for good where
    nothing is kept on disk. Of 750 pages from a server it was none.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Visit:
    """A reader's visit to what lies under one address; an error, or a request to another place, fails the test.

    Attributes
    ----------
    base
        The address: of a server, of a folder, or of one file.
    context
        The browser's context, which begins with nothing stored.
    page
        Its first page.
    asked
        The addresses that its pages have asked for.
    """

    def __init__(self, browser: Browser, base: str, theme: str = "", width: int = 1280, **options: Any) -> None:
        self.base = base
        self.asked: list[str] = []
        self._wrong: list[str] = []
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        if theme:  # the page that a context begins with has no storage
            self.context.add_init_script(
                f"if (location.protocol !== 'about:') localStorage.mode = localStorage.theme = '{theme}'"
            )
        self.context.route("**/*", self._within)
        self.context.on("weberror", lambda found: self._wrong.append(str(found.error)))
        self.context.on("console", self._said)
        self.context.on("requestfailed", self._failed)
        self.context.on("response", self._answered)
        self.page: Page = self.context.new_page()

    def _within(self, route: Route) -> None:
        url = route.request.url
        self.asked.append(url)
        if url.startswith((self.base, "data:", "blob:")):
            route.continue_()
        else:
            self._wrong.append(f"asked for {url}")
            route.abort()

    def _failed(self, request: Request) -> None:
        if request.failure != "csp":  # so end the scripts of a browser that runs none
            self._wrong.append(f"{request.url}: {request.failure}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._wrong.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._wrong.append(f"{response.url}: {response.status}")

    def open(self, name: str = "", page: Page | None = None) -> Page:
        """Open what lies at `name` under the address, on the first page or another; wait for its maths and fonts."""
        page = page or self.page
        page.goto(f"{self.base}/{name}" if name else self.base, wait_until="load")
        page.evaluate("() => window.MathJax?.startup?.promise")
        page.evaluate("() => document.fonts.ready")  # or one would still be on its way when the page is left
        return page

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()
        if error is None:
            assert not self._wrong, self._wrong


_FADED_IN = """() => Promise.allSettled(
    document.getAnimations()
        .filter(each => each.playState === "running" && each.effect.getComputedTiming().endTime !== Infinity)
        .map(each => each.finished)
)"""


def violations(page: Page, part: str = "html") -> list[tuple[str, str, list[str]]]:
    """What axe-core has to say against a part of a page: the rule, its words, and the elements."""
    page.evaluate(_FADED_IN)  # what was just opened is faint for a moment
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "async part => (await axe.run(part, {resultTypes: ['violations'], preload: false})).violations", part
    )
    return [(each["id"], each["help"], [node["html"] for node in each["nodes"]]) for each in found]
