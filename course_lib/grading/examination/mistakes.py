"""The common mistakes in numbers, recognised by what they do to them, and said without the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]

# From so many different numbers on, one factor or amount for all of them is no accident.
_ENOUGH = 3
_NEAR = 1e-2


def close(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> NDArray[np.bool]:
    """Where numbers are close; NaN and infinity are close to themselves alone."""
    return np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


def in_count(actual: int, expected: int) -> str:
    """How a number of items differs; empty where it does not.

    Examples
    --------
    >>> in_count(4, 3)
    'has one item more than it should'
    """
    if actual == expected:
        return ""
    if abs(actual - expected) == 1:
        return f"has one item {'more' if actual > expected else 'less'} than it should"
    return f"has too {'many' if actual > expected else 'few'} items"


def in_order(right: Sequence[bool]) -> str:
    """Up to where, or how often, items are right.

    Examples
    --------
    >>> in_order([True, True, False, False]), in_order([False, True, True])
    ('is right for the first 2 items and wrong from then on', 'is right for 2 of 3 items')
    """
    count, first = sum(right), list(right).index(False)
    if count == 0:
        return "is not what the task asks for"
    if count == first:
        items = "item" if first == 1 else f"{first} items"
        return f"is right for the first {items} and wrong from then on"
    return f"is right for {count} of {len(right)} items"


def in_shape(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str:
    """How shapes differ; empty where they do not."""
    if actual.shape == expected.shape:
        return ""
    if expected.ndim == 0:
        return f"is an array or a list of shape {actual.shape}, where a single number is asked for"
    if actual.ndim == 0:
        return "is a single number, where several are asked for"
    if actual.ndim == 2 and actual.T.shape == expected.shape and close(actual.T, expected, rtol, atol).all():
        return "has its rows and columns swapped"
    if actual.ndim == expected.ndim == 1:
        return in_count(len(actual), len(expected))
    if actual.ndim != expected.ndim:
        return f"has {actual.ndim} dimension{'s' * (actual.ndim != 1)}, where {expected.ndim} are asked for"
    return "has the right number of dimensions, and another length along at least one of them"


def in_values(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str:
    """How numbers of one shape differ, which are known to."""
    broken = _not_finite(actual, expected)
    if broken:
        return broken
    finite = np.isfinite(expected)
    for recognises, words in _MISTAKES:
        if recognises(actual[finite], expected[finite], rtol, atol):
            return words
    if actual.ndim == 2:
        for turned, words in ((actual.T, "has its rows and columns swapped"), (actual[::-1], "is upside down")):
            if turned.shape == expected.shape and close(turned, expected, rtol, atol).all():
                return words
    if actual.ndim == 1 and actual.size > 1:
        moved = _moved(actual, expected, rtol, atol)
        return moved or in_order(close(actual, expected, rtol, atol).tolist())
    if actual.size > 1 and close(actual, expected, rtol, atol).any():
        return "is right in some places alone"
    return "is not what the task asks for"


def _not_finite(actual: Numbers, expected: Numbers) -> str:
    if (np.isnan(actual) & ~np.isnan(expected)).any():
        return "is not a number (NaN): look for 0 divided by 0, or for the root or the logarithm of a negative number"
    if (np.isinf(actual) & ~np.isinf(expected)).any():
        return "is infinite: look for a division by 0, or for something that grows without end"
    if (np.isfinite(actual) & ~np.isfinite(expected)).any():
        return "is a finite number where it cannot be one"
    return ""


def _constant(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> bool:
    same = close(actual, actual.ravel()[:1], rtol, atol).all()
    return actual.size > 1 and bool(same) and not close(expected, expected.ravel()[:1], rtol, atol).all()


def _times(factor: float) -> Callable[[Numbers, Numbers, float, float], bool]:
    def recognises(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> bool:
        return bool(_telling(expected, atol) and close(actual, factor * expected, rtol, atol).all())

    return recognises


def _either(factor: float) -> Callable[[Numbers, Numbers, float, float], bool]:
    up, down = _times(factor), _times(1 / factor)
    return lambda *both: up(*both) or down(*both)


def _near(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> bool:
    return bool(rtol < _NEAR / 10 and _telling(expected, atol) and close(actual, expected, _NEAR / 10, atol).all())


def _factor(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> bool:
    if not _many(expected, rtol, atol):
        return False
    largest = np.argmax(np.abs(expected))
    factor = actual.ravel()[largest] / expected.ravel()[largest]
    return bool(factor != 0 and close(actual, factor * expected, 10 * rtol, atol).all())


def _amount(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> bool:
    return _many(expected, rtol, atol) and bool(
        close(actual - expected, (actual - expected).ravel()[:1], 10 * rtol, 10 * atol).all()
    )


def _telling(expected: Numbers, atol: float) -> bool:
    """Whether the numbers are large enough for a factor to show."""
    return expected.size > 0 and bool(np.abs(expected).max() > 100 * atol)


def _many(expected: Numbers, rtol: float, atol: float) -> bool:
    """Whether there are enough different numbers."""
    ordered = np.sort_complex(expected.ravel())
    different = 1 + int((~close(ordered[1:], ordered[:-1], rtol, atol)).sum()) if ordered.size else 0
    return different >= _ENOUGH and _telling(expected, atol)


def _moved(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str:
    if not _many(expected, rtol, atol):
        return ""
    if close(actual[::-1], expected, rtol, atol).all():
        return "runs backwards"
    if len(actual) > _ENOUGH:
        if close(actual[1:], expected[:-1], rtol, atol).all():
            return "comes one position late"
        if close(actual[:-1], expected[1:], rtol, atol).all():
            return "comes one position early"
    if close(np.sort_complex(actual), np.sort_complex(expected), rtol, atol).all():
        return "has the right numbers in another order"
    return ""


_MISTAKES: tuple[tuple[Callable[[Numbers, Numbers, float, float], bool], str], ...] = (
    (_constant, "is the same everywhere, where it should vary"),
    (_near, "is nearly right: is something rounded, or counted once too often or too little?"),
    (_times(-1), "has the opposite sign"),
    (_either(100), "is a percentage where a fraction is asked for, or the other way round"),
    (_either(180 / np.pi), "mixes up degrees and radians"),
    (_factor, "is wrong by one and the same factor everywhere"),
    (_amount, "is wrong by one and the same amount everywhere"),
)
