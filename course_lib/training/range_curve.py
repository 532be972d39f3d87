"""What the curves of a range test say: where it learns best, where it bursts, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SMOOTHING = 0.05
"""Standard deviation of the smoothing, as a fraction of the ramp."""
CAP = 1.5
"""A loss above so many times the first counts as so much: a burst must not reach back over the steps before it."""
MARGIN = 2.0
"""`lowest_lr` over `suggestion`. `benchmarks/range_test.py` chose it, on half of its tasks."""
SURE = 3.0
"""So many standard errors make a fall, or a rise, of the smoothed curve one that counts."""


@dataclass(frozen=True)
class RangeTest:
    """The outcome of a range test.

    Attributes
    ----------
    table : DataFrame
        One row a step, up to where the test breaks down: `step`, `lr`, `loss` and `accuracy` (of the batch, before the
        update, mean over the ramps; a loss above 1.5 times the first counts as that), `smoothed` and
        `smoothed_accuracy` (Gaussian mean over the steps around, with a standard deviation of a twentieth of the ramp,
        so that the curve does not lag behind).
    lowest_lr : float
        The rate at which the smoothed loss is lowest.
    lowest_lrs : tuple of float
        The same, for each ramp alone.
    divergence_lr : float or None
        Where the test breaks down: the rate at which the smoothed loss has come up again by half of what it had fallen,
        or where a ramp burst at its very end. None when neither happened within the range.
    suggestion : float or None
        A constant rate to train with: half of `lowest_lr`. None when the loss never fell, or did not turn within the
        range (test a wider one): it must do both by three standard errors of the smoothed curve.
    base_lr, max_lr : float or None
        The thresholds of Smith 2017, section 3.3, for a rate that goes up and down between the two, and for the peak of
        one cycle: where the accuracy starts to rise (it has made a tenth of its way up) and where it stops rising (it
        is highest, smoothed). None when the accuracy never rose, or did not turn.
    """

    table: pd.DataFrame
    lowest_lr: float
    lowest_lrs: tuple[float, ...]
    divergence_lr: float | None
    suggestion: float | None
    base_lr: float | None
    max_lr: float | None

    @property
    def confidence(self) -> float | None:
        """How far the ramps agree: the smallest of `lowest_lrs` over the largest.

        1 when all ramps put the lowest point at the same rate, 0.1 when they are a factor of ten apart. It is what the
        order of the images changes in a ramp alone; the suggestion rests on the mean of all ramps, and moves less. None
        with one ramp, which has nothing to be compared with.
        """
        return min(self.lowest_lrs) / max(self.lowest_lrs) if len(self.lowest_lrs) > 1 else None


@dataclass(frozen=True)
class _Curve:
    """A smoothed curve that falls from its start, and perhaps turns."""

    values: Floats
    lowest: int
    error: float

    @property
    def fall(self) -> float:
        return float(self.values[0] - self.values[self.lowest])

    @property
    def fell_and_turned(self) -> bool:
        rise = float(self.values[self.lowest :].max() - self.values[self.lowest])
        return min(self.fall, rise) > SURE * self.error


def read_curves(rates: Floats, losses: Floats, accuracies: Floats) -> RangeTest:
    """Read the rates off the curves of one or more ramps.

    Parameters
    ----------
    rates : array
        Shape (steps,), rising.
    losses, accuracies : array
        Shape (ramps, steps). NaN from the step on at which a ramp burst.

    Returns
    -------
    RangeTest
        What the mean of the ramps says.

    Examples
    --------
    >>> rates = np.geomspace(1e-4, 1.0, 101)
    >>> losses = 1.0 + 0.1 * np.log(rates / 0.01) ** 2  # a valley with its lowest point at 0.01
    >>> test = read_curves(rates, losses[None], 1 - losses[None] / 4)
    >>> round(test.suggestion, 6), round(test.max_lr, 6)
    (0.005, 0.01)
    """
    burst = np.isnan(losses)
    caps = CAP * losses[:, :1]
    capped = np.where(burst, caps, np.fmin(losses, caps))
    right = np.where(burst, 0.0, accuracies)  # a network that is gone gets nothing right
    loss, error_rate = _smooth(capped.mean(0)), _smooth(1.0 - right.mean(0))

    beyond = loss.lowest + np.flatnonzero(loss.values[loss.lowest :] > loss.values[loss.lowest] + _climb(loss))
    last = int(beyond[0]) if len(beyond) else len(rates) - 1
    table = pd.DataFrame(
        {
            "step": np.arange(len(rates)),
            "lr": rates,
            "loss": capped.mean(0),
            "accuracy": right.mean(0),
            "smoothed": loss.values,
            "smoothed_accuracy": 1.0 - error_rate.values,
        }
    )
    started = np.flatnonzero(error_rate.values <= error_rate.values[0] - 0.1 * error_rate.fall)
    return RangeTest(
        table=table.iloc[: last + 1],
        lowest_lr=float(rates[loss.lowest]),
        lowest_lrs=tuple(float(rates[_smooth(ramp).lowest]) for ramp in capped),
        divergence_lr=float(rates[last]) if len(beyond) or burst.any() else None,
        suggestion=float(rates[loss.lowest] / MARGIN) if loss.fell_and_turned else None,
        base_lr=float(rates[started[0]]) if error_rate.fell_and_turned else None,
        max_lr=float(rates[error_rate.lowest]) if error_rate.fell_and_turned else None,
    )


def _climb(curve: _Curve) -> float:
    """How far above its lowest point a curve counts as diverged."""
    return max(curve.fall / 2, SURE * curve.error)


def _smooth(values: Floats) -> _Curve:
    steps = np.arange(len(values))
    deviation = SMOOTHING * len(values)
    weights = np.exp(-0.5 * ((steps[:, None] - steps) / deviation) ** 2)
    smoothed = weights @ values / weights.sum(1)
    lowest = int(smoothed.argmin())
    # The scatter before the turn is the batches' own; beyond it, the curve is too steep to tell.
    before = slice(max(lowest, len(values) // 10) + 1)
    scatter = float((values[before] - smoothed[before]).std())
    return _Curve(smoothed, lowest, scatter / np.sqrt(max(1.0, 2 * np.sqrt(np.pi) * deviation)))
