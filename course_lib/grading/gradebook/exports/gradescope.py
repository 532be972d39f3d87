"""One submission as Gradescope's ``results.json``, for its autograder and for records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib.grading.examination.examine import Graded
from course_lib.grading.gradebook.marks import Mark


def results(
    graded: Graded, *, status: str = "", score: float | None = None, marks: Sequence[Mark] = ()
) -> dict[str, Any]:
    """What Gradescope reads: a score, and a test a hidden test and a test a criterion marked by hand.

    Its documentation: https://gradescope-autograders.readthedocs.io/en/latest/specs/

    Parameters
    ----------
    graded
        What became of the submission.
    status
        Its status, where the gradebook knows more of it; by default that of `graded`.
    score
        The points that count; by default those of the tests and the marks.
    marks
        Of its written answers.

    Returns
    -------
    dict
        To be written as JSON. All text in it is marked as text, so that none is run as HTML.
    """
    tests = [
        _test(
            each.examines, each.earned, each.points.n, each.passed, [each.words, _hint(each.passed, each.points.hint)]
        )
        for each in graded.results
    ]
    for each in marks:
        full, words = each.points == each.criterion.points, [each.criterion.words, each.comment]
        if each.points is None:
            words.append("Not marked yet.")
        tests.append(
            _test(f"{each.answer}: {each.criterion.id}", each.points or 0.0, each.criterion.points, full, words)
        )
    return {
        # Gradescope takes no file without a score; the words say why there is none.
        **without_score(status or graded.status),
        "score": sum(test["score"] for test in tests) if score is None else score,
        "execution_time": round(graded.seconds, 2),
        "tests": tests,
    }


def without_score(words: str) -> dict[str, Any]:
    """The results of a submission that could not be graded.

    Parameters
    ----------
    words
        Why, for the student.
    """
    return {"score": 0.0, "output": words, "output_format": "text", "stdout_visibility": "hidden"}


def _hint(passed: bool, hint: str) -> str:
    return "" if passed else f"Hint: {hint}"


def _test(name: str, score: float, max_score: float, passed: bool, words: Sequence[str]) -> dict[str, Any]:
    output = "\n".join(filter(None, words))
    test = {"name": name, "score": score, "max_score": max_score, "status": "passed" if passed else "failed"}
    return {**test, "output": output, "output_format": "text", "visibility": "visible"}
