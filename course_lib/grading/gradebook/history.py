"""What happened: how many submissions have each status, and everything that one student handed in."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.policies import Policies
from course_lib.grading.gradebook.standing import Standing, attempts, names, standings


@dataclass(frozen=True)
class Examined:
    """One grading of one attempt: what the hidden tests gave, before policies and marks by hand."""

    graded_at: datetime
    status: str
    score: float | None
    max_score: float


@dataclass(frozen=True)
class Event:
    """One attempt of a student, or an assignment in which they handed in nothing.

    Attributes
    ----------
    standing
        What it is worth, as exports say it.
    counts
        Whether it is the attempt that counts.
    examined
        Its gradings, the oldest first; none where a run was cut off before it came to it.
    """

    standing: Standing
    counts: bool
    examined: tuple[Examined, ...] = field(default=())


def counts(connection: Connection, policies: Policies) -> dict[str, Counter[str]]:
    """How many students have each status, by assignment."""
    return {name: Counter(each.word for each in standings(connection, name, policies)) for name in names(connection)}


def history(connection: Connection, student: str, policies: Policies) -> list[Event]:
    """Everything that a student handed in and what it is worth, by assignment, the oldest first.

    Raises
    ------
    LookupError
        When the gradebook knows nobody of that id.
    """
    if connection.execute(select(schema.students.c.id).filter_by(id=student)).first() is None:
        raise LookupError(f"the gradebook knows no student {student!r}")
    examined, found = _examined(connection, student), []
    for name in names(connection):
        for standing in standings(connection, name, policies):
            if standing.student.id != student:
                continue
            worth = {standing.attempt: standing}
            for attempt, each in attempts(connection, name, policies).items():
                if each.student.id == student:
                    worth.setdefault(attempt, each)
            for row, each in sorted(worth.items(), key=lambda item: item[1].number):
                found.append(Event(each, row == standing.attempt, tuple(examined.get(row or 0, ()))))
    return found


def _examined(connection: Connection, student: str) -> dict[int, list[Examined]]:
    table, found = schema.gradings, defaultdict(list)
    query = select(table).join(schema.attempts).where(schema.attempts.c.student == student).order_by(table.c.id)
    for row in connection.execute(query):
        found[row.attempt].append(Examined(row.graded_at, row.status, row.score, row.max_score))
    return dict(found)
