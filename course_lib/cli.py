"""The `course` command: a thin door on the library's functions. Each command imports what it needs when it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

OK, NOT_YET, BAD_INPUT = 0, 1, 2

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Training Dynamics: the course's commands.")
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@contextmanager
def one_line(*kinds: type[Exception], about: object = "") -> Iterator[None]:
    """Turn the errors that a user can mend into one line and exit status 2; any other keeps its traceback."""
    try:
        yield
    except kinds as error:
        words = str(error.args[0] if error.args else error)
        errors.print(Text.assemble(("error: ", "bold red"), f"{about}: {words}" if about else words), soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from error


def instructor(command: Callable[..., None]) -> Callable[..., None]:
    """Register a command that needs the instructor's repository; what students get has no `course_lib.grading`."""
    return app.command()(command) if find_spec("course_lib.grading") else command


@app.command()
def check(notebook: Annotated[Path, typer.Argument(help="Your notebook, such as annealing.ipynb.")]) -> None:
    """Run the visible checks of an assignment on your notebook."""
    from course_lib.assignments.check import check as run
    from course_lib.assignments.check import summary
    from course_lib.assignments.merge import SubmissionError

    with one_line(SubmissionError, about=notebook), console.status("Running your answers and the checks ..."):
        results = run(notebook)
    console.print(summary(results))
    raise typer.Exit(OK if all(result.outcome == "passed" for result in results) else NOT_YET)


@app.command()
def book(
    source: Annotated[Path, typer.Argument(help="The folder with _config.yml and _toc.yml.")] = Path(),
    out: Annotated[Path | None, typer.Option(help="The folder to build in; SOURCE/_build when left out.")] = None,
) -> None:
    """Build the rendered book."""
    from course_lib.book.build import build
    from course_lib.book.errors import BookError

    with one_line(BookError):
        build(source, out)


@app.command()
def doctor() -> None:
    """Say what is installed, what is in force, and what is missing and how to get it."""
    from course_lib.doctor import examine, table

    console.print(table(examine()))


@instructor
def release(name: Annotated[str, typer.Argument(help="The assignment, such as annealing.")]) -> None:
    """Write the students' notebook of an assignment from its solution."""
    from course_lib.assignments.cells import MetadataError
    from course_lib.assignments.release import release as run

    with one_line(LookupError, MetadataError):
        console.print(f"wrote {run(name)}", markup=False, soft_wrap=True)


@instructor
def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder, or one published before.")],
) -> None:
    """Export the students' tree and the starter pack, without solutions, hidden tests and grading."""
    from course_lib.assignments.publish import NotOursError
    from course_lib.assignments.publish import publish as run
    from course_lib.assignments.starter import MissingPinError

    with one_line(NotOursError, MissingPinError, FileNotFoundError):
        written = run(folder)
    for path, what in written.items():
        console.print(f"{path}: {what}", markup=False, soft_wrap=True)


@instructor
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
