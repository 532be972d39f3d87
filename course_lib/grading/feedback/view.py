"""What a student is told, as plain data: the page and the JSON file both say this and nothing else.

What may give inputs or expected values away stays in `Result.detail` and `Graded.seed`, which are read in
`course_lib.grading.feedback.behind`, for the instructor, and here only where a test's `show` allows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.replies import Failure
from course_lib.grading.examination.results import Finding, Part, Result

FORMAT = 1
_WORDS = re.compile(r"\w+")
_PLACES = {"<module>", "<lambda>", "<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>"}

# How a status is said to the student whom it concerns.
_STATUS = {
    "graded": "Your notebook was graded.",
    "pending": "Your notebook was graded, but for the answers that a person has to mark.",
    "missing": "Nothing was handed in.",
    "unreadable": "What was handed in could not be read as a notebook, so it has no score yet.",
    "malformed": "The answer cells of the notebook could not be told apart, so it has no score yet.",
    "wrong-assignment": "This is the notebook of another assignment, so it has no score yet.",
    "failed": "The grader failed, which is no fault of yours; your instructor will grade it again.",
    "limit": "Your notebook was stopped because it used more than it may. What was graded before counts.",
}

View = dict[str, Any]


class Criterion(Protocol):
    """What a written answer is marked for, and the points it is worth at most."""

    @property
    def points(self) -> float:
        """Its points."""

    @property
    def words(self) -> str:
        """What an answer has to do to earn them."""


class Mark(Protocol):
    """A criterion of a written answer and what a person gave for it."""

    @property
    def answer(self) -> str:
        """The answer's ``grade_id``."""

    @property
    def criterion(self) -> Criterion:
        """What it is marked for."""

    @property
    def points(self) -> float | None:
        """What it earned; None while nobody has marked it."""

    @property
    def comment(self) -> str:
        """The marker's words for the student; often empty."""


def view(
    graded: Graded, assignment: str, max_score: float, marks: Iterable[Mark] = (), score: float | None = None
) -> View:
    """Everything that a student is told about a submission, as JSON would have it (CONTRIBUTING.md, *Feedback*).

    Parameters
    ----------
    graded
        What became of it.
    assignment
        The assignment's name.
    max_score
        The points there are, those of written answers among them.
    marks
        What a person gave for written answers, a line a criterion.
    score
        What counts, where that is not the sum of the points, as after a deduction; by default that sum.

    Returns
    -------
    dict
        Plain data; all text in it may be a stranger's.
    """
    marks = list(marks)
    kind, _, detail = graded.status.partition(": ")
    if score is None and graded.score is not None:
        score = graded.score + sum(mark.points for mark in marks if mark.points is not None)
    return {
        "format": FORMAT,
        "assignment": assignment,
        "student": graded.student,
        "status": kind,
        "words": _STATUS[kind.split(":")[0]],
        "detail": detail,
        "warning": graded.warning,
        "score": score,
        "max_score": max_score,
        "cells": [{"cell": name} | error(each, graded.sources) for name, each in graded.failures.items()],
        "tests": [_test(result, graded.sources) for result in graded.results],
        "written": [_written(name, text, marks) for name, text in graded.written.items()],
        "checks": [{"check": check.check, "outcome": check.outcome, "words": check.message} for check in graded.checks],
    }


def _test(result: Result, sources: dict[str, str]) -> View:
    told: View = {
        "examines": result.examines,
        "topic": result.points.topic,
        "points": result.points.n,
        "earned": result.earned,
        "passed": result.passed,
        "reached": result.reached,
        "words": result.words,
        "hint": "" if result.passed else result.points.hint,
        "error": None if result.parts else _error(result.failure, sources),
        "parts": [_part(part, sources) for part in result.parts],
        "shown": None,
    }
    if result.points.show and result.detail is not None and not result.passed:
        told["shown"] = {
            "actual": result.detail.actual,
            "expected": result.detail.expected,
            "questions": [{"asked": each.asked, "gave": each.gave} for each in result.detail.questions],
        }
    return told


def _part(part: Part, sources: dict[str, str]) -> View:
    finding = part.finding or Finding("")
    return {
        "what": part.what,
        "points": part.n,
        "earned": part.n if part.passed else 0.0,
        "passed": part.passed,
        "words": finding.words,
        "error": _error(finding.failure, sources),
    }


def _written(name: str, text: str, marks: Sequence[Mark]) -> View:
    given = [mark for mark in marks if mark.answer == name]
    marked = bool(given) and all(mark.points is not None for mark in given)
    return {
        "answer": name,
        "text": text,
        "state": "marked" if marked else "pending" if text else "unanswered",
        "points": sum(mark.criterion.points for mark in given),
        "earned": sum(mark.points or 0.0 for mark in given) if marked else None,
        "criteria": [
            {
                "words": mark.criterion.words,
                "points": mark.criterion.points,
                "earned": mark.points,
                "comment": mark.comment,
            }
            for mark in (given if marked else [])
        ],
    }


def _error(failure: Failure | None, sources: dict[str, str]) -> View | None:
    return None if failure is None else error(failure, sources)


def error(failure: Failure, sources: dict[str, str]) -> View:
    """What a student's code raised, with the lines it came through.

    Their code is taken from the submission, and not from what the kernel says.

    Parameters
    ----------
    failure
        What the code raised.
    sources
        The cells that ran, by name. A line that is in none of them is left out.

    Returns
    -------
    dict
        `type`, `message` and `lines`, the outermost first, each with its `place` and `code`.
    """
    found = []
    for frame in failure.frames:
        code = sources.get(frame.cell, "").splitlines()
        if frame.line > len(code):
            continue
        known = frame.function in _PLACES or frame.function in _WORDS.findall(sources[frame.cell])
        where = f", in {frame.function}" if known and frame.function != "<module>" else ""
        found.append({"place": f"cell {frame.cell}, line {frame.line}{where}", "code": code[frame.line - 1].strip()})
    return {"type": failure.kind, "message": failure.message, "lines": found}
