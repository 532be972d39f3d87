"""The questions of a test, remembered for the instructor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course_lib.grading.examination.replies import Kept
from course_lib.grading.examination.results import Question
from course_lib.grading.examination.shortening import cut, short

# Few, so that what was asked before a batch is not forgotten.
_OF_ONE_BATCH = 3


@dataclass(frozen=True)
class Call:
    """The arguments of a call."""

    args: tuple[object, ...]
    kwargs: dict[str, object]


@dataclass(frozen=True)
class Assignment:
    """The value that something is set to."""

    value: object


@dataclass(frozen=True)
class Omitted:
    """So many more calls of a batch, which are not remembered one by one."""

    times: int


@dataclass(frozen=True)
class Asked:
    """A question and what came of it.

    Attributes
    ----------
    label
        What it was put to.
    how
        Called with these arguments, set to this value, called so many times more, or (None) read.
    gave
        The value, `Kept` for what stayed on the student's side, or the exception.
    """

    label: str
    how: Call | Assignment | Omitted | None
    gave: object


def of_a_batch(label: str, calls: Sequence[Call], gave: Sequence[object]) -> list[Asked]:
    """Some calls of a batch, from the first that gave no value on if one did, and how many more there are."""
    start = next((place for place, each in enumerate(gave) if isinstance(each, Exception)), 0)
    end = start + _OF_ONE_BATCH
    kept = [Asked(label, *each) for each in zip(calls[start:end], gave[start:end], strict=True)]
    left = len(calls) - len(kept)
    return [*kept, Asked(label, Omitted(left), None)] if left else kept


def in_words(asked: Iterable[Asked]) -> tuple[Question, ...]:
    """Questions as text."""
    return tuple(Question(cut(each.label + _how(each)), _gave(each)) for each in asked)


def _how(asked: Asked) -> str:
    match asked.how:
        case Call(args, kwargs):
            named = [f"{name}={short(each)}" for name, each in kwargs.items()]
            return f"({', '.join([*map(short, args), *named])})"
        case Assignment(value):
            return f" = {short(value)}"
        case Omitted(times):
            return f", {times} more call{'s' if times > 1 else ''} of the same batch"
    return ""


def _gave(asked: Asked) -> str:
    gave = asked.gave
    if isinstance(asked.how, Omitted):
        return "not kept"
    if isinstance(gave, Kept):
        return "an object, kept on the student's side"
    return cut(f"{type(gave).__name__}: {gave}") if isinstance(gave, Exception) else short(gave)
