"""What became of a submission, as Gradescope's ``results.json``."""

from __future__ import annotations

from typing import Any

from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.hidden import Result


def results(graded: Graded) -> dict[str, Any]:
    """What Gradescope reads: a score, words for the student, and an entry a hidden test.

    Its documentation: https://gradescope-autograders.readthedocs.io/en/latest/specs/

    Parameters
    ----------
    graded
        What became of the submission.

    Returns
    -------
    dict
        To be written as JSON. All text in it is marked as text, so that none of it is shown as HTML.

    Examples
    --------
    >>> results(Graded("ann", "unreadable: not JSON"))["output"]
    'unreadable: not JSON'
    """
    return {
        "tests": [_test(each) for each in graded.results],
        # Gradescope takes no file without a score; for a submission that has none, the words say why.
        **without_score(graded.status),
        "score": graded.score or 0.0,
        "execution_time": round(graded.seconds, 2),
    }


def without_score(words: str) -> dict[str, Any]:
    """The results of a submission that could not be graded.

    Parameters
    ----------
    words
        Why, for the student.
    """
    return {"score": 0.0, "output": words, "output_format": "text", "stdout_visibility": "hidden"}


def _test(result: Result) -> dict[str, Any]:
    words = [] if result.passed else [result.words, f"Hint: {result.points.hint}"]
    return {
        "name": result.examines,
        "score": result.earned,
        "max_score": result.points.n,
        "status": "passed" if result.passed else "failed",
        "output": "\n".join(filter(None, words)),
        "output_format": "text",
        "visibility": "visible",
    }
