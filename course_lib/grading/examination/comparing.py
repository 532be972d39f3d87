"""Comparisons for hidden tests whose words reach the student: what is wrong, without the expected value or the inputs.

They compare the plain values that come back from the student's side, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from course_lib.grading.examination import mistakes
from course_lib.grading.examination.mistakes import Numbers
from course_lib.grading.examination.outcomes import Batch
from course_lib.grading.examination.shortening import short
from course_lib.grading.examination.student import Remote

_PLAIN = (bool, int, float, str, type(None))
_KINDS = {bool: "True or False", int: "a number", float: "a number", str: "text", type(None): "None"}


class Mismatch(AssertionError):  # noqa: N818 - named for what happened
    """A comparison that failed.

    Attributes
    ----------
    words
        What is wrong, for the student.
    actual, expected
        What was compared, shortened, for the instructor.
    """

    def __init__(self, words: str, actual: str = "", expected: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.actual = actual
        self.expected = expected


def assert_that(condition: object, words: str) -> None:
    """Fail with words for the student unless a condition holds.

    Parameters
    ----------
    condition
        True or False, of Python's or of NumPy's; nothing else counts as true.
    words
        What is wrong when it is not true, without inputs and expected values.

    Raises
    ------
    Mismatch
        When it is False.
    TypeError
        When it is neither: a comparison of arrays, or of something that is still on the student's side.

    Examples
    --------
    >>> assert_that(0.1 < 0, "the rate never falls")
    Traceback (most recent call last):
    course_lib.grading.examination.comparing.Mismatch: the rate never falls
    """
    if not isinstance(condition, bool | np.bool):
        raise TypeError(f"condition must be True or False, not {short(condition)}")
    if not condition:
        raise Mismatch(words)


def assert_close(
    actual: object, expected: ArrayLike, *, rtol: float = 1e-6, atol: float = 1e-9, what: str = "the answer"
) -> None:
    """Fail unless numbers are close: ``|actual - expected| <= atol + rtol |expected|``, in the same shape.

    Common mistakes are told by name: the opposite sign, a constant factor or amount, percent for a fraction, degrees
    for radians, rows for columns, one position late or early, another order.

    Parameters
    ----------
    actual
        What the student's code gave back: a number, an array, or nested lists of numbers.
    expected
        What is right, a number or an array of any shape. NaN and infinity are close to themselves.
    rtol, atol
        Relative and absolute tolerance.
    what
        What is compared, as the student would call it.

    Raises
    ------
    Mismatch
        When they are not; the message holds no expected value.
    TypeError
        When `actual` is still on the student's side, or `expected` is no number or array of numbers.

    Examples
    --------
    >>> assert_close([0.1, 0.05], [0.1, 0.05])
    >>> assert_close([10.0, 5.0, 2.5], [0.1, 0.05, 0.025], what="the rate")
    Traceback (most recent call last):
    course_lib.grading.examination.comparing.Mismatch: the rate is a percentage where a fraction is asked for, or the...
    """
    _plain(actual)
    right = np.asarray(expected)
    if right.dtype.kind not in "biufc":
        raise TypeError(f"expected must be numbers, not {short(expected)}")
    fail = _Failing(actual, expected)
    given = _numbers(actual, what, fail)
    if given.dtype.kind == "c" and right.dtype.kind != "c" and not np.allclose(given.imag, 0, atol=atol):
        fail(f"{what} has an imaginary part, where a real number is asked for")
    right = right.astype(complex if "c" in (given.dtype.kind, right.dtype.kind) else float)
    given = given.astype(right.dtype)
    shape = mistakes.in_shape(given, right, rtol, atol)
    if shape:
        fail(f"{what} {shape}")
    with np.errstate(all="ignore"):  # the numbers may be of any size
        if not mistakes.close(given, right, rtol, atol).all():
            fail(f"{what} {mistakes.in_values(given, right, rtol, atol)}")


def assert_shape(actual: object, shape: tuple[int, ...], *, what: str = "the answer") -> None:
    """Fail unless numbers have a shape, which the student is told.

    Parameters
    ----------
    actual
        What the student's code gave back.
    shape
        What is right; ``()`` for a single number.
    what
        What is compared, as the student would call it.

    Raises
    ------
    Mismatch
        When they have another one.
    TypeError
        When `actual` is still on the student's side.

    Examples
    --------
    >>> assert_shape([[1, 2], [3, 4]], (2, 2))
    """
    _plain(actual)
    fail = _Failing(actual, shape)
    given = _numbers(actual, what, fail)
    if given.shape != tuple(shape):
        fail(f"{what} has the shape {given.shape}, where {tuple(shape)} is asked for")


def assert_same(actual: object, expected: object, *, what: str = "the answer") -> None:
    """Fail unless a value is the same: text, whole numbers, True and False, None, and lists and dicts of them.

    Lists and tuples of the same items are the same. For numbers with a rounding error, there is `assert_close`.

    Parameters
    ----------
    actual
        What the student's code gave back.
    expected
        What is right.
    what
        What is compared, as the student would call it.

    Raises
    ------
    Mismatch
        When it is another value; the message holds no expected value.
    TypeError
        When either is not plain, or is an array.

    Examples
    --------
    >>> assert_same(("steady", []), ("steady", []))
    >>> assert_same("Steady ", "steady", what="the name")
    Traceback (most recent call last):
    course_lib.grading.examination.comparing.Mismatch: the name differs in capitals or blanks alone
    """
    _plain(actual)
    difference = _difference(actual, expected)
    if difference:
        _Failing(actual, expected)(f"{what} {difference}")


class _Failing:
    """Raises a `Mismatch` that carries both values for the instructor."""

    def __init__(self, actual: object, expected: object) -> None:
        self._actual, self._expected = actual, expected

    def __call__(self, words: str) -> NoReturn:
        raise Mismatch(words, short(self._actual), short(self._expected))


def _plain(actual: object) -> None:
    if isinstance(actual, Batch):
        list(actual)  # raises the error of the first call that gave no value
    if isinstance(actual, Remote):
        raise TypeError("actual is still on the student's side: compare its `.value`, or what a call of it gives back")


def _numbers(actual: object, what: str, fail: _Failing) -> Numbers:
    """Plain values as an array of numbers; in other words why they are none."""
    if isinstance(actual, bool | str | dict | None):
        fail(f"{what} is {_kind(actual)}, where a number is asked for")
    flat = [actual]
    while any(isinstance(item, list | tuple) for item in flat):
        flat = [inner for item in flat for inner in (item if isinstance(item, list | tuple) else [item])]
    strange = next((item for item in flat if not _is_number(item)), 0)
    if strange is None:
        fail(f"{what} is None at least once: does every way through the function end in a `return`?")
    if type(strange) is not int:
        fail(f"{what} holds {_kind(strange)}, where numbers are asked for")
    try:
        given: Numbers = np.asarray(actual)
    except ValueError:
        fail(f"{what} has rows of different lengths")
    except OverflowError:
        fail(f"{what} holds a number too large to compare")
    if given.dtype.kind == "O":
        fail(f"{what} holds a number too large to compare")
    return given


def _is_number(item: object) -> bool:
    if isinstance(item, np.ndarray):
        return bool(item.dtype.kind != "b")
    return isinstance(item, int | float | complex | np.number) and not isinstance(item, bool)


def _kind(value: object) -> str:
    if isinstance(value, np.ndarray):
        return "an array of True and False" if value.dtype.kind == "b" else "an array"
    return _KINDS.get(type(value), f"a {type(value).__name__}")


def _difference(actual: Any, expected: Any) -> str:  # noqa: ANN401 - plain data of any kind
    if isinstance(expected, Mapping):
        return _in_dicts(actual, expected)
    if isinstance(expected, list | tuple):
        return _in_lists(actual, expected)
    if type(expected) not in _PLAIN:
        raise TypeError(f"expected must be plain and no array, not {short(expected)}; there is assert_close")
    if _KINDS.get(type(actual)) != _KINDS[type(expected)]:
        return f"is {_kind(actual)}, where {_KINDS[type(expected)]} is asked for"
    if actual == expected:
        return ""
    if isinstance(expected, str) and "".join(actual.split()).casefold() == "".join(expected.split()).casefold():
        return "differs in capitals or blanks alone"
    return "is another one than the task asks for"


def _in_dicts(actual: Any, expected: Mapping[Any, Any]) -> str:  # noqa: ANN401 - plain data of any kind
    if not isinstance(actual, dict):
        return f"is {_kind(actual)}, where a dict is asked for"
    if expected.keys() - actual.keys():
        return "lacks a key"
    if actual.keys() - expected.keys():
        return "has a key too many"
    wrong = [difference for key in expected if (difference := _difference(actual[key], expected[key]))]
    return f"has a wrong value under {len(wrong)} of its {len(expected)} keys: one {wrong[0]}" if wrong else ""


def _in_lists(actual: Any, expected: Sequence[Any]) -> str:  # noqa: ANN401 - plain data of any kind
    if not isinstance(actual, list | tuple):
        return f"is {_kind(actual)}, where a list is asked for"
    count = mistakes.in_count(len(actual), len(expected))
    if count:
        return count
    right = [not _difference(one, other) for one, other in zip(actual, expected, strict=True)]
    if all(right):
        return ""
    left = list(expected)
    for item in actual:
        match = next((place for place, other in enumerate(left) if not _difference(item, other)), None)
        if match is not None:
            del left[match]
    return mistakes.in_order(right) if left else "has the right items in another order"
