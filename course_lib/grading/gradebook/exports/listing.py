"""The plain list: what each submission is worth, as ``scores.csv`` has it."""

from __future__ import annotations

from collections.abc import Iterable

from course_lib.grading.gradebook.exports.cells import defused, number, table
from course_lib.grading.gradebook.standing import Standing
from course_lib.grading.gradebook.times import shown

COLUMNS = (
    *("student", "assignment", "score", "max_score", "status"),
    *("name", "section", "attempt", "submitted_at", "time_from", "days_late", "earned"),
)


def listing(standings: Iterable[Standing]) -> str:
    """A line a submission; a score that does not exist is empty, which is not 0.

    Examples
    --------
    >>> from course_lib.grading.gradebook.standing import Student
    >>> ann = Standing(Student("ann"), "annealing", "missing: nothing was handed in", max_score=20)
    >>> print(listing([ann]).splitlines()[1])
    ann,annealing,,20,missing: nothing was handed in,,,,,,,
    """
    return table(COLUMNS, (_row(each) for each in standings))


def _row(each: Standing) -> list[str]:
    handed_in = each.submitted_at is not None
    return [
        defused(each.student.id),
        each.assignment,
        number(each.score),
        number(each.max_score),
        defused(each.status),
        defused(each.student.name),
        defused(each.student.section),
        str(each.number) if each.number else "",
        shown(each.submitted_at) if each.submitted_at is not None else "",
        each.time_from,
        number(round(each.seconds_late / 86_400, 2)) if handed_in else "",
        number(each.earned),
    ]
