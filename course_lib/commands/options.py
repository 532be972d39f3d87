"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Names(StrEnum):
    """`course_lib.grading.pile.names.Scheme`, said again so that ``course --help`` need not load the grader."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    GITHUB = "github"
    PLAIN = "plain"


GRADEBOOK = "gradebook.sqlite"

Book = Annotated[
    str,
    typer.Option(
        "--gradebook",
        metavar="FILE|URL",
        envvar="COURSE_GRADEBOOK",
        help="The gradebook: a file (SQLite), or a URL such as postgresql+psycopg://host/name.",
    ),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option(
        "--policies",
        metavar="FILE",
        help="Due times, lateness, attempts, weights; course.toml when left out. `course policies` shows an example.",
        show_default=False,
    ),
]
AssignmentName = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="The assignment, such as annealing.")]
