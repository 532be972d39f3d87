"""Every link within the published book leads to a page that is there, and to a place on it that is there."""

from collections import defaultdict
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from course_lib.book.build import Book

pytestmark = pytest.mark.slow

_ADDRESSES = {"href", "src", "data", "poster"}


@cache
def _page(path: Path) -> tuple[set[str], set[str]]:
    """The addresses that a page holds, and the places on it that an address may name."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    addresses = {tag[name] for name in _ADDRESSES for tag in page.find_all(attrs={name: True})}
    places = {tag["id"] for tag in page.find_all(id=True)} | {
        tag["name"] for tag in page.find_all("a", attrs={"name": True})
    }
    return addresses, places


def test_every_link_leads_somewhere(course_book: Book) -> None:
    lost = defaultdict(set)
    # The theme leaves templates of its own among its scripts.
    pages = sorted(set(course_book.folder.rglob("*.html")) - set(course_book.folder.glob("_static/**/*.html")))
    assert pages
    for path in pages:
        for address in _page(path)[0]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            page = target.is_file() and target.suffix == ".html"
            if not target.is_file() or (page and parts.fragment and unquote(parts.fragment) not in _page(target)[1]):
                lost[path.name].add(address)
    assert not lost
