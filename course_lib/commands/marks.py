"""``course marks``."""

from __future__ import annotations

import getpass
import shlex
from pathlib import Path
from typing import Annotated

import typer

from course_lib.commands.misspelt import warn_of_tables
from course_lib.commands.options import GRADEBOOK, AssignmentName, Book, PolicyFile
from course_lib.terminal import console, one_line

app = typer.Typer(no_args_is_help=True, help="Marks by hand, for written answers.")


@app.command()
def sheet(
    assignment: AssignmentName,
    out: Annotated[Path, typer.Option("--out", "-o", help="The CSV file to write.")],
    gradebook: Book = GRADEBOOK,
    policies: PolicyFile = None,
) -> None:
    """Write a sheet with a line for each student and criterion.

    Fill in `points` and `comment` (the student reads it) and take it back with `course marks read`. The marks given
    before are on it. An answer left as it was released is not, and is worth 0.
    """
    from course_lib.grading.gradebook import marks
    from course_lib.grading.gradebook.policies import BadPolicy, read_policies
    from course_lib.grading.gradebook.store import GradebookError, open_gradebook

    with one_line(GradebookError, marks.BadMarks, BadPolicy, OSError):
        policy = read_policies(policies)
        with open_gradebook(gradebook).reading() as connection:
            warn_of_tables(connection, policy)
            text = marks.sheet(connection, assignment, policy)
        out.write_text(text, encoding="utf-8", newline="")
    console.print(f"wrote {out}", markup=False, soft_wrap=True)


@app.command()
def read(
    sheet: Annotated[Path, typer.Argument(metavar="CSV", help="A sheet that `course marks sheet` wrote, filled in.")],
    marker: Annotated[str | None, typer.Option(help="Who marked; by default who is logged in.")] = None,
    gradebook: Book = GRADEBOOK,
    policies: PolicyFile = None,
) -> None:
    """Take a filled-in sheet into the gradebook: all of it or, on an error, nothing.

    Totals and exports follow at once; scores.csv and the feedback pages when `course grade` is run again.
    """
    from course_lib.grading.gradebook import marks
    from course_lib.grading.gradebook.policies import BadPolicy, read_policies
    from course_lib.grading.gradebook.store import GradebookError, open_gradebook

    with one_line(GradebookError, BadPolicy):
        book, policy = open_gradebook(gradebook), read_policies(policies)
    with one_line(OSError, UnicodeDecodeError, marks.BadMarks, GradebookError, about=sheet):
        with sheet.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
        new = marks.take(book, text, marker or getpass.getuser(), policy)
    console.print(f"{new.total()} mark{'' if new.total() == 1 else 's'} new or changed")
    for assignment in new:
        again = ["course", "grade", "DIR", "--assignment", assignment, "--out", "OUT"]
        again += ["--gradebook", gradebook] if gradebook != GRADEBOOK else []
        again += ["--policies", str(policies)] if policies is not None else []
        words = (
            f"scores.csv and the feedback pages do not have them yet; next, as you graded before: {shlex.join(again)}"
        )
        console.print(words, markup=False, soft_wrap=True)
