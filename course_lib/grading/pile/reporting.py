"""What a run writes: ``scores.csv`` and a feedback page a submission."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from course_lib.grading.examination.examine import Graded
from course_lib.grading.feedback import page as feedback
from course_lib.grading.gradebook.exports.cells import defused, number, table
from course_lib.grading.gradebook.standing import Standing
from course_lib.grading.gradebook.times import shown

COLUMNS = (
    *("student", "assignment", "score", "max_score", "status"),
    *("name", "section", "attempt", "submitted_at", "time_from", "days_late", "earned"),
)


def scores(standings: Iterable[Standing]) -> str:
    """The text of ``scores.csv``; a score that does not exist is empty, which is not 0.

    Examples
    --------
    >>> from course_lib.grading.gradebook.standing import Student
    >>> ann = Standing(Student("ann"), "annealing", "missing: nothing was handed in", max_score=20)
    >>> print(scores([ann]).splitlines()[1])
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


def write(out: Path, assignment: str, standings: Iterable[Standing], records: Mapping[int, Graded]) -> None:
    """Write ``out/scores.csv`` and ``out/feedback/``.

    Parameters
    ----------
    out
        The folder, which exists.
    assignment
        Its name.
    standings
        What each submission is worth.
    records
        What each of them found, by the grading's row.
    """
    standings, pages = list(standings), out / "feedback"
    pages.mkdir(exist_ok=True)
    told = [(_told(each, records), each.max_score) for each in standings]
    worth = {id(graded): max_score for graded, max_score in told}
    for name, graded in feedback.file_names(graded for graded, _ in told).items():
        write_whole(pages / name, feedback.page(graded, assignment, worth[id(graded)]))
    write_whole(out / "scores.csv", scores(standings))


def _told(each: Standing, records: Mapping[int, Graded]) -> Graded:
    record = records.get(each.grading) if each.grading is not None else None
    # Lateness is told in the words; to the page it is a graded submission.
    status = f"graded{each.status.removeprefix('late')}" if each.word == "late" else each.status
    return replace(record or Graded(each.student.id, status), student=each.student.id, status=status)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, whole, whenever the run is cut off."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
