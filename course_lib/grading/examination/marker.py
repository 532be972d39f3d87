"""The marker of a hidden test."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_ATTRIBUTE = "__course_points__"
SECONDS = 60.0
_TOPICS = tuple(f"T{number}" for number in range(1, 19))
_Test = TypeVar("_Test", bound=Callable[..., Any])


@dataclass(frozen=True)
class Points:
    """What a hidden test is worth and how it is run; the arguments of `points`."""

    n: float
    topic: str
    hint: str
    after: tuple[str, ...] = ()
    seconds: float = SECONDS
    show: bool = False


def points(
    n: float, *, topic: str, hint: str, after: tuple[str, ...] = (), seconds: float = SECONDS, show: bool = False
) -> Callable[[_Test], _Test]:
    """Mark a hidden test with what it is worth.

    The student reads the test's docstring (its first paragraph: what is examined), or its name where there is none,
    and the hint. Neither may give the answer away. A parametrised test earns its points when all its cases pass.

    Parameters
    ----------
    n
        Points, above 0.
    topic
        The topic's id, from ``"T1"`` to ``"T18"``.
    hint
        What a student who fails it should look at, and which section to read.
    after
        Names of tests that it builds on: unless all of them have passed whole, it is not run, earns nothing, and says
        which of them stands in its way.
    seconds
        Wall-clock time for the test, each case of a parametrised one by itself; a call gets at most what is left of it.
    show
        Whether the student may see what the test asked, what came back and what was expected.

    Raises
    ------
    ValueError
        When `n` or `seconds` is not above 0 and finite, `topic` is none, `hint` is empty, or `after` is one string.

    Examples
    --------
    >>> @points(2, topic="T3", hint="Which is the first step of the second epoch? Read *Step decay*.")
    ... def test_the_rate_falls_at_the_boundary(student): ...
    >>> marked(test_the_rate_falls_at_the_boundary).n
    2
    """
    if not 0 < n < math.inf:
        raise ValueError(f"n must be above 0 points and finite, not {n!r}")
    if not 0 < seconds < math.inf:
        raise ValueError(f"seconds must be above 0 and finite, not {seconds!r}")
    if topic not in _TOPICS:
        raise ValueError(f"topic must be one of T1 to T{len(_TOPICS)}, not {topic!r}")
    if not hint:
        raise ValueError("hint must say something: the student reads it")
    if isinstance(after, str):
        raise ValueError(f'after must be a tuple of names of tests, such as ("{after}",), not the string {after!r}')

    def mark(test: _Test) -> _Test:
        setattr(test, _ATTRIBUTE, Points(n, topic, hint, tuple(after), seconds, show))
        return test

    return mark


def marked(test: Callable[..., Any]) -> Points | None:
    """The points of a test, or None for one without the marker."""
    found = getattr(test, _ATTRIBUTE, None)
    return found if isinstance(found, Points) else None
