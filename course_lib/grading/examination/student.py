"""The student as a hidden test sees it: functions that are called here and run in the sandbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from course_lib.grading.examination.channel import KernelGone, LimitReached, OutOfTime
from course_lib.grading.examination.session import Failure, Missing, NotData, Returned, Session

# A function that loops on one rare input should lose only that test; one that always loops should not cost minutes.
_STRIKES = 2


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
    failure
        The exception's type, message and lines. The message is the student's to choose.
    """

    def __init__(self, function: str, failure: Failure) -> None:
        super().__init__(f"{function} raised {failure.kind}: {failure.message}")
        self.function = function
        self.failure = failure


class Student:
    """The functions of one submission, by name: ``student.step_decay([0, 1], lr=0.1)`` gives plain values.

    Arguments and results are data (see `course_lib.grading.examination.inside.values`): numbers, strings, arrays, and
    lists, tuples and dicts of them.

    Parameters
    ----------
    session
        The submission, its cells already run.

    Attributes
    ----------
    last
        The function called last, and the type of what it gave back; None before the first call.

    Raises
    ------
    StudentError
        When the function raised.
    NotAnswered, TookTooLong, NotComparable, Stopped
        When there is no value to be had.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stopped: Counter[str] = Counter()
        self.last: tuple[str, type] | None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def function(*args: object, **kwargs: object) -> object:
            return self._call(name, args, kwargs)

        return function

    def _call(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        self.last = None
        if self._stopped[name] == _STRIKES:
            raise TookTooLong(f"`{name}` took too long {_STRIKES} times before and was not called again")
        try:
            answer = self._session.call(name, args, kwargs)
        except OutOfTime as error:
            self._stopped[name] += 1
            raise TookTooLong(f"`{name}` {error} and was stopped") from error
        except (KernelGone, LimitReached) as error:
            raise Stopped(str(error)) from error
        match answer:
            case Returned(value):
                self.last = (name, type(value))
                return value
            case Missing():
                raise NotAnswered(f"the notebook defines nothing called `{name}`")
            case NotData():
                raise NotComparable(
                    f"what `{name}` gave back cannot be examined: give back numbers, strings, arrays, "
                    "or lists, tuples and dicts of them, of a moderate size"
                )
            case Failure(kind="NotImplementedError"):
                raise NotAnswered(f"`{name}` is not answered yet")
        raise StudentError(name, answer)
