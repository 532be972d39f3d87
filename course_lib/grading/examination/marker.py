"""The marker of a hidden test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_ATTRIBUTE = "__course_points__"
_Test = TypeVar("_Test", bound=Callable[..., Any])


@dataclass(frozen=True)
class Points:
    """What a hidden test is worth, the topic it examines, and where it sends a student who fails it."""

    n: float
    topic: str
    hint: str


def points(n: float, *, topic: str, hint: str) -> Callable[[_Test], _Test]:
    """Mark a hidden test with what it is worth.

    The student reads the test's docstring (its first paragraph: what is examined), or its name where there is none,
    and the hint. Neither may give the answer away. A parametrised test earns its points when all its cases pass.

    Parameters
    ----------
    n
        Points, above 0.
    topic
        The topic's id, such as ``"T3"``.
    hint
        What a student who fails it should look at, and which section to read.

    Raises
    ------
    ValueError
        When `n` is not above 0, or `topic` or `hint` is empty.

    Examples
    --------
    >>> @points(2, topic="T3", hint="Which is the first step of the second epoch? Read *Step decay*.")
    ... def test_the_rate_falls_at_the_boundary(student): ...
    >>> marked(test_the_rate_falls_at_the_boundary).n
    2
    """
    if not n > 0:
        raise ValueError(f"n must be above 0 points, not {n!r}")
    if not topic or not hint:
        raise ValueError("topic and hint must say something: the student reads them")

    def mark(test: _Test) -> _Test:
        setattr(test, _ATTRIBUTE, Points(n, topic, hint))
        return test

    return mark


def marked(test: Callable[..., Any]) -> Points | None:
    """The points of a test, or None for one without the marker."""
    found = getattr(test, _ATTRIBUTE, None)
    return found if isinstance(found, Points) else None
