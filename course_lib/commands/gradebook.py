"""``course gradebook``, ``course totals``, ``course policies``: what the gradebook knows."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from course_lib.commands.misspelt import warn_of_tables
from course_lib.commands.options import GRADEBOOK, Book, PolicyFile
from course_lib.terminal import console, one_line

if TYPE_CHECKING:
    from course_lib.grading.gradebook.history import Event


def gradebook(
    student: Annotated[str | None, typer.Argument(help="A student's id, for everything they handed in.")] = None,
    gradebook: Book = GRADEBOOK,
    policies: PolicyFile = None,
) -> None:
    """Say how many students have each status, or what one student handed in and what became of it."""
    from course_lib.grading.gradebook import history
    from course_lib.grading.gradebook.policies import BadPolicy, read_policies
    from course_lib.grading.gradebook.store import GradebookError, open_gradebook

    with one_line(GradebookError, BadPolicy, LookupError, FileNotFoundError):
        book, policy = open_gradebook(gradebook), read_policies(policies)
        with book.reading() as connection:
            warn_of_tables(connection, policy)
            if student is not None:
                _print_history(history.history(connection, student, policy))
                return
            counts = history.counts(connection, policy)
    rows = [
        [name, ", ".join(f"{count} {word}" for word, count in found.most_common())] for name, found in counts.items()
    ]
    console.print(_table(["assignment", "students"], rows))


def _print_history(events: Sequence[Event]) -> None:
    """Print a line an attempt, which fits into 80 columns, and below it, further in, what there is to say of it."""
    from course_lib.grading.gradebook.times import shown

    rows = [["assignment", "attempt", "handed in", "score", "status"]]
    for each in events:
        one = each.standing
        when = shown(one.submitted_at) if one.submitted_at is not None else ""
        rows.append([one.assignment, str(one.number or ""), when, _of(one.score, one.max_score), one.word])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row, notes in zip(rows, [[], *(_notes(each) for each in events)], strict=True):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        console.print(Text(line, style="" if row is not rows[0] else "bold"))
        for note in notes:
            console.print(Padding(Text(note), (0, 0, 0, 4)))


def _notes(event: Event) -> Iterator[str]:
    from course_lib.grading.gradebook.times import shown

    one = event.standing
    reason = one.status.removeprefix(one.word).removeprefix(": ")
    if reason:
        yield reason
    if one.attempts > 1:
        yield "this attempt counts" if event.counts else "another attempt counts"
    if one.submitted_at is not None:
        yield f"when it was handed in is known from {one.time_from}"
    for each in event.examined:
        points = "" if each.score is None else f", {_of(each.score, each.max_score)} by the hidden tests"
        yield f"examined {shown(each.graded_at)}: {each.status}{points}"


def _of(score: float | None, max_score: float) -> str:
    from course_lib.grading.gradebook.exports.cells import number

    return f"{number(score) or '-'} of {number(max_score)}"


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
            warn_of_tables(connection, policy)
            assignments, found = names(connection), run(connection, policy, datetime.now(UTC))
    who = ["student", "name", "section"]
    columns = [*who, "total_percent", *assignments, "dropped", "waiting"]
    rows = []
    for each in found:
        percent = None if each.percent is None else round(each.percent, 2)
        points = [number(each.standings[name].score if name in each.standings else None) for name in assignments]
        student = [each.student.id, each.student.name, each.student.section]
        rows.append([*student, number(percent), *points, ", ".join(each.dropped), ", ".join(each.waiting)])
    if out is None:
        whole = _table(columns, rows)
        unbounded = console.options.update(max_width=sys.maxsize)
        if Measurement.get(console, unbounded, whole).maximum <= console.width:
            console.print(whole)
            return
        total = len(who) + 1
        counts = ([str(len(names) or "") for names in (each.dropped, each.waiting)] for each in found)
        short = ([*row[:total], *each] for row, each in zip(rows, counts, strict=True))
        console.print(_table([*columns[:total], "dropped", "waiting"], short))
        words = f"the scores of {len(assignments)} assignments need a wider terminal; --out FILE writes all"
        console.print(words, soft_wrap=True)
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
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))  # a stranger's text, in which no markup holds
    return shown
