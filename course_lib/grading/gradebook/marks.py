"""Marks by hand: a sheet with a line for each student and criterion, and taking it back in, all of it or nothing."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from course_lib.assignments.rubric import Criterion, Rubric, from_json
from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.exports.cells import defused, number, plain, table
from course_lib.grading.gradebook.policies import Policies
from course_lib.grading.gradebook.rows import clean
from course_lib.grading.gradebook.standing import Standing, attempts, eligible, names
from course_lib.grading.gradebook.store import Gradebook

COLUMNS = (
    *("assignment", "student", "name", "attempt", "answer", "criterion", "words", "max_points"),
    *("points", "comment", "text", "text_sha256"),
)
_NEEDED = {"assignment", "student", "answer", "criterion", "points", "comment", "text_sha256"}
# So many characters of the fingerprint tell two texts of one student apart.
_SHORT = 16


class BadMarks(ValueError):  # noqa: N818 - named for what they are
    """A sheet of marks that cannot be taken; the message names the line and what would be right."""


@dataclass(frozen=True)
class Mark:
    """One criterion of a written answer, and what a person gave for it.

    Attributes
    ----------
    answer
        The answer's ``grade_id``.
    criterion
        What it is marked for.
    points
        None while there is no mark.
    comment
        The marker's, for the student.
    """

    answer: str
    criterion: Criterion
    points: float | None
    comment: str


@dataclass(frozen=True)
class _Text:
    """A written answer that can be marked, and its marks so far: points and comment by criterion."""

    standing: Standing
    answer: str
    sha256: str
    text: str
    marks: Mapping[str, tuple[float, str]]


def sheet(connection: Connection, assignment: str, policies: Policies) -> str:
    """The sheet of an assignment as CSV: the written answers that may count, with the marks given so far.

    An answer that stands as it was released is not on it; it is worth 0. The marker fills in `points` and `comment`.

    Raises
    ------
    BadMarks
        When nothing of the assignment is in the gradebook, or it has no written answers.
    """
    rubric, rows = _rubric(connection, assignment), []
    for each in _texts(connection, assignment, policies):
        for criterion in rubric.answers.get(each.answer, ()):
            points, comment = each.marks.get(criterion.id, (None, ""))
            student = each.standing.student
            rows.append(
                [
                    *(assignment, defused(student.id), defused(student.name), str(each.standing.number)),
                    *(each.answer, criterion.id, defused(criterion.words), number(criterion.points)),
                    *(number(points), defused(comment), defused(each.text), each.sha256[:_SHORT]),
                ]
            )
    return table(COLUMNS, rows)


def take(book: Gradebook, text: str, marker: str, policies: Policies) -> Counter[str]:
    """Take a filled-in sheet into the gradebook: all of it or, on an error, nothing.

    Lines without points are left as they are; a line that says what is known already changes nothing.

    Parameters
    ----------
    book
        The gradebook.
    text
        The sheet.
    marker
        Who marked.
    policies
        Those that the sheet was written with.

    Returns
    -------
    Counter of str
        How many marks are new or changed, by assignment.

    Raises
    ------
    BadMarks
        At the first line that cannot be taken.
    """
    given: dict[tuple[str, str, str, str, str], tuple[float, str]] = {}
    with book.writing() as connection:
        known = _Known(connection, policies)
        for line, row in _lines(text):
            if not row["points"].strip():
                if row["comment"].strip():
                    raise BadMarks(f"line {line}: a comment without points; an answer worth nothing has 0")
                continue
            where, mark = known.held(row, line)
            if given.setdefault(where, mark) != mark:
                raise BadMarks(f"line {line}: an earlier line gives {where[1]!r} other points for {where[4]}")
        now, new = datetime.now(UTC), Counter[str]()
        for where, (points, comment) in given.items():
            if known.given(where) == (points, comment):
                continue
            columns = dict(zip(("assignment", "student", "answer", "answer_sha256", "criterion"), where, strict=True))
            values = {"points": points, "comment": comment, "marker": clean(marker), "marked_at": now}
            connection.execute(insert(schema.marks).values(**columns, **values))
            new[columns["assignment"]] += 1
        return new


def given(connection: Connection, assignment: str) -> dict[int, tuple[Mark, ...]]:
    """The criteria of each attempt's written answers with their marks, by the attempt's row."""
    rubric, found = _rubric(connection, assignment), defaultdict(list)
    marks = _marks(connection, assignment)
    query = select(schema.answers, schema.attempts.c.student).join(schema.attempts)
    for row in connection.execute(query.where(schema.attempts.c.assignment == assignment)):
        known = marks.get((row.student, row.answer, row.sha256), {})
        for criterion in rubric.answers.get(row.answer, ()):
            default = (0.0, "") if row.untouched else (None, "")
            points, comment = known.get(criterion.id, default)
            found[row.attempt].append(Mark(row.answer, criterion, points, comment))
    return {attempt: tuple(each) for attempt, each in found.items()}


class _Known:
    """What a sheet is held against, read once for each assignment that it names."""

    def __init__(self, connection: Connection, policies: Policies) -> None:
        self._connection, self._policies = connection, policies
        self._names = names(connection)
        self._rubrics: dict[str, Rubric] = {}
        self._texts: dict[str, dict[tuple[str, str, str], _Text]] = {}

    def held(self, row: Mapping[str, str], line: int) -> tuple[tuple[str, str, str, str, str], tuple[float, str]]:
        """Where a line's mark belongs, and the mark."""
        assignment, student = row["assignment"].strip(), plain(row["student"]).strip()
        if assignment not in self._names:
            raise BadMarks(f"line {line}: nothing of an assignment {assignment!r} is in the gradebook")
        self._read(assignment)
        criterion = self._rubrics[assignment].criterion(row["answer"], row["criterion"])
        if criterion is None:
            raise BadMarks(f"line {line}: the rubric has no criterion {row['criterion']!r} of {row['answer']!r}")
        texts = self._texts[assignment]
        if not any(who == student for who, _, _ in texts):
            raise BadMarks(f"line {line}: {student!r} has no written answer to be marked")
        found = texts.get((student, row["answer"], row["text_sha256"].strip()))
        if found is None:
            raise BadMarks(
                f"line {line}: the answer {row['answer']!r} of {student!r} has changed since the sheet was written; "
                "write a new sheet"
            )
        points = _points(row["points"], criterion, line)
        comment = clean(plain(row["comment"]).strip())
        return (assignment, student, found.answer, found.sha256, criterion.id), (points, comment)

    def given(self, where: tuple[str, str, str, str, str]) -> tuple[float, str] | None:
        """The mark there is."""
        assignment, student, answer, sha256, criterion = where
        return self._texts[assignment][student, answer, sha256[:_SHORT]].marks.get(criterion)

    def _read(self, assignment: str) -> None:
        if assignment in self._rubrics:
            return
        self._rubrics[assignment] = _rubric(self._connection, assignment)
        self._texts[assignment] = {
            (each.standing.student.id, each.answer, each.sha256[:_SHORT]): each
            for each in _texts(self._connection, assignment, self._policies)
        }


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        lacking = _NEEDED - set(reader.fieldnames or ())
        if lacking:
            raise BadMarks(f"the sheet lacks the column{'s' * (len(lacking) > 1)} {', '.join(sorted(lacking))}")
        for row in reader:
            if any(row[name] is None for name in _NEEDED):
                raise BadMarks(f"line {reader.line_num}: it has fewer cells than there are columns")
            yield reader.line_num, row
    except csv.Error as error:
        raise BadMarks(f"line {reader.line_num}: {error}") from error


