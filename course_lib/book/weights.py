"""What the first view of each page weighs: ``python -m course_lib.book.weights _build/html`` prints it.

A page is opened in Chromium, and what it asks for before the reader scrolls is counted as a web server would send it:
text compressed by gzip, pictures and fonts as they are. Maths (MathJax, its fonts and its speech) is counted apart.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from course_lib.book.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request

LIMIT = 400_000
"""What a first view may weigh besides maths, in bytes."""

_COMPRESSED = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt"})


@dataclass(frozen=True)
class Weight:
    """The weight of a page's first view, in bytes as they travel.

    Attributes
    ----------
    page
        The page's path in the published folder.
    parts
        The bytes of each file that it loads, by the file's path in the published folder; maths is not among them.
    maths
        The bytes of MathJax and what it loads.
    """

    page: str
    parts: dict[str, int]
    maths: int

    @property
    def total(self) -> int:
        """The bytes of all parts, besides maths."""
        return sum(self.parts.values())


def travelling(path: Path) -> int:
    """Return the bytes of a file as a server sends it, text compressed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder, "page.html")
    ...     _ = page.write_text("a" * 10_000)
    ...     travelling(page) < 100
    True
    """
    content = path.read_bytes()
    return len(gzip.compress(content, compresslevel=6)) if path.suffix in _COMPRESSED else len(content)


def weigh(folder: Path, pages: Iterable[str], browser: Browser) -> Iterator[Weight]:
    """Yield what each page's first view weighs.

    Parameters
    ----------
    folder
        The published folder.
    pages
        Paths in it, such as ``book/03-annealing.html``.
    browser
        A browser, from `course_lib.book.chromium.chromium`.
    """
    folder = folder.resolve()
    for page in pages:
        # A context has an empty cache: this is a reader's first page.
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        tab = context.new_page()
        tab.on("request", partial(_note, asked))
        tab.goto((folder / page).as_uri(), wait_until="networkidle")
        context.close()
        files = {Path(unquote(urlsplit(url).path)) for url in asked if url.startswith("file:")}
        sizes = {path.relative_to(folder).as_posix(): travelling(path) for path in sorted(files)}
        parts = {name: size for name, size in sizes.items() if "/mathjax/" not in name}
        yield Weight(page, parts, sum(sizes.values()) - sum(parts.values()))


def _note(asked: list[str], request: Request) -> None:
    asked.append(request.url)


def pages_of(folder: Path) -> list[str]:
    """Return the paths of the pages in a published folder, but for the one that only leads to the first."""
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*.html")))
    return [path.as_posix() for path in found if path.parts[0] != "_static" and path.name != "index.html"] + (
        ["book/index.html"] if (folder / "book" / "index.html").is_file() else []
    )


def main(folder: Path) -> int:
    """Print the weight of every page, its three heaviest parts, and whether it is within `LIMIT`; return the status."""
    heavy = 0
    print(f"{'page':40} {'kB':>7} {'maths':>7}  heaviest parts")
    with chromium() as browser:
        for weight in weigh(folder, pages_of(folder), browser):
            heavy += weight.total > LIMIT
            parts = sorted(weight.parts.items(), key=lambda part: -part[1])[:3]
            said = ", ".join(f"{Path(name).name} {size / 1000:.0f}" for name, size in parts)
            over = "  OVER" if weight.total > LIMIT else ""
            print(f"{weight.page:40} {weight.total / 1000:7.0f} {weight.maths / 1000:7.0f}  {said}{over}")
    print(f"{heavy} over the limit of {LIMIT / 1000:.0f} kB" if heavy else f"all within {LIMIT / 1000:.0f} kB")
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "_build/html")))
