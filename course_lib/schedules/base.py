"""What every schedule is: a pure function of the step, which can be looked at, composed and written down."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, ClassVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.schedules.checks import require_rate, require_steps
from course_lib.schedules.latex import with_values

Floats = NDArray[np.float64]

_SIGNS = {"lr": r"\eta_t", "momentum": r"\mu_t"}


@dataclass(frozen=True)
class Schedule(ABC):
    """A learning rate as a function of the training step: ``lr = schedule(step)``.

    Immutable, and nothing is consumed by calling it: a schedule can be plotted, printed and used again. Steps are
    counted from 0, one an update of the weights.

    Attributes
    ----------
    formula : str
        The rate at step t, in LaTeX, in the names of the constructor's arguments.
    quantity : str
        What the schedule gives: ``lr``, or ``momentum``.

    Notes
    -----
    A kind of your own is a frozen dataclass with a `formula` and a method ``_rate``, from an array of steps to their
    rates.

    Examples
    --------
    >>> from course_lib.schedules import Constant, CosineAnnealing
    >>> schedule = Constant(0.1).then(CosineAnnealing(0.1, 0.0, total_steps=11), at=100)
    >>> schedule([0, 99, 105, 110])
    array([0.1 , 0.1 , 0.05, 0.  ])
    """

    formula: ClassVar[str]

    @property
    def quantity(self) -> str:
        """What the schedule gives, ``lr`` or ``momentum``."""
        return "lr"

    @abstractmethod
    def _rate(self, step: Floats) -> Floats:
        """The rate at each of `step`, an array of whole non-negative numbers."""

    @overload
    def __call__(self, step: int) -> float: ...
    @overload
    def __call__(self, step: ArrayLike) -> float | Floats: ...
    def __call__(self, step: ArrayLike) -> float | Floats:
        """Learning rate at `step`.

        Parameters
        ----------
        step : int or array_like of int
            Steps, from 0.

        Returns
        -------
        float or ndarray
            A float for a single step; for an array, float64 of the same shape.

        Raises
        ------
        ValueError
            When a step is negative or not a whole number.

        Examples
        --------
        >>> from course_lib.schedules import LinearDecay
        >>> LinearDecay(0.1, 0.0, total_steps=11)(5)
        0.05
        """
        steps = np.asarray(step, dtype=np.float64)
        if not np.all((steps >= 0) & (steps == np.floor(steps)) & np.isfinite(steps)):
            raise ValueError(f"step must be a whole number from 0 (steps count updates, not epochs), got {step!r}")
        rates = self._rate(steps)
        return float(rates) if steps.ndim == 0 else rates

    def then(self, following: Schedule, at: int) -> Then:
        """Run for steps 0 to `at` - 1, then go on with `following`, whose step 0 is step `at`.

        Raises
        ------
        ValueError
            When `at` is no whole number of at least 1.

        Examples
        --------
        >>> from course_lib.schedules import Constant, CosineAnnealing
        >>> schedule = Constant(0.1).then(CosineAnnealing(0.1, 0.0, total_steps=11), at=100)
        >>> schedule(99), schedule(100), schedule(110)
        (0.1, 0.1, 0.0)
        """
        return Then(self, following, at)

    def repeat(self, period: int) -> Repeat:
        """Run steps 0 to `period` - 1 again and again.

        Raises
        ------
        ValueError
            When `period` is no whole number of at least 1.

        Examples
        --------
        >>> from course_lib.schedules import LinearDecay
        >>> LinearDecay(0.3, 0.1, total_steps=3).repeat(3)([0, 1, 2, 3, 4])
        array([0.3, 0.2, 0.1, 0.3, 0.2])
        """
        return Repeat(self, period)

    def scale(self, factor: float) -> Scale:
        """Multiply every rate by `factor`.

        Raises
        ------
        ValueError
            When `factor` is no finite number of at least 0.

        Examples
        --------
        >>> from course_lib.schedules import Constant
        >>> Constant(0.1).scale(0.5)(0)
        0.05
        """
        return Scale(self, factor)

    def table(self, steps: ArrayLike) -> dict[str, Floats | NDArray[np.int64]]:
        """The rates at `steps` beside their steps: two columns, which `pandas.DataFrame` takes as they are.

        Parameters
        ----------
        steps : array_like of int
            Steps, from 0, in one dimension: ``range(100)``, or the few that matter.

        Returns
        -------
        dict
            Arrays of one length by name: ``step``, and ``lr`` (or ``momentum``).

        Raises
        ------
        ValueError
            When `steps` has not one dimension, or a step is negative or not a whole number.

        Examples
        --------
        >>> from course_lib.schedules import LinearDecay
        >>> LinearDecay(0.1, 0.0, total_steps=11).table([0, 5, 10])
        {'step': array([ 0,  5, 10]), 'lr': array([0.1 , 0.05, 0.  ])}
        """
        if np.ndim(steps) != 1:
            raise ValueError(f"steps must be a sequence of steps, such as range(100), got {steps!r}")
        rates = np.asarray(self(steps))
        return {"step": np.asarray(steps, dtype=np.int64), self.quantity: rates}

    def _repr_latex_(self) -> str:
        """The formula with the values put in, a line for each part; a notebook shows it."""
        parts: list[tuple[str, Schedule]] = [(_SIGNS[self.quantity], self)]
        lines = []
        for sign, schedule in parts:  # grows, until there are no more parts in the parts
            values = {field.name: getattr(schedule, field.name) for field in fields(schedule)}
            for name, value in values.items():
                if isinstance(value, Schedule):
                    values[name] = f"f_{{{len(parts)}}}"
                    parts.append((f"{values[name]}(t)", value))
            lines.append(f"{sign} &= {with_values(schedule._formula_in_use(), values)}")
        return r"$$\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}$$"

    def _formula_in_use(self) -> str:
        """The formula, less what the arguments leave unused."""
        return self.formula

    def to_dict(self) -> dict[str, Any]:
        """The schedule as plain data, which `from_dict` and JSON understand.

        Examples
        --------
        >>> from course_lib.schedules import Constant
        >>> Constant(0.1).scale(0.5).to_dict()
        {'kind': 'Scale', 'part': {'kind': 'Constant', 'lr': 0.1}, 'factor': 0.5}
        """
        return {"kind": type(self).__name__} | {
            field.name: value.to_dict() if isinstance(value := getattr(self, field.name), Schedule) else value
            for field in fields(self)
        }

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Schedule:
        """The schedule that `to_dict` described.

        Raises
        ------
        ValueError
            When the kind is unknown, or an argument is wrong or missing.

        Examples
        --------
        >>> from course_lib.schedules import StepDecay
        >>> StepDecay(0.1, step_size=10, gamma=0.5).to_dict()
        {'kind': 'StepDecay', 'lr': 0.1, 'step_size': 10, 'gamma': 0.5}
        >>> Schedule.from_dict(_)
        StepDecay(lr=0.1, step_size=10, gamma=0.5)
        """
        kinds = {kind.__name__: kind for kind in Schedule.__subclasses__()}
        kind = kinds.get(data.get("kind", ""))
        if kind is None:
            raise ValueError(f"kind must be one of {', '.join(sorted(kinds))}, got {data.get('kind')!r}")
        arguments = {
            name: Schedule.from_dict(value) if isinstance(value, dict) else value
            for name, value in data.items()
            if name != "kind"
        }
        wanted = [field.name for field in fields(kind)]
        if sorted(arguments) != sorted(wanted):
            raise ValueError(f"{kind.__name__} takes {', '.join(wanted)}, got {', '.join(arguments) or 'nothing'}")
        return kind(**arguments)


@dataclass(frozen=True)
class Then(Schedule):
    """`first` for steps 0 to `at` - 1, then `second` from its step 0; made by `Schedule.then`."""

    first: Schedule
    second: Schedule
    at: int
    formula = r"\mathrm{first}(t) \text{ if } t < \mathrm{at}, \text{ else } \mathrm{second}(t - \mathrm{at})"

    @property
    def quantity(self) -> str:
        """That of `first`."""
        return self.first.quantity

    def __post_init__(self) -> None:
        require_steps("at", self.at, least=1)

    def _rate(self, step: Floats) -> Floats:
        # Each part sees only steps of its own, so that one which ends is not asked for more.
        before = np.minimum(step, self.at - 1)
        after = np.maximum(step - self.at, 0)
        return np.where(step < self.at, self.first._rate(before), self.second._rate(after))


@dataclass(frozen=True)
class Repeat(Schedule):
    """Steps 0 to `period` - 1 of `part`, again and again; made by `Schedule.repeat`."""

    part: Schedule
    period: int
    formula = r"\mathrm{part}(t \bmod \mathrm{period})"

    @property
    def quantity(self) -> str:
        """That of `part`."""
        return self.part.quantity

    def __post_init__(self) -> None:
        require_steps("period", self.period, least=1)

    def _rate(self, step: Floats) -> Floats:
        return self.part._rate(step % self.period)


@dataclass(frozen=True)
class Scale(Schedule):
    """`part` times `factor`; made by `Schedule.scale`."""

    part: Schedule
    factor: float
    formula = r"\mathrm{factor} \cdot \mathrm{part}(t)"

    @property
    def quantity(self) -> str:
        """That of `part`."""
        return self.part.quantity

    def __post_init__(self) -> None:
        require_rate("factor", self.factor)

    def _rate(self, step: Floats) -> Floats:
        return self.factor * self.part._rate(step)
