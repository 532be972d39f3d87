"""What an argument of a schedule has to be."""

import numpy as np


def require_rate(name: str, value: float, above_zero: bool = False) -> None:
    """Raise ValueError unless `value` is a finite number of at least (or above) zero."""
    if not _is_number(value) or not np.isfinite(value) or value < 0 or (above_zero and value == 0):
        raise ValueError(f"{name} must be a finite number {'above' if above_zero else 'of at least'} 0, got {value!r}")


def require_fraction(name: str, value: float) -> None:
    """Raise ValueError unless 0 < `value` <= 1."""
    if not _is_number(value) or not 0 < value <= 1:
        raise ValueError(f"{name} must lie above 0 and be at most 1 (a factor, not a percentage), got {value!r}")


def require_steps(name: str, value: int, least: int) -> None:
    """Raise ValueError unless `value` is a whole number of at least `least`."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} must be a whole number of steps, at least {least}, got {value!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
