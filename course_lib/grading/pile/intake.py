"""Taking submissions in: their bytes, read once, and when they were handed in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from course_lib.assignments.merge import MAX_BYTES
from course_lib.grading.gradebook.attempts import BY_FILE, BY_LIST, HandedIn
from course_lib.grading.gradebook.rows import fingerprint
from course_lib.grading.pile.names import Scheme
from course_lib.grading.pile.submissions import Submission


@dataclass(frozen=True)
class Taken:
    """A submission, its bytes, and what the gradebook notes of it; no bytes for what was refused."""

    submission: Submission
    content: bytes | None
    handed_in: HandedIn


def take(submission: Submission, times: Mapping[str, datetime]) -> Taken:
    """Read a submission.

    Parameters
    ----------
    submission
        As it was found.
    times
        When things were handed in, by student or by the name of the file or folder. Else the file's time counts.
    """
    content = None
    if submission.path is not None:
        try:
            content = _read(submission.path)
        except OSError as error:
            words = f"unreadable: it cannot be opened: {error.strerror}"
            submission = replace(submission, path=None, status=words)
    listed = times.get(submission.student, times.get(submission.found_as))
    named = submission.named
    handed_in = HandedIn(
        submission.student,
        "" if content is None else fingerprint(content),
        listed or submission.modified or datetime.now(UTC),
        BY_LIST if listed else BY_FILE,
        named.flagged_late,
        named.full_name if named.scheme is Scheme.MOODLE else "",
        submission.status,
    )
    return Taken(submission, content, handed_in)


def _read(path: Path) -> bytes:
    # Between the look and the reading a link, or a pipe that never ends, may have taken the file's place.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_BYTES + 1)
