"""``course grade``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from course_lib.terminal import BAD_INPUT, console, one_line


def grade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="STUDENT.ipynb files, or a folder a student.")],
    assignment: Annotated[str, typer.Option(help="The assignment, such as annealing.")],
    out: Annotated[Path, typer.Option(help="Where scores.csv and feedback/ go.")],
) -> None:
    """Grade a folder of submissions in the sandbox."""
    from course_lib.grading import BadHiddenTests, NoSandbox
    from course_lib.grading import grade as run

    with one_line(LookupError, NotADirectoryError, ValueError, BadHiddenTests, NoSandbox):
        report = run(folder, assignment, out)
    lines = f"{report.summary}\nscores: {report.scores}\nfeedback: {report.feedback}"
    console.print(lines, markup=False, soft_wrap=True)
    if report.ungraded:
        console.print(f"{report.ungraded} of {len(report.graded)} could not be graded; scores.csv says why.")
    if report.ungraded == len(report.graded):
        raise typer.Exit(BAD_INPUT)
