"""The explorer of a recorded range test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from course_lib.explorers.checks import require_between
from course_lib.explorers.explorer import Explorer
from course_lib.explorers.picture import Axis, Line, picture
from course_lib.training import RangeTest

MOST_POINTS = 250
"""Of a curve; a page need not carry more than can be seen."""


@dataclass(frozen=True)
class RangeTestReader(Explorer):
    """A recorded range test: place two thresholds on its curve, and see what training at the rates between them did.

    Parameters
    ----------
    test : RangeTest
        What `course_lib.training.range_test` returned.
    results : mapping of float to sequence of float
        For each constant rate that was trained with, the accuracy (0 to 1) that each seed ended with; a run that
        diverged counts with the last accuracy it had.
    low, high : float, optional
        Where the thresholds stand at first; when left out, at a third and at two thirds of the curve.

    Raises
    ------
    ValueError
        When there is no result, a rate is not above 0, an accuracy lies outside 0 to 1, or `low` lies above `high`.

    Examples
    --------
    >>> from course_lib.training.range_curve import read_curves
    >>> rates = np.geomspace(1e-4, 1.0, 101)
    >>> losses = 1.0 + 0.1 * np.log(rates / 0.01) ** 2
    >>> test = read_curves(rates, losses[None], 1 - losses[None] / 4)
    >>> reader = RangeTestReader(test, {0.003: [0.7, 0.72], 0.03: [0.8, 0.79], 0.3: [0.1, 0.6]}, low=0.001, high=0.1)
    >>> reader.settings()["read"]["suggestion"]
    0.005
    """

    test: RangeTest
    results: Mapping[float, Sequence[float]]
    low: float | None = None
    high: float | None = None

    script: ClassVar = "range-test-reader"
    title: ClassVar = "Range-test reader"

    def __post_init__(self) -> None:
        if not self.results:
            raise ValueError("results must have at least one rate that was trained with, got none")
        for lr, accuracies in self.results.items():
            if not lr > 0:
                raise ValueError(f"each rate of results must be above 0, got {lr!r}")
            if not len(accuracies):
                raise ValueError(f"results must have at least one accuracy for each rate, got none for {lr!r}")
            for accuracy in accuracies:
                require_between(f"each accuracy at the rate {lr:g}", accuracy, 0, 1)
        low, high = self._thresholds()
        if not 0 < low <= high:
            raise ValueError(f"low must be above 0 and at most high ({high!r}), got {low!r}")

    def _thresholds(self) -> tuple[float, float]:
        rates = self.test.table["lr"].to_numpy()
        third, two_thirds = np.geomspace(rates[0], rates[-1], 4)[1:3]
        low = third if self.low is None else self.low
        return float(low), float(max(two_thirds, low) if self.high is None else self.high)

    def _curve(self) -> dict[str, list[float]]:
        table = self.test.table
        chosen = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST_POINTS)).round().astype(int))
        return {
            name: [_five_digits(value) for value in table[name].to_numpy()[chosen]]
            for name in ("lr", "loss", "smoothed")
        }

    def settings(self) -> dict[str, Any]:
        """The curve, the results in the order of their rates, the thresholds, and the rates that the test reads."""
        low, high = self._thresholds()
        known = {name: getattr(self.test, name) for name in ("base_lr", "suggestion", "max_lr")}
        return {
            "low": _three_digits(low),
            "high": _three_digits(high),
            "curve": self._curve(),
            "results": [
                {"lr": float(lr), "accuracies": [_five_digits(value) for value in self.results[lr]]}
                for lr in sorted(self.results)
            ],
            "read": {name: _three_digits(lr) for name, lr in known.items() if lr is not None},
        }

    def still(self) -> str:
        """The curve."""
        curve = self._curve()
        top = max(curve["loss"] + curve["smoothed"])
        label = "The loss of a range test against the rate, on a logarithmic axis."
        lines = [Line(curve["lr"], curve["loss"], style="raw"), Line(curve["lr"], curve["smoothed"], "smoothed")]
        return picture(
            Axis("learning rate", curve["lr"][0], curve["lr"][-1], log=True), Axis("loss", 0, 1.06 * top), lines, label
        )


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def _five_digits(value: float) -> float:
    return float(f"{value:.5g}")
