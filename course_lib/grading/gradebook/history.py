"""What happened: how many submissions have each status, and everything that one student handed in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.policies import Policies
from course_lib.grading.gradebook.standing import names, standings


@dataclass(frozen=True)
class Event:
    """One grading of one attempt; without a grading, a run was cut off before it came to it.

    Attributes
    ----------
    assignment, number
        Which attempt at what.
    submitted_at, time_from
        When it was handed in, and how that is known.
    graded_at, status, score, max_score
        What became of it, before policies and marks by hand.
    """

    assignment: str
    number: int
    submitted_at: datetime
    time_from: str
    graded_at: datetime | None
    status: str
    score: float | None
    max_score: float | None


def counts(connection: Connection, policies: Policies) -> dict[str, Counter[str]]:
    """How many students have each status, by assignment."""
    return {name: Counter(each.word for each in standings(connection, name, policies)) for name in names(connection)}


def history(connection: Connection, student: str) -> list[Event]:
    """Every grading of everything that a student handed in, the oldest first.

    Raises
    ------
    LookupError
        When the gradebook knows nobody of that id.
    """
    if connection.execute(select(schema.students.c.id).filter_by(id=student)).first() is None:
        raise LookupError(f"the gradebook knows no student {student!r}")
    tries, gradings = schema.attempts, schema.gradings
    query = select(tries, gradings).outerjoin(gradings, gradings.c.attempt == tries.c.id)
    ordered = query.where(tries.c.student == student).order_by(tries.c.assignment, tries.c.number, gradings.c.id)
    return [
        Event(
            row.assignment,
            row.number,
            row.submitted_at,
            row.time_from,
            row.graded_at,
            row.status or "not graded yet",
            row.score,
            row.max_score,
        )
        for row in connection.execute(ordered)
    ]
