"""Binding the printed pages: contents with page numbers, bookmarks, and links that lead within the book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import yaml
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NullObject

from course_lib.book.chromium import chromium
from course_lib.book.errors import BookError
from course_lib.book.pages.chapter import version_of
from course_lib.book.pdf.contents import Leaf, Line, front, leaves, numbers
from course_lib.book.pdf.printing import Look, look, print_html, print_page


@dataclass(frozen=True)
class _Bound:
    """A printed page of the book and the number, from 0, of its first sheet in the whole."""

    leaf: Leaf
    look: Look
    path: Path
    printed: PdfReader
    first: int


def print_book(source: Path, html: Path, target: Path, report: Callable[[str], None] = print) -> int:
    """Write the whole book as one PDF; return how many pages it has.

    Parameters
    ----------
    source
        The folder with ``_config.yml``, which has the title and the author, and ``_toc.yml``.
    html
        The published folder.
    target
        The file to write.
    report
        Receives a line for each page of the book.

    Raises
    ------
    BookError
        If a page of the table of contents has not been built, or cannot be printed.
    """
    html = html.resolve()
    settings = yaml.safe_load((source / "_config.yml").read_text(encoding="utf-8"))
    title, author = str(settings.get("title", "")), str(settings.get("author", ""))
    planned = leaves(source / "_toc.yml")
    for leaf in planned:
        if not _path(html, leaf).is_file():
            raise BookError(f"{_path(html, leaf)} is missing: build the book first.")
    with chromium() as browser, TemporaryDirectory(prefix="course-pdf-") as folder:
        looks = {leaf: look(browser, _path(html, leaf)) for leaf in planned}
        kept = [leaf for leaf in planned if not looks[leaf].personal]
        landings = _landings(looks)
        printed = {}
        for leaf in kept:
            path = _path(html, leaf)
            wanted = landings.get(path, set()) | {name for name, _ in looks[leaf].headings}
            printed[leaf] = print_page(browser, path, wanted)
            report(f"  {leaf.name}: {len(printed[leaf].pages)} pages")
        version = version_of(source)
        below = [
            author,
            f"Version {version.release}, {version.day}",
            str(settings.get("copyright", "")),
            "Code that the pages fold away, because it only draws a figure, is left out here; the notebooks have it.",
        ]

        def leading(bound: list[_Bound]) -> PdfReader:
            return print_html(browser, front(title, below, _lines(bound), html), Path(folder))

        # The contents' own length moves every number in them by as much, and does not itself depend on the numbers.
        before = len(leading(_bound(html, kept, looks, printed, 0)).pages)
        bound = _bound(html, kept, looks, printed, before)
        head = leading(bound)
        running = ["", *["Contents"] * (before - 1)]
        for each in bound:
            running += [each.look.title] * len(each.printed.pages)
        feet = print_html(browser, numbers(running), Path(folder))
    writer = _assemble(head, bound, feet)
    writer.add_metadata({"/Title": title, "/Author": author})
    target.parent.mkdir(parents=True, exist_ok=True)
    writer.write(target)
    return len(writer.pages)


def _path(html: Path, leaf: Leaf) -> Path:
    return html / f"{leaf.name}.html"


def _landings(looks: dict[Leaf, Look]) -> dict[Path, set[str]]:
    """The ids of each page, by its path, that links anywhere in the book lead to."""
    found: dict[Path, set[str]] = {}
    for seen in looks.values():
        for address in seen.links:
            path, name = _place(address)
            if path is not None and name:
                found.setdefault(path, set()).add(name)
    return found


def _place(address: str) -> tuple[Path | None, str]:
    """The file and the id that an address leads to; no file where it leads out of the machine."""
    plain, name = urldefrag(address)
    parts = urlsplit(plain)
    return (Path(unquote(parts.path)) if parts.scheme == "file" else None), unquote(name)


def _bound(
    html: Path, kept: list[Leaf], looks: dict[Leaf, Look], printed: dict[Leaf, PdfReader], before: int
) -> list[_Bound]:
    bound, first = [], before
    for leaf in kept:
        bound.append(_Bound(leaf, looks[leaf], _path(html, leaf), printed[leaf], first))
        first += len(printed[leaf].pages)
    return bound


def _landing(each: _Bound, name: str) -> tuple[int, float | None]:
    """The sheet in the whole, from 0, and the height on it of the id `name`; the page's beginning where it has none."""
    destination = each.printed.named_destinations.get(name) or each.printed.named_destinations.get(f"/{name}")
    if destination is None:
        return each.first, None
    sheet = each.printed.get_destination_page_number(destination)
    top = destination.top
    return each.first + (sheet or 0), float(top) if top is not None else None


