"""One-cycle: up to a large rate, down, and down to almost nothing, with the momentum the other way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from course_lib.schedules.base import Floats, Schedule
from course_lib.schedules.checks import require_fraction, require_rate, require_steps

Anneal = Literal["cos", "linear"]


@dataclass(frozen=True)
class OneCycle(Schedule):
    r"""One cycle of the rate over a whole run. Smith 2018, section 4.1; Smith and Topin 2018.

    Two phases, as fastai has them: up from `max_lr` / `div_factor` to `max_lr`, then down to the first rate divided by
    `final_div_factor`. Three phases, as in the paper: up, down as long as up, then from the first rate on down
    ("annihilation"). The peak is at step round(`pct_start` * `total_steps`) - 1, and has exactly `max_lr`; step
    `total_steps` - 1 has exactly the final rate, and later steps hold it.

    Parameters
    ----------
    max_lr : float
        The rate at the peak, above 0.
    total_steps : int
        Steps of the run, at least 2.
    pct_start : float
        The part of the run that goes up, above 0 and below 1 (below 1/2 with three phases). For all its name, which is
        torch's, it is a fraction.
    div_factor : float
        `max_lr` over the first rate, at least 1.
    final_div_factor : float
        The first rate over the final one, at least 1.
    anneal : {"cos", "linear"}
        The shape of every phase.
    three_phase : bool
        Whether there are three phases.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> OneCycle(1.0, total_steps=101, pct_start=0.3, div_factor=10, anneal="linear")([0, 29, 100])
    array([1.e-01, 1.e+00, 1.e-05])
    """

    max_lr: float
    total_steps: int
    pct_start: float = 0.3
    div_factor: float = 25.0
    final_div_factor: float = 1e4
    anneal: Anneal = "cos"
    three_phase: bool = False
    formula = (
        r"\mathrm{anneal}\left(\tfrac{\mathrm{max\_lr}}{\mathrm{div\_factor}} \to \mathrm{max\_lr}"
        r" [\to \tfrac{\mathrm{max\_lr}}{\mathrm{div\_factor}}]"
        r" \to \tfrac{\mathrm{max\_lr}}{\mathrm{div\_factor} \cdot \mathrm{final\_div\_factor}}\right)(t)"
    )

    def __post_init__(self) -> None:
        require_rate("max_lr", self.max_lr, above_zero=True)
        for name in ("div_factor", "final_div_factor"):
            if not 1 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be a finite number of at least 1, got {getattr(self, name)!r}")
        _ends(self.total_steps, self.pct_start, self.three_phase)
        _require_anneal(self.anneal)

    def _rate(self, step: Floats) -> Floats:
        first = self.max_lr / self.div_factor
        back = [first] if self.three_phase else []
        values = [first, self.max_lr, *back, first / self.final_div_factor]
        return _phases(step, _ends(self.total_steps, self.pct_start, self.three_phase), values, self.anneal)

    def _formula_in_use(self) -> str:
        return _without_brackets(self.formula, self.three_phase)

    def momentum(self, base_momentum: float = 0.85, max_momentum: float = 0.95) -> "OneCycleMomentum":
        """The momentum that goes with this rate: lowest where the rate is highest.

        Examples
        --------
        >>> OneCycle(1.0, total_steps=100).momentum()([0, 29, 99])
        array([0.95, 0.85, 0.95])
        """
        return OneCycleMomentum(
            base_momentum, max_momentum, self.total_steps, self.pct_start, self.anneal, self.three_phase
        )


@dataclass(frozen=True)
class OneCycleMomentum(Schedule):
    """The momentum of a one-cycle run; `OneCycle.momentum` makes the one that fits. Smith 2018, section 4.3.

    Parameters
    ----------
    base_momentum, max_momentum : float
        The lowest momentum, where the rate peaks, and the highest, at both ends; above 0 and at most 1.
    total_steps, pct_start, anneal, three_phase
        As in `OneCycle`. The third phase holds `max_momentum`.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> OneCycleMomentum(0.85, 0.95, total_steps=100)([0, 29, 99])
    array([0.95, 0.85, 0.95])
    """

    base_momentum: float
    max_momentum: float
    total_steps: int
    pct_start: float = 0.3
    anneal: Anneal = "cos"
    three_phase: bool = False
    formula = (
        r"\mathrm{anneal}(\mathrm{max\_momentum} \to \mathrm{base\_momentum} \to \mathrm{max\_momentum}"
        r" [\to \mathrm{max\_momentum}])(t)"
    )

    @property
    def quantity(self) -> str:
        """``momentum``."""
        return "momentum"

    def __post_init__(self) -> None:
        require_fraction("base_momentum", self.base_momentum)
        require_fraction("max_momentum", self.max_momentum)
        if self.base_momentum > self.max_momentum:
            raise ValueError(
                f"base_momentum must be at most max_momentum ({self.max_momentum!r}), got {self.base_momentum!r}"
            )
        _ends(self.total_steps, self.pct_start, self.three_phase)
        _require_anneal(self.anneal)

    def _rate(self, step: Floats) -> Floats:
        values = [self.max_momentum, self.base_momentum, self.max_momentum]
        values += [self.max_momentum] if self.three_phase else []
        return _phases(step, _ends(self.total_steps, self.pct_start, self.three_phase), values, self.anneal)

    def _formula_in_use(self) -> str:
        return _without_brackets(self.formula, self.three_phase)


def _require_anneal(anneal: str) -> None:
    if anneal not in ("cos", "linear"):
        raise ValueError(f"anneal must be 'cos' or 'linear', got {anneal!r}")


def _without_brackets(formula: str, three_phase: bool) -> str:
    """The formula without the third phase's part, which stands in brackets, or without the brackets alone."""
    return re.sub(r" \[(.*?)\]", r" \1" if three_phase else "", formula)


def _ends(total_steps: int, pct_start: float, three_phase: bool) -> list[int]:
    """The last step of each phase. Raises ValueError where a phase would have no step."""
    require_steps("total_steps", total_steps, least=2)
    if not 0 < pct_start < (0.5 if three_phase else 1):
        limit = "1/2 (with three phases)" if three_phase else "1"
        raise ValueError(f"pct_start must be a fraction above 0 and below {limit}, got {pct_start!r}")
    peak = max(round(pct_start * total_steps) - 1, 0)
    ends = [peak, 2 * peak, total_steps - 1] if three_phase else [peak, total_steps - 1]
    if ends[-2] >= ends[-1]:
        raise ValueError(
            f"pct_start must leave a step for the way down: {pct_start!r} of {total_steps} steps puts its start at "
            f"step {ends[-2]}, the last being {ends[-1]}"
        )
    return ends


def _phases(step: Floats, ends: Sequence[int], values: Sequence[float], anneal: Anneal) -> Floats:
    """From each value to the next, reached exactly at the phase's last step; the last value is held."""
    rate = np.full_like(step, values[-1])
    starts = [0, *ends[:-1]]
    # Backwards, so that a step which ends one phase and starts the next gets the value both share.
    for start, end, value, following in reversed(list(zip(starts, ends, values[:-1], values[1:], strict=True))):
        position = (step - start) / max(end - start, 1)
        part = (1 - np.cos(np.pi * position)) / 2 if anneal == "cos" else position
        inside = (step >= start) & (step < end)
        rate = np.where(inside, value + (following - value) * part, rate)
        rate = np.where(step == end, following, rate)
    return rate
