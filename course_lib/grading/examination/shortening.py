"""Values as short text for an instructor's eyes, whatever their size."""

from __future__ import annotations

import reprlib

import numpy as np

MAX_CHARACTERS = 400


class _Repr(reprlib.Repr):
    """Arrays with their dtype and shape, and no more than a dozen of their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.maxdict = self.maxlist = self.maxtuple = 12
        self.maxstring = self.maxother = 200

    def repr_ndarray(self, array: np.ndarray[tuple[int, ...], np.dtype[np.generic]], _level: int) -> str:
        numbers = np.array2string(array, threshold=12, edgeitems=4, separator=", ", max_line_width=10_000)
        return f"array({numbers}, dtype={array.dtype}, shape={array.shape})"


def short(value: object) -> str:
    """A plain value as text of at most `MAX_CHARACTERS`, at a cost that does not grow with the value.

    Examples
    --------
    >>> short({"rates": [0.1] * 1000})
    "{'rates': [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, ...]}"
    >>> short(np.zeros(3))
    'array([0., 0., 0.], dtype=float64, shape=(3,))'
    """
    return cut(_Repr().repr(value))


def cut(text: str) -> str:
    """Text of at most `MAX_CHARACTERS`."""
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 3] + "..."
