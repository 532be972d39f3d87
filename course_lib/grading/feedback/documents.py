"""The files that a graded pile gives: pages and JSON for the students, pages for the instructor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from course_lib.grading.examination.examine import Graded
from course_lib.grading.feedback.page import file_names, instructors_page, page
from course_lib.grading.feedback.view import Mark, view

STUDENTS, INSTRUCTORS = "feedback", "instructor"


@dataclass(frozen=True)
class Submission:
    """What is said of one submission.

    Attributes
    ----------
    graded
        What became of it.
    max_score
        The points there are, those of written answers among them.
    marks
        What a person gave for written answers.
    score
        What counts, where that is not the sum of the points.
    """

    graded: Graded
    max_score: float
    marks: tuple[Mark, ...] = ()
    score: float | None = None


def documents(pile: Iterable[Submission], assignment: str) -> Iterator[tuple[PurePosixPath, str]]:
    """Each file's path, below the folder for the results, and its text.

    ``feedback/<student>.html`` and ``feedback/<student>.json`` are for the student; ``instructor/<student>.html`` holds
    inputs, expected values and the seed, and stands apart so that the folder of feedback can be handed out whole.

    Parameters
    ----------
    pile
        The submissions.
    assignment
        The assignment's name.
    """
    submissions = list(pile)
    names = file_names(each.graded for each in submissions)
    for name, each in zip(names, submissions, strict=True):
        marked = (each.graded, assignment, each.max_score, each.marks, each.score)
        yield PurePosixPath(STUDENTS, name), page(*marked)
        yield PurePosixPath(STUDENTS, name).with_suffix(".json"), as_json(*marked)
        yield PurePosixPath(INSTRUCTORS, name), instructors_page(*marked)


def as_json(
    graded: Graded, assignment: str, max_score: float, marks: Iterable[Mark] = (), score: float | None = None
) -> str:
    """What the student's page says, as JSON in the format of CONTRIBUTING.md, *Feedback*."""
    told = view(graded, assignment, max_score, marks, score)
    return json.dumps(told, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
