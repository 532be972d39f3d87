"""A Chromium to measure and to print the pages with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from course_lib.book.errors import BookError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser without a window: the machine's own Chromium, or else the one that Playwright brought.

    Raises
    ------
    BookError
        If Playwright is not installed, or finds no browser.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise BookError("Playwright is missing: `python -m pip install playwright pypdf` brings it.") from error
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        except Error as error:
            raise BookError(
                f"no Chromium starts ({str(error).splitlines()[0]}): install it, or run `playwright install chromium`."
            ) from error
        try:
            yield browser
        finally:
            browser.close()
