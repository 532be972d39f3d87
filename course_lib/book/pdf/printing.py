"""Printing pages with Chromium: everything opened, maths drawn, pictures there."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

from course_lib.book.errors import BookError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MILLISECONDS = 60_000
"""How long a page may take to draw itself."""

# Folds are opened, pictures fetched, and maths drawn before the page is printed; how to cite a chapter is said once, in
# front.
_PREPARE = """async () => {
  document.documentElement.dataset.theme = document.documentElement.dataset.mode = 'light';
  for (const fold of document.querySelectorAll('details')) fold.open = true;
  for (const about of document.querySelectorAll('.course-foot')) about.remove();
  for (const picture of document.images) picture.loading = 'eager';
  await window.MathJax?.startup?.promise;
  await Promise.all([...document.images].map((picture) => picture.decode().catch(() => {})));
  await document.fonts.ready;
}"""

# Chromium writes a place that can be jumped to for each id that a link on the same page leads to, and for no other.
_LAND = """(ids) => {
  const marks = document.createElement('div');
  marks.style.cssText = 'position:absolute;top:0;height:1px;overflow:hidden';
  for (const id of ids) {
    if (!document.getElementById(id)) continue;
    const link = document.createElement('a');
    link.href = '#' + id;
    link.style.cssText = 'display:inline-block;width:1px;height:1px';
    marks.append(link);
  }
  if (marks.childNodes.length) (document.querySelector('.bd-article') || document.body).append(marks);
}"""

_LEAVES = """() => ({
  title: (document.querySelector('.bd-article h1')?.firstChild?.textContent || document.title).trim(),
  headings: [...document.querySelectorAll('.bd-article section[id] > h2')].map((heading) => {
    const words = heading.cloneNode(true);
    for (const link of words.querySelectorAll('.headerlink')) link.remove();
    return [heading.parentElement.id, words.textContent.trim()];
  }),
  links: [...document.querySelectorAll('.bd-article a[href]')].map((link) => link.href),
  personal: Boolean(document.querySelector('[data-course-progress]')),
})"""


@dataclass(frozen=True)
class Look:
    """What a page holds, seen before it is printed: title, (id, words) of its sections, addresses that it links to.

    A page is `personal` when it shows nothing but the reader's own record, of which paper knows nothing.
    """

    title: str
    headings: tuple[tuple[str, str], ...]
    links: tuple[str, ...]
    personal: bool


def look(browser: Browser, path: Path) -> Look:
    """Return what the page at `path` holds."""
    with _opened(browser, path) as tab:
        seen: dict[str, Any] = tab.evaluate(_LEAVES)
    headings = tuple((str(name), str(words)) for name, words in seen["headings"])
    return Look(seen["title"], headings, tuple(seen["links"]), seen["personal"])


def print_page(browser: Browser, path: Path, landings: Iterable[str]) -> PdfReader:
    """Return the page at `path` as a PDF; the ids in `landings` can be jumped to in it.

    Raises
    ------
    BookError
        If a formula of the page could not be drawn.
    """
    with _opened(browser, path) as tab:
        tab.emulate_media(media="print")
        tab.evaluate(_PREPARE)
        tab.evaluate(_LAND, sorted(landings))
        undrawn = tab.locator("mjx-merror").count()
        if undrawn:
            raise BookError(f"{path}: {undrawn} formulas that MathJax could not draw.")
        return _printed(tab, outline=True)


def print_html(browser: Browser, html: str, folder: Path) -> PdfReader:
    """Return HTML of our own as a PDF; it is written into `folder` for as long as that takes."""
    path = folder / "printing.html"
    path.write_text(html, encoding="utf-8")
    try:
        with _opened(browser, path) as tab:
            return _printed(tab, outline=False)
    finally:
        path.unlink()


class _opened:  # noqa: N801 - used as a function in a with statement
    def __init__(self, browser: Browser, path: Path) -> None:
        self._context = browser.new_context(viewport={"width": 900, "height": 1200}, color_scheme="light")
        self._path = path

    def __enter__(self) -> Page:
        tab = self._context.new_page()
        tab.set_default_timeout(MILLISECONDS)
        tab.goto(self._path.as_uri(), wait_until="load")
        return tab

    def __exit__(self, *error: object) -> None:
        self._context.close()


def _printed(tab: Page, outline: bool) -> PdfReader:
    content = tab.pdf(prefer_css_page_size=True, print_background=True, outline=outline, tagged=True)
    return PdfReader(io.BytesIO(content))
