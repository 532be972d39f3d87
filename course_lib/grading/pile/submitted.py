"""When things were handed in, where a list says it: ``submissions.csv`` beside the submissions."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

from course_lib.grading.gradebook.times import moment

FILE = "submissions.csv"
_COLUMNS = {"student", "submitted_at"}


class BadTimes(ValueError):  # noqa: N818 - named for what it is
    """A list of times that cannot be read; the message names the file, the line and what would be right."""


def read_times(folder: Path) -> dict[str, datetime]:
    """When each student handed in, in UTC, by the student's id or by the name of the file or folder.

    Parameters
    ----------
    folder
        Where the submissions lie. Its ``submissions.csv`` has the columns ``student`` and ``submitted_at``, a time with
        its zone such as ``2026-10-01T23:59:00+02:00``; without it, nothing is known here.

    Raises
    ------
    BadTimes
        At the first line that cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        return _parse(path.read_text(encoding="utf-8-sig"))
    except (ValueError, csv.Error) as error:
        raise BadTimes(f"{path}: {error}") from error


def _parse(text: str) -> dict[str, datetime]:
    reader, found = csv.DictReader(io.StringIO(text), strict=True), {}
    if _COLUMNS - set(reader.fieldnames or ()):
        raise ValueError("it needs the columns student and submitted_at")
    for row in reader:
        student, when = (row["student"] or "").strip(), row["submitted_at"] or ""
        if student in found:
            raise ValueError(f"line {reader.line_num}: {student!r} has an earlier line")
        try:
            found[student] = moment(when)
        except ValueError as error:
            raise ValueError(f"line {reader.line_num}: {error}") from error
    return found
