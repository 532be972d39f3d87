"""Schedules that lower the rate step by step, without knowing how long the run will be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.schedules.base import Floats, Schedule
from course_lib.schedules.checks import require_fraction, require_rate, require_steps


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate at every step: training comes near a minimum and stays about it.

    Bottou, Curtis and Nocedal 2018, theorem 4.6.

    Parameters
    ----------
    lr : float
        The rate.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> Constant(0.1)([0, 1000])
    array([0.1, 0.1])
    """

    lr: float
    formula = r"\mathrm{lr}"

    def __post_init__(self) -> None:
        require_rate("lr", self.lr)

    def _rate(self, step: Floats) -> Floats:
        return np.full_like(step, self.lr)


@dataclass(frozen=True)
class StepDecay(Schedule):
    """The rate times `gamma` every `step_size` steps; it never ends. Szegedy et al. 2015 (GoogLeNet), section 6.

    Parameters
    ----------
    lr : float
        The rate of the first `step_size` steps.
    step_size : int
        Steps between two drops: the first drop is at step `step_size` itself.
    gamma : float
        Factor of each drop, above 0 and at most 1.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    Halved every ten epochs of 80 steps:

    >>> StepDecay(0.1, step_size=10 * 80, gamma=0.5)([0, 799, 800, 1600])
    array([0.1  , 0.1  , 0.05 , 0.025])
    """

    lr: float
    step_size: int
    gamma: float
    formula = r"\mathrm{lr} \cdot \gamma^{\lfloor t / \mathrm{step\_size} \rfloor}"

    def __post_init__(self) -> None:
        require_rate("lr", self.lr)
        require_steps("step_size", self.step_size, least=1)
        require_fraction("gamma", self.gamma)

    def _rate(self, step: Floats) -> Floats:
        return self.lr * self.gamma ** (step // self.step_size)


@dataclass(frozen=True)
class MultiStepDecay(Schedule):
    """The rate times `gamma` at each of the `milestones`; it never ends. He et al. 2016 (ResNet), section 4.2.

    Parameters
    ----------
    lr : float
        The rate before the first milestone.
    milestones : sequence of int
        Steps, ascending, at which the rate drops; the drop counts from that step on.
    gamma : float
        Factor of each drop, above 0 and at most 1.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> MultiStepDecay(0.1, milestones=(100, 150), gamma=0.1)([99, 100, 150])
    array([0.1  , 0.01 , 0.001])
    """

    lr: float
    milestones: Sequence[int]
    gamma: float
    formula = r"\mathrm{lr} \cdot \gamma^{|\{m \in \mathrm{milestones} : m \le t\}|}"

    def __post_init__(self) -> None:
        require_rate("lr", self.lr)
        for milestone in self.milestones:
            require_steps("milestones", milestone, least=1)
        if list(self.milestones) != sorted(set(self.milestones)):
            raise ValueError(f"milestones must ascend, each one once, got {self.milestones!r}")
        object.__setattr__(
            self, "milestones", tuple(self.milestones)
        )  # so that a list is as good as a tuple, and frozen
        require_fraction("gamma", self.gamma)

    def _rate(self, step: Floats) -> Floats:
        drops = np.searchsorted(np.asarray(self.milestones, dtype=np.float64), step, side="right").astype(np.float64)
        return self.lr * self.gamma**drops


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """The rate times `gamma` every `every` steps, smoothly; it never ends. Senior et al. 2013.

    Parameters
    ----------
    lr : float
        The rate of step 0.
    gamma : float
        Factor of the rate over `every` steps, above 0 and at most 1.
    every : int
        Steps that one factor of `gamma` takes: the steps of an epoch make `gamma` the decay of an epoch.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    Five per cent less each epoch of 80 steps:

    >>> ExponentialDecay(0.1, gamma=0.95, every=80)([0, 80, 160])
    array([0.1    , 0.095  , 0.09025])
    """

    lr: float
    gamma: float
    every: int = 1
    formula = r"\mathrm{lr} \cdot \gamma^{t / \mathrm{every}}"

    def __post_init__(self) -> None:
        require_rate("lr", self.lr)
        require_fraction("gamma", self.gamma)
        require_steps("every", self.every, least=1)

    def _rate(self, step: Floats) -> Floats:
        return self.lr * self.gamma ** (step / self.every)


@dataclass(frozen=True)
class InverseSqrtDecay(Schedule):
    """Linear warm-up, then a rate that falls with the square root of the step; it never ends.

    Vaswani et al. 2017, section 5.3, with the peak given as a rate. The paper counts steps from 1: t + 1 here.

    Parameters
    ----------
    lr : float
        The peak, at step `warmup_steps` - 1.
    warmup_steps : int
        Steps of the warm-up, at least 1.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> InverseSqrtDecay(0.1, warmup_steps=4)([0, 3, 15])
    array([0.025, 0.1  , 0.05 ])
    """

    lr: float
    warmup_steps: int
    formula = (
        r"\mathrm{lr} \cdot \min\left(\tfrac{t + 1}{\mathrm{warmup\_steps}},"
        r" \sqrt{\tfrac{\mathrm{warmup\_steps}}{t + 1}}\right)"
    )

    def __post_init__(self) -> None:
        require_rate("lr", self.lr)
        require_steps("warmup_steps", self.warmup_steps, least=1)

    def _rate(self, step: Floats) -> Floats:
        position = (step + 1) / self.warmup_steps
        return self.lr * np.minimum(position, 1 / np.sqrt(position))
