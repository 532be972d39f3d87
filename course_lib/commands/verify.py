"""``course verify``."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console

from course_lib.terminal import NOT_YET, OK, console, one_line

# In a file or a pipe there is no edge at which a name would have to be broken.
_UNBROKEN = 10_000


def verify(
    assignment: Annotated[str, typer.Argument(help="The assignment, such as annealing.")],
    mutants: Annotated[bool, typer.Option(help="Try mutants of the solution as well; it takes minutes.")] = True,
    jobs: Annotated[int, typer.Option(min=1, help="Notebooks tried at a time.")] = os.cpu_count() or 1,
) -> None:
    """Hold an assignment's hidden tests against its solution, its answers on file and mutants of its solution."""
    with one_line(ModuleNotFoundError):
        from course_lib.assignments.catalogue import find
        from course_lib.grading import BadHiddenTests, NoSandbox
        from course_lib.grading.verify.report import report
        from course_lib.grading.verify.verify import verify as run

    with one_line(LookupError, ValueError, BadHiddenTests, NoSandbox), console.status("Reading ...") as status:
        verdict = run(
            find(assignment),
            jobs=jobs,
            mutants=None if mutants else 0,
            progress=lambda done, of: status.update(f"{done} of {of} notebooks tried"),
        )
    output = console if console.is_terminal else Console(highlight=False, width=_UNBROKEN)
    output.print(report(verdict))
    raise typer.Exit(NOT_YET if verdict.problems else OK)
