"""How students stand: what each attempt is worth, which one counts, and who handed in nothing."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from course_lib.assignments.rubric import Rubric, from_json
from course_lib.grading.examination.examine import Graded
from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.attempts import BY_LIST
from course_lib.grading.gradebook.policies import Policies, Policy


@dataclass(frozen=True)
class Student:
    """Who somebody is, as the roster says; `on_roster` is false for a name that only a submission carries."""

    id: str
    name: str = ""
    section: str = ""
    email: str = ""
    canvas_id: str = ""
    moodle_id: str = ""
    github: str = ""
    on_roster: bool = False


@dataclass(frozen=True)
class Standing:
    """How one student stands in one assignment, or what one attempt is worth.

    Attributes
    ----------
    student, assignment
        Who, and in what.
    status
        A status of CONTRIBUTING.md: a word, and where there is something to say a colon and one line.
    score
        The points that count, lateness taken off; None, which is not 0, where there are none.
    earned
        The points before lateness; with marks by hand, so far as they are given.
    max_score
        The points there are, with those of the written answers.
    number, attempts
        Which attempt this is, and how many there are; 0 where there is none.
    submitted_at, time_from
        When it was handed in, and how that is known.
    seconds_late
        How long after it was due.
    due
        When it was due for this student, an extension counted in; None for never.
    unmarked
        How many criteria of written answers have no mark yet.
    attempt, grading
        Rows of the gradebook; None where there is none.
    """

    student: Student
    assignment: str
    status: str
    score: float | None = None
    earned: float | None = None
    max_score: float = 0.0
    number: int = 0
    attempts: int = 0
    submitted_at: datetime | None = None
    time_from: str = ""
    seconds_late: float = 0.0
    due: datetime | None = None
    unmarked: int = 0
    attempt: int | None = None
    grading: int | None = None

    @property
    def word(self) -> str:
        """The status without what it says."""
        return Graded("", self.status).word


@dataclass(frozen=True)
class _Kept:
    """Everything about one assignment, read at once."""

    rubric: Rubric
    max_score: float
    students: dict[str, Student]
    extensions: dict[str, float]
    attempts: dict[str, list[Row[Any]]]
    gradings: dict[int, Row[Any]]
    answers: dict[int, list[Row[Any]]]
    marks: dict[tuple[str, str, str], dict[str, float]]


def students(connection: Connection) -> dict[str, Student]:
    """Everybody known to the gradebook, by id, sorted."""
    query = select(schema.students).order_by(schema.students.c.id)
    return {row.id: Student(**row._mapping) for row in connection.execute(query)}


def names(connection: Connection) -> list[str]:
    """The assignments of which something was graded, sorted."""
    return list(connection.execute(select(schema.assignments.c.name).order_by(schema.assignments.c.name)).scalars())


def standings(connection: Connection, assignment: str, policies: Policies) -> list[Standing]:
    """How everybody stands in an assignment: each who handed something in, and each on the roster; sorted by id."""
    policy, kept, found = policies.of(assignment), _read(connection, assignment), []
    for student in kept.students.values():
        rows = kept.attempts.get(student.id, [])
        if rows:
            found.append(_counting([_worth(kept, row, policy) for row in rows], policy))
        elif student.on_roster:
            status = "missing: nothing was handed in"
            max_score = kept.max_score + kept.rubric.points
            due = policy.due_for(kept.extensions.get(student.id, 0.0))
            found.append(Standing(student, assignment, status, max_score=max_score, due=due))
    return found


def attempts(connection: Connection, assignment: str, policies: Policies) -> dict[int, Standing]:
    """What each attempt at an assignment is worth, by its row."""
    policy, kept = policies.of(assignment), _read(connection, assignment)
    worth = [_worth(kept, row, policy) for rows in kept.attempts.values() for row in rows]
    return {each.attempt: each for each in worth if each.attempt is not None}


def eligible(worth: list[Standing], policy: Policy) -> list[Standing]:
    """The attempts among which the one that counts is chosen, in the order in which they were handed in.

    They have a score, are among the first so many, and came before the cut-off, if any of them did.
    """
    scored = sorted((each for each in worth if each.score is not None), key=_when)[: policy.attempt_limit]
    return [each for each in scored if not policy.past_cut_off(each.seconds_late)] or scored


def _counting(worth: list[Standing], policy: Policy) -> Standing:
    among = eligible(worth, policy)
    if not among:
        counts = max(worth, key=_when)
    elif policy.attempts == "last":
        counts = among[-1]
    else:
        counts = max(among, key=lambda each: (each.score or 0.0, _when(each)))
        waiting = sum(each.unmarked for each in among)
        if waiting and not counts.unmarked:
            words = f"pending: another attempt has {_criteria(waiting)} to be marked, and may count instead"
            counts = replace(counts, status=words, unmarked=waiting)
    return replace(counts, attempts=len(worth))


def _when(each: Standing) -> tuple[datetime, int]:
    assert each.submitted_at is not None  # noqa: S101 - for the type checker: every attempt has its time
    return each.submitted_at, each.number


def _worth(kept: _Kept, row: Row[Any], policy: Policy) -> Standing:
    student = kept.students[row.student]
    extension = kept.extensions.get(student.id, 0.0)
    late = policy.seconds_late(row.submitted_at, extension)
    # What the platform says of lateness stands before a file's time, which may be that of the download.
    if row.flagged_late is not None and row.time_from != BY_LIST:
        late = max(late, 1.0) if row.flagged_late else 0.0
    standing = Standing(
        student,
        row.assignment,
        "ungraded: handed in and not graded yet; `course grade` goes on with it",
        max_score=kept.max_score + kept.rubric.points,
        number=row.number,
        attempts=len(kept.attempts[student.id]),
        submitted_at=row.submitted_at,
        time_from=row.time_from,
        seconds_late=late,
        due=policy.due_for(extension),
        attempt=row.id,
    )
    grading = kept.gradings.get(row.id)
    if grading is None:
        return standing
    standing = replace(standing, status=grading.status, grading=grading.id)
    standing = replace(standing, max_score=grading.max_score + kept.rubric.points)
    if grading.score is None:
        return standing
    by_hand, unmarked = _by_hand(kept, row)
    earned = grading.score + by_hand
    return replace(
        standing,
        earned=earned,
        score=earned * policy.kept(late),
        unmarked=unmarked,
        status=_status(grading.status, unmarked, late, policy),
    )


def _by_hand(kept: _Kept, row: Row[Any]) -> tuple[float, int]:
    """The points of the written answers so far, and how many criteria have none; an untouched answer is worth 0."""
    answers, points, unmarked = {each.answer: each for each in kept.answers.get(row.id, [])}, [], 0
    for name, criteria in kept.rubric.answers.items():
        answer = answers.get(name)
        if answer is not None and answer.untouched:
            continue
        given = kept.marks.get((row.student, name, answer.sha256), {}) if answer is not None else {}
        points += [min(given[each.id], each.points) for each in criteria if each.id in given]
        unmarked += sum(each.id not in given for each in criteria)
    return math.fsum(points), unmarked


def _status(status: str, unmarked: int, late: float, policy: Policy) -> str:
    said = []
    if unmarked:
        said.append(f"{_criteria(unmarked)} to be marked")
    if late > 0:
        said.append(f"handed in {_duration(late)} late, {policy.kept(late):.0%} of the score counts")
    word, _, words = status.partition(": ")
    if not said:
        return status
    if unmarked:
        return f"pending: {'; '.join([*said, *([] if status == 'graded' else [status])])}"
    if word == "graded":
        return f"late: {'; '.join([*said, *filter(None, [words])])}"
    return f"{status}; {'; '.join(said)}"


def _criteria(count: int) -> str:
    return f"{count} {'criterion' if count == 1 else 'criteria'}"


def _duration(seconds: float) -> str:
    """A time as people say it.

    Examples
    --------
    >>> _duration(90), _duration(3700), _duration(200_000)
    ('2 minutes', '1.0 hours', '2.3 days')
    """
    if seconds < 3600:
        minutes = math.ceil(seconds / 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{seconds / 3600:.1f} hours" if seconds < 86_400 else f"{seconds / 86_400:.1f} days"


def _read(connection: Connection, assignment: str) -> _Kept:
    rubric = connection.execute(select(schema.assignments.c.rubric).filter_by(name=assignment)).scalar()
    newest = select(schema.versions.c.max_score).join(schema.runs).filter(schema.versions.c.assignment == assignment)
    max_score = connection.execute(newest.order_by(schema.runs.c.id.desc()).limit(1)).scalar()
    extensions = connection.execute(select(schema.extensions).filter_by(assignment=assignment))
    marks: Mapping[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for row in connection.execute(select(schema.marks).filter_by(assignment=assignment).order_by(schema.marks.c.id)):
        marks[row.student, row.answer, row.answer_sha256][row.criterion] = row.points
    tries = select(schema.attempts).filter_by(assignment=assignment).order_by(schema.attempts.c.number)
    return _Kept(
        from_json(rubric or "{}"),
        max_score or 0.0,
        students(connection),
        {row.student: row.days for row in extensions},
        _by(connection.execute(tries), "student"),
        _current(connection, assignment),
        _by(connection.execute(_of(schema.answers, assignment)), "attempt"),
        dict(marks),
    )


def _of(table: Any, assignment: str) -> Any:  # noqa: ANN401 - a table with attempts, and its rows of one assignment
    return select(table).join(schema.attempts).where(schema.attempts.c.assignment == assignment)


def _by(rows: Any, column: str) -> dict[Any, list[Row[Any]]]:  # noqa: ANN401 - rows, and the values of a column
    found: dict[Any, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return dict(found)


def _current(connection: Connection, assignment: str) -> dict[int, Any]:
    """The grading that stands, by attempt: the newest; one that the grader failed on replaces none that it did not."""
    table, found = schema.gradings, dict[int, Any]()
    columns = (table.c.id, table.c.attempt, table.c.status, table.c.score, table.c.max_score)
    query = select(*columns).join(schema.attempts).where(schema.attempts.c.assignment == assignment)
    for row in connection.execute(query.order_by(table.c.id)):
        if row.attempt not in found or not row.status.startswith("failed"):
            found[row.attempt] = row
    return found
