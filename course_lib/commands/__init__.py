"""The instructor's commands on submissions, a module a family; `register` adds them to ``course``."""

from __future__ import annotations

import typer

from course_lib.commands import grade, verify


def register(app: typer.Typer) -> None:
    """Add the commands to the `course` command."""
    app.command()(grade.grade)
    app.command()(verify.verify)
