"""``course roster``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from course_lib.commands.misspelt import warn_of_extensions
from course_lib.commands.options import GRADEBOOK, Book
from course_lib.terminal import console, one_line

app = typer.Typer(no_args_is_help=True)


@app.callback()
def roster() -> None:
    """Who takes the course."""  # with it, `import` stays a command of its own where it is the only one


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="CSV", help="The roster.")],
    gradebook: Book = GRADEBOOK,
) -> None:
    """Make a CSV file the roster.

    Its columns: id; and, if you have them, name, section, email, canvas_id, moodle_id, github, and extension:ASSIGNMENT
    with the extra days of those who have some. Import it again when it changes: who left keeps their results.
    """
    from course_lib.grading.gradebook.roster import BadRoster, parse, store
    from course_lib.grading.gradebook.store import GradebookError, open_gradebook

    with one_line(OSError, UnicodeDecodeError, BadRoster, about=file):
        entries = parse(file.read_text(encoding="utf-8-sig"))
    with one_line(GradebookError):
        book = open_gradebook(gradebook, create=True)
        there, left = store(book, entries)
        with book.reading() as connection:
            warn_of_extensions(connection, (name for each in entries for name in each.extensions))
    console.print(f"{there} on the roster" + (f", {left} left it" if left else ""))
