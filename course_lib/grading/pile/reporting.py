"""What a run writes: ``scores.csv`` and a feedback page a submission."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from course_lib.grading.examination.examine import Graded
from course_lib.grading.feedback import page as feedback
from course_lib.grading.gradebook.exports.listing import listing
from course_lib.grading.gradebook.standing import Standing


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
    write_whole(out / "scores.csv", listing(standings))


def _told(each: Standing, records: Mapping[int, Graded]) -> Graded:
    record = records.get(each.grading) if each.grading is not None else None
    # Lateness is told in the words; to the page it is a graded submission.
    status = f"graded{each.status.removeprefix('late')}" if each.word == "late" else each.status
    return replace(record or Graded(each.student.id, status), student=each.student.id, status=status)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, whole, whenever the run is cut off."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")  # another run may write the same page
    with draft.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
