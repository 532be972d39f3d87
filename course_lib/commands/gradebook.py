"""``course gradebook``, ``course totals``, ``course policies``: what the gradebook knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from course_lib.commands.options import GRADEBOOK, Book, PolicyFile
from course_lib.terminal import console, one_line


def gradebook(
    student: Annotated[str | None, typer.Argument(help="A student's id, for everything they handed in.")] = None,
    gradebook: Book = GRADEBOOK,
    policies: PolicyFile = None,
) -> None:
    """Say how many students have each status, or what one student handed in and what became of it."""
    from course_lib.grading.gradebook import history
    from course_lib.grading.gradebook.exports.cells import number
    from course_lib.grading.gradebook.policies import BadPolicy, read_policies
    from course_lib.grading.gradebook.store import GradebookError, open_gradebook
    from course_lib.grading.gradebook.times import shown

    with one_line(GradebookError, BadPolicy, LookupError, FileNotFoundError):
        book, policy = open_gradebook(gradebook), read_policies(policies)
        with book.reading() as connection:
            if student is None:
                counts = history.counts(connection, policy)
                columns, rows = ["assignment", "students"], []
                for name, found in counts.items():
                    rows.append([name, ", ".join(f"{count} {word}" for word, count in found.most_common())])
            else:
                columns = ["assignment", "attempt", "handed in", "known from", "graded", "score", "status"]
                rows = [
                    [
                        *(each.assignment, str(each.number), shown(each.submitted_at), each.time_from),
                        shown(each.graded_at) if each.graded_at is not None else "",
                        "" if each.score is None else f"{number(each.score)} of {number(each.max_score)}",
                        each.status,
                    ]
                    for each in history.history(connection, student)
                ]
    console.print(_table(columns, rows))


def totals(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A CSV file to write, instead of the table.")] = None,
    gradebook: Book = GRADEBOOK,
    policies: PolicyFile = None,
) -> None:
    """Show every student's total, in percent: the mean of score over points, weighted as course.toml says."""
    from course_lib.grading.gradebook.exports.cells import defused, number, table
    from course_lib.grading.gradebook.policies import BadPolicy, read_policies
    from course_lib.grading.gradebook.standing import names
    from course_lib.grading.gradebook.store import GradebookError, open_gradebook
    from course_lib.grading.gradebook.totals import totals as run

    with one_line(GradebookError, BadPolicy, FileNotFoundError):
        book, policy = open_gradebook(gradebook), read_policies(policies)
        with book.reading() as connection:
            assignments, found = names(connection), run(connection, policy, datetime.now(UTC))
    columns = ["student", "name", "section", "total_percent", *assignments, "dropped", "waiting"]
    rows = []
    for each in found:
        percent = None if each.percent is None else round(each.percent, 2)
        points = [number(each.standings[name].score if name in each.standings else None) for name in assignments]
        who = [each.student.id, each.student.name, each.student.section]
        rows.append([*who, number(percent), *points, ", ".join(each.dropped), ", ".join(each.waiting)])
    if out is None:
        console.print(_table(columns, rows))
        return
    with one_line(OSError):
        out.write_text(table(columns, ([defused(cell) for cell in row] for row in rows)), encoding="utf-8", newline="")
    console.print(f"wrote {out}", markup=False, soft_wrap=True)


def policies() -> None:
    """Print an example of course.toml with every policy: lateness, attempts, what is missing, weights.

    Put it into the folder from which you grade, and keep it under version control. The policies are followed whenever
    scores are shown or exported, so a changed one holds at once and nothing has to be graded again. One student's extra
    days are an extension on the roster.
    """
    from course_lib.grading.gradebook.policies import EXAMPLE

    console.print(EXAMPLE, end="", markup=False, soft_wrap=True)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    shown = Table(box=None, pad_edge=False)
    for name in columns:
        shown.add_column(name, overflow="fold", no_wrap=name in ("handed in", "graded", "score"))
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))  # a stranger's text, in which no markup holds
    return shown
