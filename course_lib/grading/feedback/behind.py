"""What lies behind a student's feedback, for the instructor alone: inputs, expected values, raw errors, the seed."""

from __future__ import annotations

from typing import Any

from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.results import Detail, Part, Result
from course_lib.grading.feedback.view import error


def behind(graded: Graded) -> dict[str, Any]:
    """What a student is not told about a submission.

    Returns
    -------
    dict
        `seed`, `seconds`, and `tests` in the order of the results: each test's `name`, how it is run, its questions,
        and what it and its parts found. None of it may reach a student.
    """
    return {
        "seed": graded.seed,
        "seconds": round(graded.seconds, 3),
        "tests": [_test(result, graded.sources) for result in graded.results],
    }


def _test(result: Result, sources: dict[str, str]) -> dict[str, Any]:
    detail = result.detail or Detail()
    return {
        "name": result.name,
        "after": list(result.points.after),
        "seconds": result.points.seconds,
        "hint": result.points.hint,
        "questions": [{"asked": each.asked, "gave": each.gave} for each in detail.questions],
        "found": [] if result.parts else [_found("", detail, sources)],
        "parts": [_found(part.what, _detail(part), sources) for part in result.parts if not part.passed],
    }


def _detail(part: Part) -> Detail:
    return (part.finding.detail if part.finding else None) or Detail()


def _found(what: str, detail: Detail, sources: dict[str, str]) -> dict[str, Any]:
    return {
        "what": what,
        "raw": detail.raw,
        "actual": detail.actual,
        "expected": detail.expected,
        "error": None if detail.failure is None else error(detail.failure, sources),
    }
