"""What to say of a hidden test that did not pass, and of its parts."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from course_lib.grading.examination.comparing import Mismatch
from course_lib.grading.examination.outcomes import NoAnswer, StudentError
from course_lib.grading.examination.results import Detail, Finding, Part
from course_lib.grading.examination.shortening import cut
from course_lib.grading.examination.stopwatch import TestOutOfTime
from course_lib.grading.examination.student import Asking

FILE = "hidden_tests.py"
_FIXTURES = "student, library, part and draw"
_WRONG = "The answer is not what the task asks for."
_SHOULD_RAISE = "DID NOT RAISE"  # how the message of pytest.raises begins


class BadHiddenTests(RuntimeError):  # noqa: N818 - named for what happened
    """Hidden tests that cannot be run as they are written; the message names the test or the error."""


def judge(error: BaseException, asking: Asking) -> Finding:
    """What an exception that ended a test, or a part of it, says to the student, and to the instructor.

    Parameters
    ----------
    error
        What ended it.
    asking
        The questions that the test had put until then.

    Raises
    ------
    BadHiddenTests
        When the test had asked nothing of the student's yet, so that the error can only be its own.
    """
    actual, expected = (error.actual, error.expected) if isinstance(error, Mismatch) else ("", "")
    failure = error.failure if isinstance(error, StudentError) else None
    raw = cut(told(error))
    return Finding(_words(error, asking), failure, Detail(raw, actual, expected, failure))


def _words(error: BaseException, asking: Asking) -> str:
    if isinstance(error, pytest.skip.Exception):
        return "This was not examined."
    if isinstance(error, StudentError):
        return f"`{error.function}` stopped with an error."
    if isinstance(error, NoAnswer):
        return sentence(str(error))
    if isinstance(error, TestOutOfTime):
        return "This took too long in all and was stopped."
    if isinstance(error, pytest.FixtureLookupError):
        raise BadHiddenTests(f"there is no fixture {error.argname!r}; there are {_FIXTURES}")
    if not asking.asked:
        raise BadHiddenTests(f"it failed before it asked the student anything: {told(error)}")
    if isinstance(error, Mismatch):
        return sentence(error.words)
    if asking.last is None:
        return _WRONG
    name, kind = asking.last
    if kind is type(None):
        return f"`{name}` gave back None: does every way through it end in a `return`?"
    if isinstance(error, pytest.fail.Exception) and str(error).startswith(_SHOULD_RAISE):
        return f"`{name}` gave back a value where it should stop with an error."
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return _WRONG
    # The test tripped over the value, as in indexing a number: its own message would show what it expected.
    return f"What `{name}` gave back (of type {kind.__name__}) is not of the kind that the task asks for."


def told(error: BaseException) -> str:
    """An error's type and message, and the line of the hidden tests at which it came up, for the instructor."""
    if isinstance(error, SyntaxError) and _is_ours(error.filename or ""):
        return f"{FILE}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    lines = [number for frame, number in traceback.walk_tb(error.__traceback__) if _is_ours(frame.f_code.co_filename)]
    said = f"{type(error).__name__}: {error}"
    return f"{FILE}, line {lines[-1]}: {said}" if lines else said


def _is_ours(file: str) -> bool:
    return Path(file).name == FILE


def sentence(words: str) -> str:
    """Words with a capital at the start and a full stop at the end.

    Examples
    --------
    >>> sentence("the rate is negative")
    'The rate is negative.'
    """
    return f"{words[0].upper()}{words[1:]}{'' if words.endswith(('.', '?', '!')) else '.'}"


class Parts:
    """Gives a test's points in parts: ``with part(1, "the first boundary"): ...``.

    Each part is judged by itself: one that fails does not keep the next from being tried. The parts' points add up to
    the test's. An error outside the parts ends the test, and the parts that passed before it keep their points.

    Parameters
    ----------
    asking
        The test's questions.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._inside = False
        self.parts: list[Part] = []

    @contextmanager
    def __call__(self, n: float, what: str) -> Iterator[None]:
        """One part, worth `n` points; `what` it examines is for the student to read, so it holds no input, and once."""
        if self._inside or not n > 0 or not what or what in [part.what for part in self.parts]:
            raise BadHiddenTests(
                f"part({n!r}, {what!r}): a part stands in no other, has points above 0 and words of its own"
            )
        self._inside, finding = True, None
        try:
            yield
        except BadHiddenTests:
            raise
        except (Exception, pytest.fail.Exception) as error:
            finding = judge(error, self._asking)
        finally:
            self._inside = False
        self.parts.append(Part(n, what, finding))