def _lines(bound: list[_Bound]) -> list[Line]:
    lines = []
    for each in bound:
        if each.leaf.part:
            lines.append(Line(each.leaf.part, 0, None, ""))
        lines.append(Line(each.look.title, each.leaf.depth, each.first + 1, each.path.as_uri()))
        if not each.leaf.depth:
            for name, words in each.look.headings:
                sheet, _ = _landing(each, name)
                lines.append(Line(words, 1, sheet + 1, f"{each.path.as_uri()}#{name}"))
    return lines


def _assemble(head: PdfReader, bound: list[_Bound], feet: PdfReader) -> PdfWriter:
    writer = PdfWriter()
    for reader in [head, *(each.printed for each in bound)]:
        for page in reader.pages:
            writer.add_page(page)
    for page, foot in zip(writer.pages, feet.pages, strict=True):
        page.merge_page(foot)
    _lead(writer, head, 0, bound, None)
    for each in bound:
        _lead(writer, each.printed, each.first, bound, each)
    writer.add_outline_item(title="Contents", page_number=1)
    above: list[Any] = []
    for each in bound:
        parent = above[each.leaf.depth - 1] if each.leaf.depth and len(above) >= each.leaf.depth else None
        item = writer.add_outline_item(title=each.look.title, page_number=each.first, parent=parent)
        above[each.leaf.depth :] = [item]
        for name, words in each.look.headings:
            writer.add_outline_item(title=words, page_number=_landing(each, name)[0], parent=item)
    return writer


def _lead(writer: PdfWriter, reader: PdfReader, first: int, bound: list[_Bound], own: _Bound | None) -> None:
    """Let the links of one printed page, whose first sheet is `first`, lead to sheets of the whole."""
    by_path = {each.path: each for each in bound}
    for sheet in range(first, first + len(reader.pages)):
        kept = ArrayObject()
        for reference in writer.pages[sheet].get("/Annots", ArrayObject()):
            link = reference.get_object()
            goal = _goal(link, by_path, own)
            if goal == "dead":
                continue
            if isinstance(goal, tuple):
                number, top = goal
                link.pop("/A", None)
                height = NullObject() if top is None else FloatObject(top)
                page = writer.pages[number].indirect_reference
                link[NameObject("/Dest")] = ArrayObject([page, NameObject("/XYZ"), NullObject(), height, NullObject()])
            kept.append(reference)
        if kept:
            writer.pages[sheet][NameObject("/Annots")] = kept


def _goal(link: DictionaryObject, by_path: dict[Path, _Bound], own: _Bound | None) -> tuple[int, float | None] | str:
    """Where a link leads: a sheet and a height, ``"dead"`` for a file beside the book, ``"out"`` for the web."""
    action = link.get("/A", DictionaryObject()).get_object()
    if "/URI" in action:
        path, name = _place(str(action["/URI"]))
        if path is None:
            return "out"
        return _landing(by_path[path], name) if path in by_path else "dead"
    named = link.get("/Dest", action.get("/D"))
    if own is not None and isinstance(named, str):
        return _landing(own, str(named).removeprefix("/"))
    return "out"
