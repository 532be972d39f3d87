"""The commands that students do not get, a module a family; `register` adds them to ``course``."""

from __future__ import annotations

import typer

from course_lib.commands import evidence, export, grade, gradebook, marks, package, progress, roster, verify


def register(app: typer.Typer) -> None:
    """Add the commands to the `course` command."""
    app.command()(grade.grade)
    app.command()(gradebook.gradebook)
    app.command()(gradebook.totals)
    app.command()(gradebook.policies)
    app.command()(export.export)
    app.add_typer(evidence.app, name="evidence")
    app.add_typer(roster.app, name="roster")
    app.add_typer(marks.app, name="marks")
    app.command()(progress.progress)
    app.command()(package.package_gradescope)
    app.command()(verify.verify)
