"""``course grade``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from course_lib.commands.misspelt import warn_of_tables
from course_lib.commands.options import GRADEBOOK, Book, Names, PolicyFile
from course_lib.terminal import BAD_INPUT, console, errors, one_line

_STOPPED = 130  # what a shell reports of a program stopped by Ctrl-C
_MANY = 10


def grade(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="STUDENT.ipynb files, a folder a student, or what Canvas, Moodle or GitHub Classroom deliver, "
            "unpacked. "
            "A file submissions.csv in it (columns student, submitted_at) says when each was handed in; "
            "else the platform's LATE mark and the files' times do.",
        ),
    ],
    assignment: Annotated[str, typer.Option(help="The assignment, such as annealing.")],
    out: Annotated[Path, typer.Option(help="Where scores.csv and feedback/ go.")],
    gradebook: Book = GRADEBOOK,
    policies: PolicyFile = None,
    names: Annotated[
        Names | None,
        typer.Option(help="Who named the files; when left out, each name is taken as what it looks like."),
    ] = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Examine also what has a result; earlier results stay in the history.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="How many side by side; by default one more than cores.")
    ] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on the workers of this Dask scheduler.")
    ] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Grade also where no sandbox holds. Every page then says so.")
    ] = False,
) -> None:
    """Grade a folder of submissions in the sandbox.

    Only what is new or changed is examined: a submission, the release, the hidden tests or the limits. Each result is
    kept at once: stop it when you like, and the same command goes on where it was.
    """
    from course_lib.grading import BadHiddenTests, NoSandbox
    from course_lib.grading import grade as run
    from course_lib.grading.gradebook.policies import read_policies
    from course_lib.grading.gradebook.rows import on_one_line
    from course_lib.grading.gradebook.store import GradebookError, open_gradebook
    from course_lib.grading.pile.names import Scheme

    kinds = (LookupError, OSError, ValueError, BadHiddenTests, NoSandbox, GradebookError)
    try:
        with one_line(*kinds):
            policy = read_policies(policies)
            report = run(
                folder,
                assignment,
                out,
                gradebook=gradebook,
                policies=policy,
                scheme=Scheme(names) if names else None,
                regrade=regrade,
                jobs=jobs,
                dask=dask,
                unsafe=unsafe,
            )
            if policy.assignments:
                with open_gradebook(gradebook).reading() as connection:
                    warn_of_tables(connection, policy)
    except KeyboardInterrupt:
        words = "stopped; what is graded is in the gradebook, and the same command goes on from there"
        errors.print(words, soft_wrap=True)
        raise typer.Exit(_STOPPED) from None
    if report.warning:
        errors.print(f"warning: {report.warning}", markup=False, soft_wrap=True)
    lines = f"{report.summary}\nscores: {report.scores}\nfeedback: {report.feedback}"
    console.print(lines, markup=False, soft_wrap=True)
    for found, words in (
        (report.unmatched, "not on the roster, graded under the name they came under"),
        (report.untimed, "in submissions.csv, of whom there is no submission"),
        (report.passed_over, "passed over, being no notebook; unpack what is packed"),
    ):
        if found:
            shown = ", ".join(map(on_one_line, found[:_MANY])) + (", ..." if len(found) > _MANY else "")
            console.print(f"{len(found)} {words}: {shown}", markup=False, soft_wrap=True)
    if report.ungraded:
        console.print(f"{report.ungraded} of {len(report.standings)} have no score; scores.csv says why.")
    if report.ungraded == len(report.standings):
        raise typer.Exit(BAD_INPUT)
