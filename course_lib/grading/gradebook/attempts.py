"""Attempts: what was handed in, noted before it is graded, and what of it is left to grade."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.rows import added, clean, ensure, fingerprint
from course_lib.grading.gradebook.store import Gradebook

BY_LIST, BY_FILE = "submissions.csv", "the file's time"


@dataclass(frozen=True)
class HandedIn:
    """One file, or what was refused, as it was found.

    Attributes
    ----------
    student
        The student's id, or the name it came under.
    name
        The student's name where the file's name says it; it is kept for a student of whom nothing is known.
    refused
        The status of what cannot be read; else empty.
    sha256
        Of its bytes; empty for what was refused unread.
    submitted_at
        When, with its time zone.
    time_from
        Where that is known from: `BY_LIST` or `BY_FILE`.
    flagged_late
        What the learning platform said of it; None where it says nothing.
    """

    student: str
    sha256: str
    submitted_at: datetime
    time_from: str = BY_FILE
    flagged_late: bool | None = None
    name: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Planned:
    """An attempt in a run.

    Attributes
    ----------
    attempt
        Its row.
    key
        What is graded under what: submission, release, hidden tests and limits.
    take
        How often that has been graded before.
    done
        Whether there is a result of it, so that nothing is left to do.
    """

    attempt: int
    key: str
    take: int
    done: bool


def plan(
    book: Gradebook,
    assignment: str,
    handed_in: Sequence[HandedIn],
    *,
    released: str,
    hidden_tests: str,
    limits: Mapping[str, float],
    regrade: bool = False,
) -> list[Planned]:
    """Note what was handed in, and find out what of it has been graded already.

    A file that is the student's newest attempt byte for byte, or an older one with its time, is that attempt; any other
    is the next one. What the grader itself failed on is not done.

    Parameters
    ----------
    book
        The gradebook.
    assignment
        Its name.
    handed_in
        One a student.
    released, hidden_tests, limits
        What they are graded under.
    regrade
        Grade everything again.

    Returns
    -------
    list of Planned
        One for each of `handed_in`, in order.
    """
    under = [fingerprint(released), fingerprint(hidden_tests), json.dumps(dict(limits), sort_keys=True)]
    with book.writing() as connection:
        # Two runs that note attempts at the same time number them one after the other.
        connection.execute(select(schema.assignments).filter_by(name=assignment).with_for_update())
        known = _known(connection, assignment)
        gradings = _gradings(connection, assignment)
        planned = []
        for each in handed_in:
            attempt = _attempt(connection, assignment, each, known.setdefault(each.student, []))
            key = fingerprint("\n".join([each.sha256 or each.refused, *under]))
            statuses = gradings.get((attempt, key), [])
            done = not regrade and any(_word(status) != "failed" for status in statuses)
            planned.append(Planned(attempt, key, len(statuses), done))
        return planned


def _known(connection: Connection, assignment: str) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    query = select(schema.attempts).filter_by(assignment=assignment).order_by(schema.attempts.c.number)
    for row in connection.execute(query):
        found.setdefault(row.student, []).append(row)
    return found


def _gradings(connection: Connection, assignment: str) -> dict[tuple[int, str], list[str]]:
    table = schema.gradings
    query = select(table.c.attempt, table.c.key, table.c.status).join(schema.attempts)
    found: dict[tuple[int, str], list[str]] = {}
    for row in connection.execute(query.where(schema.attempts.c.assignment == assignment)):
        found.setdefault((row.attempt, row.key), []).append(row.status)
    return found


def _attempt(connection: Connection, assignment: str, handed: HandedIn, earlier: list[Row[Any]]) -> int:
    same = [row for row in earlier if row.sha256 == handed.sha256]
    # What was refused unread comes between no two attempts.
    newest = [row for row in earlier if bool(row.sha256) == bool(handed.sha256)][-1:]
    exact = [row for row in same if row.submitted_at == handed.submitted_at]
    for row in exact or [row for row in newest if row in same]:
        connection.execute(update(schema.attempts).filter_by(id=row.id).values(_newly_known(row, handed)))
        return int(row.id)
    who = {"id": clean(handed.student)}
    ensure(connection, schema.students, who, {"name": clean(handed.name)})
    values = {"student": who["id"], "assignment": assignment, "number": len(earlier) + 1, "sha256": handed.sha256}
    values |= {"submitted_at": handed.submitted_at, "time_from": handed.time_from, "flagged_late": handed.flagged_late}
    return added(connection, schema.attempts, values)


def _newly_known(row: Row[Any], handed: HandedIn) -> dict[str, object]:
    """A list's time replaces any other; of two times of a file, the earlier is nearer to when it was handed in."""
    flag = row.flagged_late if handed.flagged_late is None else handed.flagged_late
    if handed.time_from == BY_LIST:
        return {"submitted_at": handed.submitted_at, "time_from": BY_LIST, "flagged_late": flag}
    when = row.submitted_at if row.time_from == BY_LIST else min(row.submitted_at, handed.submitted_at)
    return {"submitted_at": when, "flagged_late": flag}


def _word(status: str) -> str:
    return status.split(":")[0]