def _points(cell: str, criterion: Criterion, line: int) -> float:
    try:
        points = float(cell)
    except ValueError:
        points = math.nan
    if not 0 <= points <= criterion.points:
        raise BadMarks(
            f"line {line}: the points of {criterion.id!r} are a number from 0 to {criterion.points:g}, "
            f"with a point before decimals, not {cell.strip()!r}"
        )
    return points


def _rubric(connection: Connection, assignment: str) -> Rubric:
    stored = connection.execute(select(schema.assignments.c.rubric).filter_by(name=assignment)).scalar()
    if stored is None:
        raise BadMarks(f"nothing of an assignment {assignment!r} is in the gradebook")
    return from_json(stored)


def _marks(connection: Connection, assignment: str) -> dict[tuple[str, str, str], dict[str, tuple[float, str]]]:
    found: dict[tuple[str, str, str], dict[str, tuple[float, str]]] = defaultdict(dict)
    for row in connection.execute(select(schema.marks).filter_by(assignment=assignment).order_by(schema.marks.c.id)):
        found[row.student, row.answer, row.answer_sha256][row.criterion] = (row.points, row.comment)
    return found


def _texts(connection: Connection, assignment: str, policies: Policies) -> list[_Text]:
    """The answers of the attempts that may count; the same words handed in twice are one."""
    policy, marks = policies.of(assignment), _marks(connection, assignment)
    worth: dict[str, list[Standing]] = defaultdict(list)
    for each in attempts(connection, assignment, policies).values():
        worth[each.student.id].append(each)
    answers = defaultdict(list)
    query = select(schema.answers).join(schema.attempts).where(schema.attempts.c.assignment == assignment)
    for row in connection.execute(query.where(~schema.answers.c.untouched).order_by(schema.answers.c.answer)):
        answers[row.attempt].append(row)
    found = {}
    for who in sorted(worth):
        among = eligible(worth[who], policy)
        for standing in among[-1:] if policy.attempts == "last" else among:
            for row in answers[standing.attempt]:
                known = marks.get((who, row.answer, row.sha256), {})
                found[who, row.answer, row.sha256] = _Text(standing, row.answer, row.sha256, row.text, known)
    return [found[key] for key in sorted(found, key=lambda key: (key[1], key[0], found[key].standing.number))]
