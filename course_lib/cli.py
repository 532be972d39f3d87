"""The `course` command: a thin door on the library's functions. Each command imports what it needs when it runs."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from course_lib.terminal import NOT_YET, OK, console, one_line

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Training Dynamics: the course's commands.")


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
        checked = run(notebook)
    console.print(summary(checked))
    raise typer.Exit(OK if checked.passed else NOT_YET)


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
def pdf(
    source: Annotated[Path, typer.Argument(help="The folder with _config.yml and _toc.yml.")] = Path(),
    out: Annotated[
        Path | None, typer.Option(help="The file to write; _build/training-dynamics.pdf if left out.")
    ] = None,
) -> None:
    """Build the rendered book, and print the whole of it into one PDF."""
    from course_lib.book.build import build
    from course_lib.book.errors import BookError

    with one_line(BookError):
        from course_lib.book.pdf import print_book

        folder = build(source).folder
        print("Printing the pages")
        target = (out or folder.parent / "training-dynamics.pdf").resolve()
        pages = print_book(source.resolve(), folder, target)
    print(f"The book on paper is at {target}, {pages} pages")


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
    with one_line(ModuleNotFoundError):
        from course_lib.assignments.publish import NotOursError
        from course_lib.assignments.publish import publish as run
        from course_lib.assignments.release import ReleaseError
        from course_lib.assignments.starter import MissingPinError

    with one_line(NotOursError, MissingPinError, ReleaseError, FileNotFoundError):
        written = run(folder)
    for path, what in written.items():
        console.print(f"{path}: {what}", markup=False, soft_wrap=True)


if find_spec("course_lib.grading"):  # not in what students get
    from course_lib import commands

    commands.register(app)
