"""Schedules that go up and down: Smith's triangular kinds, and warm restarts."""

from dataclasses import dataclass

import numpy as np

from course_lib.schedules.base import Floats, Schedule
from course_lib.schedules.checks import require_fraction, require_rate, require_steps


@dataclass(frozen=True)
class Triangular(Schedule):
    """From `base_lr` up to `max_lr` in a straight line and down again, for ever. Smith 2017, section 3.

    Parameters
    ----------
    base_lr, max_lr : float
        The rates of the valleys (step 0 is one) and of the peaks (step `step_size` is one).
    step_size : int
        Steps from a valley to a peak: half a cycle.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> Triangular(0.001, 0.006, step_size=2000)([0, 1000, 2000, 4000])
    array([0.001 , 0.0035, 0.006 , 0.001 ])
    """

    base_lr: float
    max_lr: float
    step_size: int
    formula = (
        r"\mathrm{base\_lr} + (\mathrm{max\_lr} - \mathrm{base\_lr})"
        r" \left(1 - \left|\tfrac{t \bmod (2 \cdot \mathrm{step\_size})}{\mathrm{step\_size}} - 1\right|\right)"
    )

    def __post_init__(self) -> None:
        _require_cycle(self.base_lr, self.max_lr, self.step_size)

    def _rate(self, step: Floats) -> Floats:
        return self.base_lr + (self.max_lr - self.base_lr) * _triangle(step, self.step_size)


