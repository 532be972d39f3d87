"""Which pages are printed, in which order, and the leaves before them: title page and table of contents."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from sphinx_external_toc.api import SiteMap
from sphinx_external_toc.parsing import parse_toc_yaml


@dataclass(frozen=True)
class Leaf:
    """A page of the book: its `name`, its depth in the contents, and the `part` that begins with it, if any."""

    name: str
    depth: int
    part: str


@dataclass(frozen=True)
class Line:
    """A line of the table of contents: words, depth, the page's number in the PDF from 1; a part's has no number."""

    words: str
    depth: int
    number: int | None
    address: str


def leaves(contents: Path) -> list[Leaf]:
    """Return the pages that a ``_toc.yml`` names, in the order of reading."""
    site = parse_toc_yaml(contents)
    return [Leaf(site.root.docname, 0, ""), *_under(site, site.root.docname, 0)]


def _under(site: SiteMap, name: str, depth: int) -> list[Leaf]:
    found: list[Leaf] = []
    for tree in site[name].subtrees:
        part = tree.caption or ""
        for item in tree.items:
            page = str(item)
            if page in site:
                found += [Leaf(page, depth, part), *_under(site, page, depth + 1)]
                part = ""
    return found


_STYLE = """
@page { size: A4; margin: 20mm 18mm 22mm; }
body { color: #000; font: 10.5pt/1.4 "DejaVu Sans", system-ui, sans-serif; margin: 0; }
.title { break-after: page; height: 240mm; padding-top: 70mm; box-sizing: border-box; }
.title h1 { border-bottom: 3px solid #0b5a8a; font-size: 34pt; line-height: 1.2; margin: 0 0 8mm; padding-bottom: 6mm; }
.title p { margin: 0 0 2mm; }
.contents h1 { font-size: 24pt; margin: 0 0 1rem; }
.contents p { margin: 0; }
.contents a { color: inherit; display: flex; gap: 0.4em; text-decoration: none; }
.contents a::after { content: attr(data-number); order: 3; min-width: 2em; text-align: right; }
.contents i { border-bottom: 1px dotted #888; flex: 1; height: 1em; order: 2; }
.contents .part { break-after: avoid; font-weight: bold; margin-top: 1.2em; }
.contents .deep { color: #333; font-size: 9.5pt; padding-left: 1.6em; }
.contents .deeper { color: #333; font-size: 9.5pt; padding-left: 3.2em; }
"""


def front(title: str, below: list[str], lines: list[Line], base: Path) -> str:
    """Return the title page and the table of contents as HTML.

    Parameters
    ----------
    title
        The book's title.
    below
        The lines under it.
    lines
        The table of contents.
    base
        The published folder, in which the lines' addresses lie.
    """
    written = []
    for line in lines:
        if line.number is None:
            written.append(f'<p class="part">{escape(line.words)}</p>')
        else:
            kind = ("", "deep", "deeper")[min(line.depth, 2)]
            written.append(
                f'<p class="{kind}"><a href="{escape(line.address)}" data-number="{line.number}">'
                f"<span>{escape(line.words)}</span><i></i></a></p>"
            )
    paragraphs = "".join(f"<p>{escape(words)}</p>" for words in below)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><base href="{base.as_uri()}/">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f'<div class="title"><h1>{escape(title)}</h1>{paragraphs}</div>'
        f'<div class="contents"><h1>Contents</h1>{"".join(written)}</div></body></html>'
    )


def numbers(titles: list[str]) -> str:
    """Return HTML with a sheet a page, empty but for the running title and the page's number at its foot."""
    sheets = "".join(
        f"<div><span>{escape(title)}</span><span>{number if title else ''}</span></div>"
        for number, title in enumerate(titles, 1)
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>numbers</title><style>'
        "@page { size: A4; margin: 0 } body { margin: 0; font: 8.5pt system-ui, sans-serif; color: #4f565c }"
        "div { box-sizing: border-box; display: flex; justify-content: space-between; align-items: end;"
        "height: 297mm; padding: 0 18mm 11mm; break-after: page } div:last-child { break-after: auto }"
        f"</style></head><body>{sheets}</body></html>"
    )
