"""What a run writes: ``scores.csv`` and a feedback page a submission."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from course_lib.grading.examination.examine import Graded
from course_lib.grading.feedback.documents import INSTRUCTORS, STUDENTS, Submission, documents
from course_lib.grading.gradebook.exports.listing import listing
from course_lib.grading.gradebook.marks import Mark
from course_lib.grading.gradebook.standing import Standing


def write(
    out: Path,
    assignment: str,
    standings: Iterable[Standing],
    records: Mapping[int, Graded],
    marks: Mapping[int, tuple[Mark, ...]],
) -> None:
    """Write ``out/scores.csv``, ``out/feedback/`` for the students and ``out/instructor/``.

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
    marks
        What a person gave for written answers, by the attempt's row.
    """
    standings = list(standings)
    pile = [
        Submission(_told(each, records), each.max_score, marks.get(each.attempt or 0, ()), each.score)
        for each in standings
    ]
    for folder in (STUDENTS, INSTRUCTORS):
        (out / folder).mkdir(exist_ok=True)
    for path, text in documents(pile, assignment):
        write_whole(out / path, text)
    write_whole(out / "scores.csv", listing(standings))


def _told(each: Standing, records: Mapping[int, Graded]) -> Graded:
    record = records.get(each.grading) if each.grading is not None else None
    # Lateness is told in the words; to the page it is a graded submission.
    status = f"graded{each.status.removeprefix('late')}" if each.word == "late" else each.status
    return replace(record or Graded(each.student.id, status), student=each.student.id, status=status)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, whole, whenever the run is cut off."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")  # another run may write the same page
    # A stranger's text may hold half a character, which no file can.
    with draft.open("w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
