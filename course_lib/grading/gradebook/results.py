"""Keeping a result: each in one transaction, when it is finished, so that a run can be killed at any moment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.hidden import Result
from course_lib.grading.gradebook import records, schema
from course_lib.grading.gradebook.attempts import Planned
from course_lib.grading.gradebook.rows import added, clean, fingerprint, on_one_line
from course_lib.grading.gradebook.runs import Run
from course_lib.grading.gradebook.store import Gradebook

# Databases limit how many values one question may name.
_AT_ONCE = 500


def record(
    book: Gradebook, run: Run, planned: Planned, graded: Graded, max_score: float, stubs: Mapping[str, str]
) -> bool:
    """Keep what became of an attempt: result, scores by test and written answers, all or nothing.

    Parameters
    ----------
    book, run, planned
        Where, by which run, and which attempt.
    graded
        What became of it.
    max_score
        The points of the hidden tests.
    stubs
        The written answers as they were released, by ``grade_id``.

    Returns
    -------
    bool
        False when another run has kept a result of the same meanwhile; that one stands.
    """
    if graded.score is not None and not math.isfinite(graded.score):
        graded = Graded(graded.student, f"failed: a hidden test gave {graded.score} points", seconds=graded.seconds)
    grading = {"attempt": planned.attempt, "run": run.id, "key": planned.key, "take": planned.take}
    grading |= {"graded_at": datetime.now(UTC), "status": on_one_line(graded.status), "score": graded.score}
    grading |= {"max_score": max_score, "record": records.dump(graded)}
    answers = [_answer(planned.attempt, name, text, stubs) for name, text in graded.written.items()]
    try:
        with book.writing() as connection:
            number = added(connection, schema.gradings, grading)
            rows = [_score(number, position, each) for position, each in enumerate(graded.results)]
            if rows:
                connection.execute(insert(schema.scores), rows)
            if answers:
                connection.execute(delete(schema.answers).filter_by(attempt=planned.attempt))
                connection.execute(insert(schema.answers), answers)
    except IntegrityError:
        if _is_kept(book, planned):
            return False
        raise
    return True


def _is_kept(book: Gradebook, planned: Planned) -> bool:
    with book.reading() as connection:
        which = {"attempt": planned.attempt, "key": planned.key, "take": planned.take}
        return connection.execute(select(schema.gradings.c.id).filter_by(**which)).first() is not None


def _score(grading: int, position: int, result: Result) -> dict[str, object]:
    words = {"test": clean(result.name), "topic": clean(result.points.topic), "words": clean(result.words)}
    return {"grading": grading, "position": position, "earned": result.earned, "max_score": result.points.n, **words}


def _answer(attempt: int, name: str, text: str, stubs: Mapping[str, str]) -> dict[str, object]:
    text = clean(text)
    untouched = text.strip() in ("", stubs.get(name, "").strip())
    return {"attempt": attempt, "answer": name, "sha256": fingerprint(text), "text": text, "untouched": untouched}


def load(connection: Connection, gradings: Iterable[int]) -> dict[int, Graded]:
    """What gradings found, by their rows.

    Raises
    ------
    UnreadableRecord
        When one was written by a `course_lib` whose records this one does not know.
    """
    table, found = schema.gradings, {}
    wanted = sorted(gradings)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        for row in connection.execute(select(table.c.id, table.c.record).where(table.c.id.in_(some))):
            found[row.id] = records.load(row.record)
    return found
