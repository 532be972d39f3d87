"""What a hidden test found: words for the student, and what only an instructor sees."""

from __future__ import annotations

from dataclasses import dataclass, replace

from course_lib.grading.examination import redaction
from course_lib.grading.examination.marker import Points
from course_lib.grading.examination.replies import Failure


@dataclass(frozen=True)
class Question:
    """One question put to the student's code and what came of it, shortened, as text that only an instructor sees."""

    asked: str
    gave: str


@dataclass(frozen=True)
class Detail:
    """What lies behind a finding, for the instructor, and for the student only where the test's `show` allows it.

    It gives inputs and expected values away.

    Attributes
    ----------
    raw
        The exception that ended the test, with its message; empty where nothing did.
    actual, expected
        What was compared, where one of our own comparisons failed; else empty.
    failure
        What the student's code raised, unredacted.
    questions
        The last questions of the test, the oldest first.
    """

    raw: str = ""
    actual: str = ""
    expected: str = ""
    failure: Failure | None = None
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What went wrong, in words that give neither inputs nor expected values away."""

    words: str
    failure: Failure | None = None
    detail: Detail | None = None


@dataclass(frozen=True)
class Part:
    """One part of a test that gives its points in parts.

    Attributes
    ----------
    n
        The points it is worth.
    what
        What it examines.
    finding
        What went wrong; None for a part that passed.
    """

    n: float
    what: str
    finding: Finding | None = None

    @property
    def passed(self) -> bool:
        """Whether it earned its points."""
        return self.finding is None


@dataclass(frozen=True)
class Result:
    """What one hidden test found, in words that give neither its inputs nor its expected values away.

    Attributes
    ----------
    name
        The test's function.
    examines
        What it examines: the first paragraph of its docstring, else its name in words.
    points
        What it is worth, its topic and its hint.
    passed
        Whether it earned all its points.
    words
        What went wrong; empty for a test that passed.
    failure
        What the student's code raised, if it did.
    reached
        Whether it was run: not, when a test that it builds on did not pass.
    parts
        For a test that gives its points in parts, those that were reached.
    detail
        What no student sees, unless ``points.show``.
    """

    name: str
    examines: str
    points: Points
    passed: bool
    words: str = ""
    failure: Failure | None = None
    reached: bool = True
    parts: tuple[Part, ...] = ()
    detail: Detail | None = None

    @property
    def earned(self) -> float:
        """The points it earned: all of them, those of the parts that passed, or none."""
        return self.points.n if self.passed else sum((part.n for part in self.parts if part.passed), 0.0)


def redacted(result: Result, own: str) -> Result:
    """A result whose error messages hold nothing of the test's inputs, unless the test shows them.

    Parameters
    ----------
    result
        What the test found.
    own
        The source of the student's own cells, whose words may be shown.

    Returns
    -------
    Result
        `detail` keeps all.
    """
    if result.points.show:
        return result
    parts = tuple(
        replace(part, finding=part.finding and replace(part.finding, failure=_shown(part.finding.failure, own)))
        for part in result.parts
    )
    return replace(result, failure=_shown(result.failure, own), parts=parts)


def _shown(failure: Failure | None, own: str) -> Failure | None:
    if failure is None:
        return None
    message = redaction.shown_message(failure.message, own)
    return replace(failure, kind=redaction.shown_kind(failure.kind, own), message=message)
