"""The whole course: each student's total over the assignments."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from course_lib.grading.gradebook.policies import Policies, Policy
from course_lib.grading.gradebook.standing import Standing, Student, names, standings


@dataclass(frozen=True)
class Total:
    """One student's total.

    Attributes
    ----------
    student
        Who.
    percent
        The weighted mean of what each assignment counts, in percent; None where none counts yet.
    standings
        By assignment.
    dropped
        The assignments that do not count because they are the worst.
    waiting
        Those that may still change it, with their status: nothing is final while there are some.
    """

    student: Student
    percent: float | None
    standings: Mapping[str, Standing]
    dropped: tuple[str, ...]
    waiting: tuple[str, ...]


def counted(standing: Standing, policy: Policy, now: datetime) -> float | None:
    """The points that a standing counts in totals and exports.

    Parameters
    ----------
    standing
        How a student stands in an assignment.
    policy
        Of the assignment; what is missing counts 0 when it is due and the policy says so.
    now
        When this is asked.

    Returns
    -------
    float or None
        None for what does not count: missing and not due, now or ever; left out; or without a score.
    """
    if standing.attempt is None and policy.missing == "zero" and standing.due is not None and standing.due <= now:
        return 0.0
    return standing.score


def totals(connection: Connection, policies: Policies, now: datetime) -> list[Total]:
    """Everybody's total over the assignments of which something was graded, sorted by id.

    An assignment counts as its score over its points, times its weight. The `drop_lowest` worst fractions are left out,
    but never a student's only one.

    Parameters
    ----------
    connection
        A transaction on the gradebook.
    policies
        Weights, what is dropped, and what counts.
    now
        When this is asked; what is missing and not due, now or ever, does not count.
    """
    found: dict[str, dict[str, Standing]] = {}
    people: dict[str, Student] = {}
    for name in names(connection):
        for each in standings(connection, name, policies):
            found.setdefault(each.student.id, {})[name] = each
            people[each.student.id] = each.student
    return [_total(people[who], found[who], policies, now) for who in sorted(found)]


def _total(student: Student, found: Mapping[str, Standing], policies: Policies, now: datetime) -> Total:
    fractions = {}
    for name, each in found.items():
        points = counted(each, policies.of(name), now)
        if points is not None and each.max_score > 0:
            fractions[name] = points / each.max_score
    weighted = [name for name in fractions if policies.of(name).weight > 0]
    worst = sorted(weighted, key=lambda name: (fractions[name], name))
    dropped = worst[: min(policies.drop_lowest, max(0, len(worst) - 1))]
    kept = [name for name in weighted if name not in dropped]
    weight = math.fsum(policies.of(name).weight for name in kept)
    earned = math.fsum(policies.of(name).weight * fractions[name] for name in kept)
    waiting = [f"{name}: {each.word}" for name, each in found.items() if each.unmarked or _ungraded(each)]
    return Total(student, 100 * earned / weight if weight else None, found, tuple(dropped), tuple(waiting))


def _ungraded(each: Standing) -> bool:
    return each.attempt is not None and each.score is None
