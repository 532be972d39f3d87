"""What an argument of an explorer has to be; the limits are those of its controls."""

import math
from collections.abc import Collection

import numpy as np


def require_between(name: str, value: float, least: float, most: float) -> None:
    """Raise ValueError unless `value` is a number from `least` to `most`."""
    if not _is_number(value) or not least <= value <= most:
        raise ValueError(f"{name} must be a number from {least:g} to {most:g}, got {value!r}")


def require_whole(name: str, value: int, least: int, most: int) -> None:
    """Raise ValueError unless `value` is a whole number from `least` to `most`."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, got {value!r}")


def require_one_of(name: str, value: str, known: Collection[str]) -> None:
    """Raise ValueError unless `value` is one of `known`."""
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, got {value!r}")


def require_point(name: str, value: tuple[float, float]) -> None:
    """Raise ValueError unless `value` is two numbers, not both zero: a walk from the minimum goes nowhere."""
    if len(value) != 2 or not all(_is_number(part) and math.isfinite(part) for part in value) or not any(value):
        raise ValueError(f"{name} must be two finite numbers, not both 0, got {value!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
