"""``course package-gradescope``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from course_lib.terminal import console, one_line


def package_gradescope(
    assignment: Annotated[str, typer.Argument(help="The assignment, such as annealing.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The zip to upload.")] = Path("autograder.zip"),
    unsafe: Annotated[
        bool, typer.Option(help="Grade also where the container allows no sandbox; every result then says so.")
    ] = False,
) -> None:
    """Write the archive that grades an assignment on Gradescope."""
    with one_line(ModuleNotFoundError):
        from course_lib.assignments.release import ReleaseError
        from course_lib.grading.gradescope.package import package

    with one_line(LookupError, FileNotFoundError, ReleaseError):
        written = package(assignment, out, unsafe=unsafe)
    lines = f"wrote {written}: upload it on Gradescope as the autograder of {assignment}, with its hidden tests inside"
    console.print(lines, markup=False, soft_wrap=True)
