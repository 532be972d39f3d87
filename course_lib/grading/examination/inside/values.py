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
import sys
from collections.abc import Callable, Sized
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import numpy as np

MAX_BYTES = 32_000_000
MAX_DEPTH = 20
MAX_ITEMS = 1_000_000
# Each item of each collection costs memory as soon as the text is parsed, so they are counted in the text before that.
_MAX_MARKS = 3 * MAX_ITEMS + 1000
MAX_DIMENSIONS = 32
MAX_INTEGER_BITS = 4096
DTYPES = frozenset(
    ["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"],
)
_Items = TypeVar("_Items", bound=Sized)
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


class Refused(ValueError):  # noqa: N818 - named for what happened
    """A value that cannot cross; the message says, for a student's eyes, what it is and what can."""


def encode(value: object) -> str:
    """Write a value as text that `decode` reads.

    Parameters
    ----------
    value
        None, a bool, int, float or str, a NumPy scalar or array, a torch tensor, or a list, tuple or dict of these.

    Returns
    -------
    str
        JSON in ASCII, at most `MAX_BYTES` long.

    Raises
    ------
    Refused
        For anything else, and for what is too large or nested too deeply.

    Examples
    --------
    >>> decode(encode({"rates": (0.1, float("inf")), "steps": np.arange(3)}))
    {'rates': (0.1, inf), 'steps': array([0, 1, 2])}
    >>> encode(open)
    Traceback (most recent call last):
    course_lib.grading.examination.inside.values.Refused: a value of type builtin_function_or_method cannot be ...
    """
    text = json.dumps(_tree(value, 0), allow_nan=False)
    _bounded(text)
    return text


def _bounded(text: str) -> None:
    if len(text) > MAX_BYTES:
        raise Refused(f"the value is larger than {MAX_BYTES // 1_000_000} MB")
    if sum(map(text.count, ",[{")) > _MAX_MARKS:
        raise Refused(f"collections of more than {MAX_ITEMS} items in all; an array may be larger")


def _tree(value: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise Refused(f"the value is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, np.generic):
        value = value.item() if value.dtype.kind in "biuf" else np.asarray(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _integer(int.__index__(value))
    if isinstance(value, float):
        return _float(float.__float__(value))
    if isinstance(value, str):
        return _string(str.__str__(value))
    if isinstance(value, list | tuple):
        items = [_tree(item, depth + 1) for item in _sized(value)]
        return {"kind": "tuple", "items": items} if isinstance(value, tuple) else items
    if isinstance(value, dict):
        pairs = [[_tree(key, depth + 1), _tree(item, depth + 1)] for key, item in _sized(list(value.items()))]
        return {"kind": "dict", "items": pairs}
    if type(value) is Reference:
        return {"kind": "reference", "root": value.root, "path": [list(step) for step in value.path]}
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        value = _from_tensor(value)
    if isinstance(value, np.ndarray):
        return _array(value)
    raise Refused(
        f"a value of type {type(value).__name__} cannot be examined; "
        "give back numbers, strings, arrays, or lists, tuples and dicts of them"
    )


def _integer(value: int) -> int:
    if value.bit_length() > MAX_INTEGER_BITS:
        raise Refused(f"an integer of more than {MAX_INTEGER_BITS} bits")
    return value


def _float(value: float) -> object:
    return value if math.isfinite(value) else {"kind": "float", "value": repr(value)}


def _string(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Refused("a string that holds half a character (a lone surrogate)") from error
    return value


def _sized(items: _Items) -> _Items:
    if len(items) > MAX_ITEMS:
        raise Refused(f"a collection of more than {MAX_ITEMS} items; an array may be larger")
    return items


def _from_tensor(tensor: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401 - torch may be absent
    plain = tensor.detach().cpu()
    try:
        return np.asarray(plain.numpy())
    except TypeError as error:
        raise Refused(f"a tensor of type {plain.dtype} cannot be examined; convert it with .float()") from error


def _array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    if little.dtype.str not in DTYPES:
        raise Refused(f"an array of dtype {array.dtype} cannot be examined; use numbers or booleans")
    if little.nbytes * 4 // 3 > MAX_BYTES:
        raise Refused(f"an array larger than {MAX_BYTES * 3 // 4_000_000} MB")
    data = base64.b64encode(little.tobytes()).decode()
    return {"kind": "array", "dtype": little.dtype.str, "shape": list(array.shape), "data": data}


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
    course_lib.grading.examination.inside.values.Refused: an array whose data has another length than its shape
    """
    _bounded(text)
    try:
        tree = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise Refused(f"the value is nested more than {MAX_DEPTH} levels deep") from error
    except ValueError as error:
        raise Refused("the value did not arrive as data") from error
    return _value(tree, 0, find)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _value(tree: object, depth: int, find: Find | None) -> object:
    if depth > MAX_DEPTH + 1:
        raise Refused(f"the value is nested more than {MAX_DEPTH} levels deep")
    if tree is None or isinstance(tree, bool):
        return tree
    if isinstance(tree, int):
        return _integer(tree)
    if isinstance(tree, float):
        # 1e999 is valid JSON and reads as infinity; encode never writes it.
        if not math.isfinite(tree):
            _refuse()
        return tree
    if isinstance(tree, str):
        return _string(tree)
    if isinstance(tree, list):
        return [_value(item, depth + 1, find) for item in _sized(tree)]
    match tree:
        case {"kind": "float", "value": "nan" | "inf" | "-inf" as name}:
            return _SPECIAL[name]
        case {"kind": "tuple", "items": list(items)}:
            return tuple(_value(item, depth + 1, find) for item in _sized(items))
        case {"kind": "dict", "items": list(items)}:
            return _dict(_sized(items), depth, find)
        case {"kind": "array", "dtype": str(dtype), "shape": list(shape), "data": str(data)}:
            return _numpy(dtype, shape, data)
        case {"kind": "reference", "root": str() | int() as root, "path": list(path)} if find is not None:
            return find(Reference(root, tuple((kind, key) for kind, key in path)))
    _refuse()


def _refuse() -> NoReturn:
    raise Refused("the value did not arrive as data")


def _dict(items: list[object], depth: int, find: Find | None) -> dict[object, object]:
    built: dict[object, object] = {}
    for pair in items:
        if not isinstance(pair, list) or len(pair) != 2:
            _refuse()
        key = _value(pair[0], depth + 1, find)
        if not isinstance(key, str | int | float | bool | None):
            raise Refused("a dict whose keys are neither strings nor numbers")
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
        raise Refused("the value did not arrive as data") from error
    if len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise Refused("an array whose data has another length than its shape")
    if dtype == "|b1" and not set(raw) <= {0, 1}:
        _refuse()
    return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()
