"""``course progress``: what readers of the book have saved for their teacher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from course_lib.terminal import console, one_line

if TYPE_CHECKING:
    from course_lib.grading.gradebook.progress import Progress

COLUMNS = ("file", "name", "saved", "chapter", "read", "right", "answered", "questions", "cards_begun", "cards")


def progress(
    files: Annotated[list[Path], typer.Argument(help="Files that readers saved on the book's page of progress.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A CSV file to write, a row a chapter, instead of the table.")
    ] = None,
) -> None:
    """Show what readers have read, answered and learnt, from the files that they saved on the page of progress.

    The name is what the reader typed, and the reader could have changed anything: good for seeing who is stuck where,
    not for marks.
    """
    from course_lib.grading.gradebook.exports.cells import table
    from course_lib.grading.gradebook.progress import ProgressFileError, read_progress

    with one_line(ProgressFileError, OSError):
        found = [(path, read_progress(path)) for path in files]
    if out is None:
        console.print(_shown(found))
        return
    rows = [row for path, each in found for row in _rows(path, each)]
    with one_line(OSError):
        out.write_text(table(COLUMNS, rows), encoding="utf-8", newline="")
    console.print(f"wrote {out}", markup=False, soft_wrap=True)


def _rows(path: Path, found: Progress) -> list[list[str]]:
    from course_lib.grading.gradebook.exports.cells import defused

    return [
        [
            *(defused(path.name), defused(found.name), f"{found.saved:%Y-%m-%d}", defused(chapter.page)),
            chapter.read.isoformat() if chapter.read else "",
            *(
                str(chapter.right),
                str(chapter.answered),
                str(chapter.questions),
                str(chapter.begun),
                str(chapter.cards),
            ),
        ]
        for chapter in found.chapters
    ]


def _shown(found: list[tuple[Path, Progress]]) -> Table:
    shown = Table(box=None, pad_edge=False)
    for name in ("file", "name", "saved", "chapters read", "quiz", "cards"):
        shown.add_column(name, overflow="fold")
    for path, each in found:
        right, answered, questions, begun, cards = (
            sum(getattr(chapter, name) for chapter in each.chapters)
            for name in ("right", "answered", "questions", "begun", "cards")
        )
        cells = [
            *(path.name, each.name, f"{each.saved:%Y-%m-%d}", f"{each.pages_read} of {len(each.chapters)}"),
            f"{right} right, {answered} answered of {questions}",
            f"{begun} begun of {cards}",
        ]
        shown.add_row(*(Text(cell) for cell in cells))  # a stranger's text, in which no markup holds
    return shown
