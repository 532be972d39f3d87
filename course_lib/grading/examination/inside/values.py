"""Values as data: what crosses between a hidden test and a student's function, in both directions, and never a pickle.

The same file serves both sides: the grader imports it, and the session sends its text into the kernel. The grader
trusts nothing that comes back: `decode` checks every part of it and builds plain values only.

JSON's own values stand for themselves. The rest is an object with a ``kind``:
``{"kind": "float", "value": "nan"}``, ``{"kind": "tuple", "items": [...]}``,
``{"kind": "dict", "items": [[key, value], ...]}``,
``{"kind": "array", "dtype": "<f8", "shape": [2, 3], "data": "<base64>"}``.
On the way into the kernel alone, ``{"kind": "reference", "root": 7, "path": [["attribute", "lr"]]}`` stands for an
object that is there already; the grader refuses one that comes out.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

MAX_BYTES = 32_000_000
MAX_DEPTH = 20
MAX_ITEMS = 1_000_000
# Each item of each collection costs memory as soon as the text is parsed, so they are counted in the text before that.
MAX_MARKS = 3 * MAX_ITEMS + 1000
MAX_DIMENSIONS = 32
MAX_INTEGER_BITS = 4096
DTYPES = frozenset(
    ["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"],
)
_SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


Step = tuple[str, str | int]
Find = Callable[["Reference"], object]
NAMES, LIBRARY = "names", "library"


@dataclass(frozen=True)
class Reference:
    """An object inside the kernel.

    Attributes
    ----------
    root
        `NAMES`: what the notebook defines; `LIBRARY`: the modules that can be imported; a number: an object kept there.
    path
        What leads on from it: ``("attribute", "lr")`` or ``("item", 0)`` each.
    """

    root: str | int
    path: tuple[Step, ...] = ()


# Why a value cannot cross, in words for the student. The kernel sends the name of the reason and no words of its own.
REASONS = {
    "type": "give back numbers, strings, arrays, or lists, tuples and dicts of them",
    "array": "it is an array of something else than numbers or True and False",
    "masked": "it is a masked array: fill the masked places, or leave them out",
    "tensor": "it is a tensor without plain numbers in it",
    "integer": "it holds an integer of far too many digits",
    "string": "it holds a string with half a character (a lone surrogate)",
    "keys": "it is a dict whose keys are neither strings nor numbers, or not different from each other",
    "depth": "it is nested too deeply",
    "items": "it has too many items; an array may be larger",
    "size": "it is too large",
    "junk": "it did not arrive as data",
}


class Refused(ValueError):  # noqa: N818 - named for what happened
    """A value that cannot cross.

    Parameters
    ----------
    reason
        One of `REASONS`.
    detail
        What it is, which only the message has.

    Attributes
    ----------
    reason
        Why it cannot.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{detail}: {REASONS[reason]}" if detail else REASONS[reason])
        self.reason = reason


def bounded(text: str) -> None:
    """Refuse a text that would take too much memory to parse."""
    if len(text) > MAX_BYTES:
        raise Refused("size")
    if marks(text) > MAX_MARKS:
        raise Refused("items")


def marks(text: str) -> int:
    """How many items a text could hold at most, were it JSON."""
    return sum(map(text.count, ",[{"))


def integer(value: int) -> int:
    """The integer itself, unless it is beyond all reason."""
    if value.bit_length() > MAX_INTEGER_BITS:
        raise Refused("integer")
    return value


def string(value: str) -> str:
    """The string itself, unless no page could show it."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Refused("string") from error
    return value


def decode(text: str, find: Find | None = None) -> Any:  # noqa: ANN401 - a value of any of these types
    """Rebuild a value from text, trusting no part of it.

    Parameters
    ----------
    text
        What `encode` wrote, or what a hostile kernel would have us believe it wrote.
    find
        Inside the kernel, what puts the object itself in a reference's place; without it references are refused.

    Returns
    -------
    object
        None, bool, int, float, str, list, tuple, dict and `numpy.ndarray` of exactly these types.

    Raises
    ------
    Refused
        When any part is not as `encode` writes it.

    Examples
    --------
    >>> decode('{"kind": "array", "dtype": "<f8", "shape": [1000000], "data": ""}')
    Traceback (most recent call last):
    course_lib.grading.examination.inside.values.Refused: an array whose data has another length than its ...
    """
    bounded(text)
    try:
        tree = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise Refused("depth") from error
    except ValueError as error:
        raise Refused("junk") from error
    return _value(tree, 0, find)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _value(tree: object, depth: int, find: Find | None) -> object:
    if depth > MAX_DEPTH + 1:
        raise Refused("depth")
    if tree is None or isinstance(tree, bool):
        return tree
    if isinstance(tree, int):
        return integer(tree)
    if isinstance(tree, float):
        # 1e999 is valid JSON and reads as infinity; encode never writes it.
        if not math.isfinite(tree):
            _refuse()
        return tree
    if isinstance(tree, str):
        return string(tree)
    if isinstance(tree, list):
        return [_value(item, depth + 1, find) for item in tree]
    match tree:
        case {"kind": "float", "value": "nan" | "inf" | "-inf" as name}:
            return _SPECIAL[name]
        case {"kind": "tuple", "items": list(items)}:
            return tuple(_value(item, depth + 1, find) for item in items)
        case {"kind": "dict", "items": list(items)}:
            return _dict(items, depth, find)
        case {"kind": "array", "dtype": str(dtype), "shape": list(shape), "data": str(data)}:
            return _numpy(dtype, shape, data)
        case {"kind": "reference", "root": str() | int() as root, "path": list(path)} if find is not None:
            return find(Reference(root, tuple((kind, key) for kind, key in path)))
    _refuse()


def _refuse() -> NoReturn:
    raise Refused("junk")


def _dict(items: list[object], depth: int, find: Find | None) -> dict[object, object]:
    built: dict[object, object] = {}
    for pair in items:
        if not isinstance(pair, list) or len(pair) != 2:
            _refuse()
        key = _value(pair[0], depth + 1, find)
        if not isinstance(key, str | int | float | bool | None) or key in built:
            raise Refused("keys")
        built[key] = _value(pair[1], depth + 1, find)
    return built


def _numpy(dtype: str, shape: list[Any], data: str) -> np.ndarray[Any, Any]:
    if dtype not in DTYPES or len(shape) > MAX_DIMENSIONS:
        _refuse()
    if not all(type(length) is int and 0 <= length <= MAX_BYTES for length in shape):
        _refuse()
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("junk") from error
    if len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise Refused("junk", "an array whose data has another length than its shape")
    if dtype == "|b1" and not set(raw) <= {0, 1}:
        _refuse()
    return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()
