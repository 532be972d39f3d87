"""The student as a hidden test sees it: functions, classes and objects that are used here and live in the sandbox."""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any, NoReturn, Protocol, TypeVar

from course_lib.grading.examination.asked import Asked, Assignment, Call, of_a_batch
from course_lib.grading.examination.channel import KernelGone, LimitReached, OutOfTime
from course_lib.grading.examination.inside.values import LIBRARY, NAMES, Reference, Step
from course_lib.grading.examination.outcomes import NoAnswer, Stopped, StudentError, TookTooLong, outcome, values
from course_lib.grading.examination.replies import Answer

# A function that loops on one rare input should lose only that test; one that always loops should not cost minutes.
_STRIKES = 2
_REMEMBERED = 12
_Reply = TypeVar("_Reply")
_ITEM = "[...]"


class Answers(Protocol):
    """What `Asking` needs of a session."""

    def call(
        self,
        target: str | Reference,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        *,
        keep: int | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """Call a function, a class or a method."""

    def map(
        self,
        target: Reference,
        calls: Sequence[tuple[tuple[object, ...], dict[str, object]]],
        *,
        seconds: float | None = None,
    ) -> list[Answer]:
        """Call something many times."""

    def read(self, target: Reference, *, seconds: float | None = None) -> Answer:
        """The value of a name, an attribute or an item."""

    def write(self, target: Reference, value: object, *, seconds: float | None = None) -> Answer:
        """Set a name, an attribute or an item."""


class Asking:
    """Puts a test's questions to a session, and remembers them until the next test begins.

    Parameters
    ----------
    session
        The submission, its cells already run.

    Attributes
    ----------
    last
        What was called last, and the type of what it gave back; None before the first call and after one without a
        value.
    asked
        The last questions, and what came of each.
    """

    def __init__(self, session: Answers) -> None:
        self._session = session
        self._slow: Counter[str] = Counter()
        self._numbers = count(1)
        self._seconds, self._deadline = 0.0, float("inf")
        self.last: tuple[str, type] | None = None
        self.asked: deque[Asked] = deque(maxlen=_REMEMBERED)

    def begin(self, seconds: float) -> None:
        """Begin a test that has so many seconds for all its questions."""
        self.last = None
        self.asked.clear()
        self._seconds, self._deadline = seconds, time.monotonic() + seconds

    def call(self, label: str, target: Reference, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        """The value that a call gives back."""
        arguments, named = _references(args), _references(kwargs)
        value = self._ask(
            label, target, Call(args, kwargs), lambda left: self._session.call(target, arguments, named, seconds=left)
        )
        self.last = (label, type(value))
        return value

    def map(self, label: str, target: Reference, calls: Sequence[Call]) -> Sequence[Any]:
        """The values that many calls give back, asked for in one question."""
        self.last = None
        full = _with_keys(label, target)
        plain = [(_references(each.args), _references(each.kwargs)) for each in calls]
        try:
            answers = self._put(label, lambda left: self._session.map(target, plain, seconds=left))
        except NoAnswer as error:
            self.asked.extend(of_a_batch(full, calls, [error] * len(calls)))
            raise
        gave = [outcome(label, answer) for answer in answers]
        self.asked.extend(of_a_batch(full, calls, gave))
        kinds = [type(each) for each in gave if not isinstance(each, NoAnswer | StudentError)]
        if kinds:
            self.last = (label, type(None) if type(None) in kinds else kinds[-1])
        return values(gave)

    def keep(self, label: str, target: Reference, args: tuple[object, ...], kwargs: dict[str, object]) -> Remote:
        """What a call gives back, as an object that stays in the kernel."""
        number, arguments, named = next(self._numbers), _references(args), _references(kwargs)
        self._ask(
            label,
            target,
            Call(args, kwargs),
            lambda left: self._session.call(target, arguments, named, keep=number, seconds=left),
        )
        return Remote(self, f"{label}(...)", Reference(number))

    def read(self, label: str, target: Reference) -> object:
        """The value of a name, an attribute or an item."""
        value = self._ask(label, target, None, lambda left: self._session.read(target, seconds=left))
        # An attribute that is None is no function that forgot its `return`.
        self.last = None if value is None else (label, type(value))
        return value

    def write(self, label: str, target: Reference, value: object) -> None:
        """Set a name, an attribute or an item."""
        plain = _references(value)
        self._ask(label, target, Assignment(value), lambda left: self._session.write(target, plain, seconds=left))

    def _ask(
        self, label: str, target: Reference, how: Call | Assignment | None, question: Callable[[float], Answer]
    ) -> object:
        self.last = None
        full = _with_keys(label, target)
        try:
            value = self._answered(label, question)
        except (NoAnswer, StudentError) as error:
            self.asked.append(Asked(full, how, error))
            raise
        self.asked.append(Asked(full, how, value))
        return value

    def _answered(self, label: str, question: Callable[[float], Answer]) -> object:
        gave = outcome(label, self._put(label, question))
        if isinstance(gave, NoAnswer | StudentError):
            raise gave
        return gave

    def _put(self, label: str, question: Callable[[float], _Reply]) -> _Reply:
        if self._slow[label] == _STRIKES:
            raise TookTooLong(f"`{label}` took too long {_STRIKES} times before and was not called again")
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self._out_of_time()
        try:
            # A message may say how long it was. Outside a test there is no end.
            return question(math.ceil(100 * left) / 100 if math.isfinite(left) else left)
        except OutOfTime as error:
            if time.monotonic() >= self._deadline:
                raise self._out_of_time() from error
            self._slow[label] += 1
            raise TookTooLong(f"`{label}` {error} and was stopped") from error
        except (KernelGone, LimitReached) as error:
            raise Stopped(str(error)) from error

    def _out_of_time(self) -> TookTooLong:
        return TookTooLong(f"this took more than {self._seconds:g} s in all and was stopped")


def _with_keys(label: str, target: Reference) -> str:
    """The label with the keys of its items, for the instructor."""
    keys = [repr(key) for kind, key in target.path if kind == "item"]
    *parts, last = label.rsplit(_ITEM, len(keys))
    return "".join(f"{part}[{key}]" for part, key in zip(parts, keys, strict=True)) + last


class Remote:
    """Something on the student's side: a name, an attribute, an item, or an object that was kept there.

    ``remote(...)`` calls it and gives its plain value; ``remote.new(...)`` calls it and keeps what it gives back there:
    an instance of a class, a function made by a function. ``remote.value`` reads it as plain data and
    ``remote.value = ...`` sets it. ``remote.name`` and ``remote[0]`` lead on from it and ask nothing yet. As an
    argument of a call it stands for the object itself. What the student calls `new`, `map` or `value` is hidden by
    these.

    Parameters
    ----------
    asking
        Puts the questions.
    label
        What the student knows it by.
    reference
        Where it is.
    """

    __slots__ = ("_asking", "_label", "_reference")
    __iter__ = None  # or Python would ask for item after item without end

    def __init__(self, asking: Asking, label: str, reference: Reference) -> None:
        self._asking, self._label, self._reference = asking, label, reference

    def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - plain data of any kind
        """Call it; the value that it gives back."""
        return self._asking.call(self._label, self._reference, args, kwargs)

    def new(self, *args: object, **kwargs: object) -> Remote:
        """Call it; what it gives back stays on the student's side."""
        return self._asking.keep(self._label, self._reference, args, kwargs)

    def map(self, calls: Iterable[tuple[object, ...] | dict[str, object]], /, **shared: object) -> Sequence[Any]:
        """Call it many times in one question, which takes the time of little more than one call.

        Parameters
        ----------
        calls
            Of each call, a tuple of its arguments by position or a dict of those by name.
        **shared
            Arguments by name that all of them have.

        Returns
        -------
        sequence
            The plain value of each, in a list. Where a call gave none, its error is raised when its place is looked at,
            so that a test which looks at others first is judged by those. All of them share one call's time limit.

        Raises
        ------
        TypeError
            When a call is neither a tuple nor a dict.
        ValueError
            When there is no call.

        Examples
        --------
        ``student.step_decay.map([(0,), (1,), (2,)], lr=0.1, factor=0.5, drop_every=2)``
        """
        return self._asking.map(self._label, self._reference, [_as_call(each, shared) for each in _some(calls)])

    @property
    def value(self) -> Any:  # noqa: ANN401 - plain data of any kind
        """Its value as plain data."""
        return self._asking.read(self._label, self._reference)

    @value.setter
    def value(self, value: object) -> None:
        self._asking.write(self._label, self._reference, value)

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._on(f"{self._label}.{name}", ("attribute", name))

    def __getitem__(self, key: str | int) -> Remote:
        # The label is for the student's eyes, and the key may be one of the test's inputs.
        return self._on(f"{self._label}{_ITEM}", ("item", key))

    def _on(self, label: str, step: Step) -> Remote:
        return Remote(self._asking, label, Reference(self._reference.root, (*self._reference.path, step)))

    def __repr__(self) -> str:
        return self._label

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self._label} is on the student's side: ask for {self._label}.value")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"{self._label} is on the student's side: compare {self._label}.value")

    __hash__ = None  # type: ignore[assignment]  # it stands for an object that may change


def _some(calls: Iterable[object]) -> list[object]:
    listed = list(calls)
    if not listed:
        raise ValueError("calls must hold at least one call's arguments, not none")
    return listed


def _as_call(arguments: object, shared: dict[str, object]) -> Call:
    if isinstance(arguments, tuple):
        return Call(arguments, shared)
    if isinstance(arguments, dict):
        return Call((), {**shared, **arguments})
    raise TypeError(f"calls must hold tuples, such as (3,), and dicts, such as {{'step': 3}}, not {arguments!r}")


def _references(value: Any) -> Any:  # noqa: ANN401 - plain data of any kind
    """Arguments with a reference in the place of each `Remote`."""
    if type(value) is Remote:
        return object.__getattribute__(value, "_reference")
    if isinstance(value, list | tuple):
        items = [_references(item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {key: _references(item) for key, item in value.items()}
    return value


class Student:
    """The names of one submission: ``student.step_decay([0, 1], lr=0.1)`` gives plain values.

    Arguments and results are data (see `course_lib.grading.examination.inside.values`): numbers, strings, arrays, and
    lists, tuples and dicts of them. What is not data can stay on the student's side (`Remote`):
    ``optimizer = student.Momentum.new(params, lr=0.1)``, then ``optimizer.step()`` and ``optimizer.lr.value``.

    Parameters
    ----------
    session
        The submission, its cells already run, or what puts a test's questions to it.

    Raises
    ------
    StudentError
        From a call, when the student's code raised.
    NotAnswered, TookTooLong, NotComparable, Stopped
        From a call, when there is no value to be had.
    """

    def __init__(self, session: Answers | Asking) -> None:
        self._asking = session if isinstance(session, Asking) else Asking(session)

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Remote(self._asking, name, Reference(NAMES, (("attribute", name),)))


class Library:
    """The modules of the student's Python: ``library.torch.tensor.new([1.0, 2.0])`` makes a tensor on that side.

    So a test can hand over what does not cross as data: a parameter, a function of `math`, a dtype. A module comes from
    the student's process and may have been tampered with there, which gains nothing: what it is asked comes back as
    data like everything else.

    Parameters
    ----------
    asking
        Puts the questions.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Remote(self._asking, name, Reference(LIBRARY, (("attribute", name),)))
