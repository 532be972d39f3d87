"""What a question to the student's code comes to: a value, or the exception that says why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from course_lib.grading.examination.inside.values import REASONS
from course_lib.grading.examination.replies import Answer, Failure, Kept, Missing, NotData, Returned


class NoAnswer(Exception):  # noqa: N818 - named for what happened
    """A call that gave no value; the message says why in words for the student.

    It is no `StudentError`, so that a test which expects an answer to raise is not passed by an answer that is missing.
    """


class NotAnswered(NoAnswer):
    """The function is not there, or is still the stub that was handed out."""


class TookTooLong(NoAnswer):
    """The call was stopped by its time limit."""


class NotComparable(NoAnswer):
    """The call gave back something that cannot be examined, such as a function or a generator."""


class Stopped(NoAnswer):
    """The notebook's process has ended, or a limit has ended it, so that nothing more can be asked."""


class StudentError(Exception):
    """The student's function raised; `failure` says what and where. Tests may expect it with `pytest.raises`.

    Attributes
    ----------
    function
        What was called, in the test's words.
    failure
        The exception's type, message and lines. The message is the student's to choose.
    """

    def __init__(self, function: str, failure: Failure) -> None:
        super().__init__(f"{function} raised {failure.kind}: {failure.message}")
        self.function = function
        self.failure = failure


def outcome(label: str, answer: Answer) -> object:
    """The value of an answer, `Kept`, or the exception that it stands for."""
    match answer:
        case Returned(value):
            return value
        case Kept(empty=False):
            return answer
        case Kept():
            return NotAnswered(f"`{label}` gave back None: does every way through it end in a `return`?")
        case Missing():
            return NotAnswered(_missing(label))
        case NotData(reason):
            return NotComparable(f"what `{label}` gave back cannot be examined: {REASONS[reason]}")
        case Failure(kind="NotImplementedError"):
            return NotAnswered(f"`{label}` is not answered yet")
    return StudentError(label, answer)


def _missing(label: str) -> str:
    owner, dot, name = label.rpartition(".")
    return f"`{owner}` has nothing called `{name}`" if dot else f"the notebook defines nothing called `{label}`"


class Batch(Sequence[Any]):
    """What the calls of a batch gave, some of which gave no value: each raises its own error where it is looked at.

    Parameters
    ----------
    gave
        The value or the exception of each.
    """

    def __init__(self, gave: Sequence[object]) -> None:
        self._gave = tuple(gave)

    def __len__(self) -> int:
        return len(self._gave)

    @overload
    def __getitem__(self, index: int) -> Any: ...  # noqa: ANN401 - plain data of any kind
    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return values(self._gave[index])
        gave = self._gave[index]
        if isinstance(gave, NoAnswer | StudentError):
            raise gave
        return gave


def values(gave: Sequence[object]) -> Sequence[Any]:
    """A list, if all of them are values."""
    failed = any(isinstance(each, NoAnswer | StudentError) for each in gave)
    return Batch(gave) if failed else list(gave)