@dataclass(frozen=True)
class Triangular2(Schedule):
    """`Triangular` whose peaks come down half of the way to `base_lr` after each cycle. Smith 2017, section 3.

    Parameters
    ----------
    base_lr, max_lr : float
        The rates of the valleys and of the first peak.
    step_size : int
        Steps from a valley to a peak: half a cycle.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> Triangular2(0.0, 0.8, step_size=10)([10, 20, 30, 50])
    array([0.8, 0. , 0.4, 0.2])
    """

    base_lr: float
    max_lr: float
    step_size: int
    formula = (
        r"\mathrm{base\_lr} + 2^{-\lfloor t / (2 \cdot \mathrm{step\_size}) \rfloor}"
        r" (\mathrm{max\_lr} - \mathrm{base\_lr})"
        r" \left(1 - \left|\tfrac{t \bmod (2 \cdot \mathrm{step\_size})}{\mathrm{step\_size}} - 1\right|\right)"
    )

    def __post_init__(self) -> None:
        _require_cycle(self.base_lr, self.max_lr, self.step_size)

    def _rate(self, step: Floats) -> Floats:
        amplitude = (self.max_lr - self.base_lr) / 2 ** (step // (2 * self.step_size))
        return self.base_lr + amplitude * _triangle(step, self.step_size)


@dataclass(frozen=True)
class ExpRange(Schedule):
    """`Triangular` whose both boundaries shrink by `gamma` at every step. Smith 2017, section 3.

    (torch's CyclicLR in its mode ``exp_range`` shrinks only the distance between them.)

    Parameters
    ----------
    base_lr, max_lr : float
        The rate of step 0, and the peaks' before they shrink.
    step_size : int
        Steps from a valley to a peak: half a cycle.
    gamma : float
        Factor of both boundaries each step, above 0 and at most 1.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> ExpRange(0.1, 0.8, step_size=10, gamma=0.9)([0, 10, 20]) / [1, 0.9**10, 0.9**20]
    array([0.1, 0.8, 0.1])
    """

    base_lr: float
    max_lr: float
    step_size: int
    gamma: float
    formula = (
        r"\gamma^t \left(\mathrm{base\_lr} + (\mathrm{max\_lr} - \mathrm{base\_lr})"
        r" \left(1 - \left|\tfrac{t \bmod (2 \cdot \mathrm{step\_size})}{\mathrm{step\_size}} - 1\right|\right)\right)"
    )

    def __post_init__(self) -> None:
        _require_cycle(self.base_lr, self.max_lr, self.step_size)
        require_fraction("gamma", self.gamma)

    def _rate(self, step: Floats) -> Floats:
        return self.gamma**step * (self.base_lr + (self.max_lr - self.base_lr) * _triangle(step, self.step_size))


@dataclass(frozen=True)
class SGDR(Schedule):
    """Cosine annealing with warm restarts. Loshchilov and Hutter 2017, equation 5 and section 3.

    The first cycle has `T_0` steps, and each has `T_mult` times those of the one before. Its first step has the peak
    rate; as in the paper, the step that would have `min_lr` is the first of the next cycle.

    Parameters
    ----------
    max_lr, min_lr : float
        The rate of the first peak, and the one that each cycle comes down towards.
    T_0 : int
        Steps of the first cycle.
    T_mult : int
        Factor of the length from a cycle to the next, a whole number of at least 1.
    shrink : float
        Factor of the height of the peaks above `min_lr` from a cycle to the next, above 0 and at most 1.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> SGDR(0.1, 0.0, T_0=10, T_mult=2)([0, 5, 10, 20, 30])
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])
    """

    max_lr: float
    min_lr: float
    T_0: int
    T_mult: int = 1
    shrink: float = 1.0
    formula = (
        r"\mathrm{min\_lr} + \tfrac{1}{2} \cdot \mathrm{shrink}^i \cdot (\mathrm{max\_lr} - \mathrm{min\_lr})"
        r" \left(1 + \cos \tfrac{\pi (t - s_i)}{T_i}\right), \quad"
        r" T_i = \mathrm{T\_0} \cdot \mathrm{T\_mult}^i, \; s_i = \textstyle\sum_{j < i} T_j \le t"
    )

    def __post_init__(self) -> None:
        require_rate("max_lr", self.max_lr)
        require_rate("min_lr", self.min_lr)
        if self.min_lr > self.max_lr:
            raise ValueError(f"min_lr must be at most max_lr ({self.max_lr!r}), got {self.min_lr!r}")
        require_steps("T_0", self.T_0, least=1)
        require_steps("T_mult", self.T_mult, least=1)
        require_fraction("shrink", self.shrink)

    def starts(self, until: int) -> list[int]:
        """First steps of the cycles, up to step `until`.

        Examples
        --------
        >>> SGDR(0.1, 0.0, T_0=10, T_mult=2).starts(until=100)
        [0, 10, 30, 70]
        """
        start, length, found = 0, self.T_0, []
        while start <= until:  # in whole numbers: a logarithm would miss boundaries by rounding
            found.append(start)
            start, length = start + length, length * self.T_mult
        return found

    def _rate(self, step: Floats) -> Floats:
        if self.T_mult == 1:
            cycle = step // self.T_0
            start, length = cycle * self.T_0, np.full_like(step, self.T_0)
        else:
            starts = np.array(self.starts(int(step.max(initial=0))), dtype=np.float64)
            number = np.searchsorted(starts, step, side="right") - 1
            cycle, start = number.astype(np.float64), starts[number]
            length = self.T_0 * np.power(float(self.T_mult), cycle)
        height = (self.max_lr - self.min_lr) * np.power(self.shrink, cycle)
        rate: Floats = self.min_lr + height * (1 + np.cos(np.pi * (step - start) / length)) / 2
        return rate


def _require_cycle(base_lr: float, max_lr: float, step_size: int) -> None:
    require_rate("base_lr", base_lr)
    require_rate("max_lr", max_lr)
    if base_lr > max_lr:
        raise ValueError(f"base_lr must be at most max_lr ({max_lr!r}), got {base_lr!r}")
    require_steps("step_size", step_size, least=1)


def _triangle(step: Floats, step_size: int) -> Floats:
    """0 in the valleys, 1 at the peaks."""
    return 1 - np.abs(step % (2 * step_size) / step_size - 1)
