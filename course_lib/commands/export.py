"""``course export``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from course_lib.commands.misspelt import warn_of_tables
from course_lib.commands.options import GRADEBOOK, Book, PolicyFile
from course_lib.terminal import console, errors, one_line


class Form(StrEnum):
    """What an export is for."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    JUNIT = "junit"


def export(
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            help="csv: every student and assignment. canvas, moodle: what their gradebooks import; only who is on the "
            "roster. gradescope: a folder with a results.json a student. junit: one XML file.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write; for gradescope a folder.")],
    assignment: Annotated[
        list[str] | None, typer.Option(help="Only this assignment; may be given again. By default all.")
    ] = None,
    gradebook: Book = GRADEBOOK,
    policies: PolicyFile = None,
) -> None:
    """Write scores for another program.

    Who is left out, and whose score is not final, is named. In what Canvas and Moodle import, a score that waits for
    marks by hand is left empty, and so is nothing handed in that is not due or has no due time.
    """
    from course_lib.grading.gradebook.exports.writing import write
    from course_lib.grading.gradebook.policies import BadPolicy, read_policies
    from course_lib.grading.gradebook.records import UnreadableRecord
    from course_lib.grading.gradebook.store import GradebookError, open_gradebook

    with one_line(GradebookError, BadPolicy, UnreadableRecord, LookupError, OSError):
        book, policy = open_gradebook(gradebook), read_policies(policies)
        with book.reading() as connection:
            warn_of_tables(connection, policy)
        written = write(book, form.value, out, assignment, policy)
    for words in written.warnings:
        errors.print(f"warning: {words}", markup=False, soft_wrap=True)
    console.print(f"wrote {written.what}", markup=False, soft_wrap=True)
