"""Writing values as data; `course_lib.grading.examination.inside.values` says how they look and reads them.

The session sends this file's text, too, into the kernel.
"""

from __future__ import annotations

import base64
import json
import math
import sys
from typing import Any

import numpy as np

from course_lib.grading.examination.inside.values import (
    DTYPES,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ITEMS,
    Reference,
    Refused,
    bounded,
    integer,
    string,
)

_SCALARS = DTYPES - {"<c8", "<c16"}


def encode(value: object) -> str:
    """Write a value as text that `decode` reads.

    What a value is, its type says and nothing that it defines: a subclass crosses as the number, string, list, tuple,
    dict or array that it is built on, whatever methods of its own would say.

    Parameters
    ----------
    value
        None, a bool, int, float, complex or str, a NumPy scalar or array, a torch tensor, or a list, tuple or dict of
        these. A complex number and a tensor arrive as arrays; a tensor that is sparse, quantised or of a float type
        that NumPy lacks arrives dense and in single precision.

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
    >>> from course_lib.grading.examination.inside.values import decode
    >>> decode(encode({"rates": (0.1, float("inf")), "steps": np.arange(3)}))
    {'rates': (0.1, inf), 'steps': array([0, 1, 2])}
    >>> encode(open)
    Traceback (most recent call last):
    course_lib.grading.examination.inside.values.Refused: a value of type builtin_function_or_method: give back ...
    """
    text = json.dumps(_Writer().tree(value, 0), allow_nan=False)
    bounded(text)
    return text


class _Writer:
    """Counts the items that it has written: a list of one list many times over is small, and its text is not."""

    def __init__(self) -> None:
        self._items = 0

    def tree(self, value: Any, depth: int) -> object:  # noqa: ANN401 - whatever a student gives back
        if depth > MAX_DEPTH:
            raise Refused("depth")
        # Not isinstance, which asks the object itself what its class is.
        kind = type(value)
        if value is None or kind is bool:
            return value
        if issubclass(kind, int):
            return integer(int.__index__(value))
        if issubclass(kind, float):
            return _float(float.__float__(value))
        if issubclass(kind, complex):
            return _array(np.array(complex.__pos__(value)))
        if issubclass(kind, str):
            return string(str.__str__(value))
        if issubclass(kind, list):
            self._count(list.__len__(value))
            return [self.tree(item, depth + 1) for item in list.__iter__(value)]
        if issubclass(kind, tuple):
            self._count(tuple.__len__(value))
            return {"kind": "tuple", "items": [self.tree(item, depth + 1) for item in tuple.__iter__(value)]}
        if issubclass(kind, dict):
            self._count(dict.__len__(value))
            pairs = [[self.tree(key, depth + 1), self.tree(item, depth + 1)] for key, item in dict.items(value)]
            return {"kind": "dict", "items": pairs}
        if issubclass(kind, np.generic):
            plain = np.array(value)
            return self.tree(plain.item(), depth) if plain.dtype.str in _SCALARS else _array(plain)
        if kind is Reference:
            return {"kind": "reference", "root": value.root, "path": [list(step) for step in value.path]}
        torch = sys.modules.get("torch")
        if torch is not None and issubclass(kind, torch.Tensor):
            return _array(_from_tensor(torch, value))
        if issubclass(kind, np.ma.MaskedArray):
            raise Refused("masked")
        if issubclass(kind, np.ndarray):
            return _array(value)
        raise Refused("type", f"a value of type {kind.__name__}")

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > MAX_ITEMS:
            raise Refused("items")


def _float(value: float) -> object:
    return value if math.isfinite(value) else {"kind": "float", "value": repr(value)}


def _from_tensor(torch: Any, tensor: Any) -> Any:  # noqa: ANN401 - torch may be absent
    try:
        plain = tensor.detach().to_dense() if tensor.layout is not torch.strided else tensor.detach()
        plain = plain.dequantize() if plain.is_quantized else plain
        plain = plain.cpu().resolve_conj().resolve_neg()
        if plain.is_floating_point() and plain.dtype not in (torch.float16, torch.float32, torch.float64):
            plain = plain.float()
        return plain.numpy()
    except (TypeError, RuntimeError) as error:  # on the meta device there is nothing to be had; NumPy lacks the dtype
        raise Refused("tensor", f"a tensor of type {tensor.dtype}") from error


def _array(array: Any) -> dict[str, Any]:  # noqa: ANN401 - an array or a scalar, or of a class derived from one
    plain = np.array(array, copy=True, subok=False, order="C")
    little = plain.astype(plain.dtype.newbyteorder("<"), copy=False)
    if little.dtype.str not in DTYPES:
        raise Refused("array", f"an array of dtype {plain.dtype}")
    if little.nbytes * 4 // 3 > MAX_BYTES:
        raise Refused("size", f"an array of {little.nbytes} bytes")
    if little.dtype.kind == "b":
        little = little.view(np.uint8) != 0  # memory of another kind, looked at as bool, holds other bytes than 0 and 1
    data = base64.b64encode(little.tobytes()).decode()
    return {"kind": "array", "dtype": little.dtype.str, "shape": list(little.shape), "data": data}
