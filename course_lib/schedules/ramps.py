"""Schedules that run over a given number of steps, from one rate to another.

Where a schedule has `total_steps` = N, its steps are 0 to N - 1, step N - 1 has exactly the final rate, and every later
step holds it. (torch's CosineAnnealingLR with ``T_max = N - 1`` gives the same rates up to there, then rises again.)
"""

from dataclasses import dataclass

import numpy as np

from course_lib.schedules.base import Floats, Schedule
from course_lib.schedules.checks import require_rate, require_steps


@dataclass(frozen=True)
class PolynomialDecay(Schedule):
    """From `lr` down to `final_lr` as a power of the part that is left; then held.

    The "poly" policy of Chen et al. 2018 (DeepLab), section 4.1, who take a power of 0.9.

    Parameters
    ----------
    lr, final_lr : float
        The rates of step 0 and of step `total_steps` - 1.
    total_steps : int
        Number of steps, at least 2.
    power : float
        Above 0; 1 is a straight line.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> PolynomialDecay(1.0, 0.0, total_steps=5, power=2.0)([0, 2, 4])
    array([1.  , 0.25, 0.  ])
    """

    lr: float
    final_lr: float
    total_steps: int
    power: float
    formula = (
        r"\mathrm{final\_lr} + (\mathrm{lr} - \mathrm{final\_lr})"
        r" \left(1 - \tfrac{t}{\mathrm{total\_steps} - 1}\right)^{\mathrm{power}}"
    )

    def __post_init__(self) -> None:
        _require_ends(self.lr, self.final_lr, self.total_steps)
        require_rate("power", self.power, above_zero=True)

    def _rate(self, step: Floats) -> Floats:
        left = 1 - _progress(step, self.total_steps)
        return self.final_lr + (self.lr - self.final_lr) * left**self.power


@dataclass(frozen=True)
class LinearDecay(Schedule):
    """A straight line from `lr` down to `final_lr`; then held. Devlin et al. 2019 (BERT), appendix A.2.

    Parameters
    ----------
    lr, final_lr : float
        The rates of step 0 and of step `total_steps` - 1.
    total_steps : int
        Number of steps, at least 2.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> LinearDecay(0.1, 0.0, total_steps=11)([0, 5, 10, 11])
    array([0.1 , 0.05, 0.  , 0.  ])
    """

    lr: float
    final_lr: float
    total_steps: int
    formula = r"\mathrm{lr} + (\mathrm{final\_lr} - \mathrm{lr}) \tfrac{t}{\mathrm{total\_steps} - 1}"

    def __post_init__(self) -> None:
        _require_ends(self.lr, self.final_lr, self.total_steps)

    def _rate(self, step: Floats) -> Floats:
        return _between(self.lr, self.final_lr, _progress(step, self.total_steps))


@dataclass(frozen=True)
class CosineAnnealing(Schedule):
    """Half a cosine wave from `lr` down to `final_lr`; then held. Loshchilov and Hutter 2017, equation 5, one cycle.

    Parameters
    ----------
    lr, final_lr : float
        The rates of step 0 and of step `total_steps` - 1.
    total_steps : int
        Number of steps, at least 2.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> CosineAnnealing(0.1, 0.0, total_steps=11)([0, 5, 10, 11])
    array([0.1 , 0.05, 0.  , 0.  ])
    """

    lr: float
    final_lr: float
    total_steps: int
    formula = (
        r"\mathrm{final\_lr} + \tfrac{1}{2} (\mathrm{lr} - \mathrm{final\_lr})"
        r" \left(1 + \cos \tfrac{\pi t}{\mathrm{total\_steps} - 1}\right)"
    )

    def __post_init__(self) -> None:
        _require_ends(self.lr, self.final_lr, self.total_steps)

    def _rate(self, step: Floats) -> Floats:
        return _between(self.lr, self.final_lr, (1 - np.cos(np.pi * _progress(step, self.total_steps))) / 2)


@dataclass(frozen=True)
class LinearWarmup(Schedule):
    """A straight line from `start_lr` up to `lr`; then held. Goyal et al. 2017, section 2.2 ("gradual warmup").

    What follows it goes into ``.then(..., at=total_steps)``.

    Parameters
    ----------
    start_lr, lr : float
        The rates of step 0 and of step `total_steps` - 1; `start_lr` is at most `lr`.
    total_steps : int
        Number of steps, at least 2.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> from course_lib.schedules import Constant
    >>> LinearWarmup(0.0, 0.1, total_steps=5).then(Constant(0.1), at=5)([0, 1, 4, 5])
    array([0.   , 0.025, 0.1  , 0.1  ])
    """

    start_lr: float
    lr: float
    total_steps: int
    formula = r"\mathrm{start\_lr} + (\mathrm{lr} - \mathrm{start\_lr}) \tfrac{t}{\mathrm{total\_steps} - 1}"

    def __post_init__(self) -> None:
        require_rate("start_lr", self.start_lr)
        require_rate("lr", self.lr)
        if self.start_lr > self.lr:
            raise ValueError(f"start_lr must be at most lr ({self.lr!r}): a warm-up rises, got {self.start_lr!r}")
        require_steps("total_steps", self.total_steps, least=2)

    def _rate(self, step: Floats) -> Floats:
        return _between(self.start_lr, self.lr, _progress(step, self.total_steps))


def _require_ends(lr: float, final_lr: float, total_steps: int) -> None:
    require_rate("lr", lr)
    require_rate("final_lr", final_lr)
    if final_lr > lr:
        raise ValueError(f"final_lr must be at most lr ({lr!r}): annealing lowers the rate, got {final_lr!r}")
    require_steps("total_steps", total_steps, least=2)


def _progress(step: Floats, total_steps: int) -> Floats:
    """0 at step 0, exactly 1 at step `total_steps` - 1 and after it."""
    return np.minimum(step / (total_steps - 1), 1.0)


def _between(start: float, end: float, position: Floats) -> Floats:
    """`start` at position 0 and `end` at 1, both exactly (``start + (end - start) * 1`` is not always ``end``)."""
    return np.where(position == 1, end, start + (end - start) * position)
