"""What every experiment is made of: sides that are tuned, and sides that are compared with fresh seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.data import ImageData
from course_lib.evidence.records import Row, Settings


@dataclass(frozen=True)
class Scale:
    """How large an experiment is.

    Attributes
    ----------
    name : str
        ``full`` for the record, ``page`` for a run of seconds.
    images : int
        At most so many to train on, and as many to validate and to test on.
    epochs : int
        Of an ordinary run.
    rates : tuple of float
        The grid that every side is tuned over.
    tuning_seeds, seeds : tuple of int
        The seeds of the tuning, and the fresh ones of the comparison; disjoint, so that no side is compared on the
        runs that it was chosen for.
    """

    name: str
    images: int
    epochs: int
    rates: tuple[float, ...]
    tuning_seeds: tuple[int, ...]
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        if shared := set(self.tuning_seeds) & set(self.seeds):
            raise ValueError(f"tuning_seeds and seeds must have no seed in common, both have {sorted(shared)}")


@dataclass(frozen=True)
class Trial:
    """One run to be made: for tuning or for comparison (`stage`), for which side, with which settings and seed."""

    stage: str
    side: str
    settings: Settings
    seed: int


@dataclass(frozen=True)
class Experiment:
    """An experiment.

    Attributes
    ----------
    name : str
        As claims name it.
    scales : mapping of str to Scale
        By their names.
    data : callable
        Scale -> what the runs train on.
    groups : callable
        Scale -> the settings of each group that is tuned, by name, without the rate.
    sides : callable
        Scale and each group's best rate -> the settings of each side, by name.
    train : callable
        Settings, seed and data -> the measures of one run, and its curves, by name.
    tuned_by : str
        The measure by which the best rate is chosen: an accuracy should be high, anything else low.
    """

    name: str
    scales: Mapping[str, Scale]
    data: Callable[[Scale], ImageData]
    groups: Callable[[Scale], Mapping[str, Settings]]
    sides: Callable[[Scale, Mapping[str, float]], Mapping[str, Settings]]
    train: Callable[[Settings, int, ImageData], tuple[dict[str, float], dict[str, list[float]]]]
    tuned_by: str = "valid_accuracy"

    def tuning(self, scale: Scale) -> list[Trial]:
        """The runs that choose: each group at each rate of the same grid, with the same seeds."""
        return [
            Trial("tuning", group, {**settings, "lr": lr}, seed)
            for group, settings in self.groups(scale).items()
            for lr in scale.rates
            for seed in scale.tuning_seeds
        ]

    def comparison(self, scale: Scale, tuning: Sequence[Row]) -> list[Trial]:
        """The runs that are compared: each side, with fresh seeds."""
        best = {group: best_rate(tuning, group, self.tuned_by) for group in self.groups(scale)}
        return [
            Trial("comparison", side, settings, seed)
            for side, settings in self.sides(scale, best).items()
            for seed in scale.seeds
        ]


def best_rate(tuning: Sequence[Row], group: str, measure: str) -> float:
    """The rate whose runs have the best mean of `measure`.

    Parameters
    ----------
    tuning : sequence of Row
        Runs of the stage ``tuning``.
    group : str
        Whose rate.
    measure : str
        Higher is better for an accuracy, lower for anything else.

    Returns
    -------
    float
        Of rates that are level, the smallest.

    Raises
    ------
    ValueError
        When the group has no runs.
    """
    values: dict[float, list[float]] = {}
    for row in tuning:
        if row.side == group and row.stage == "tuning":
            values.setdefault(float(row.settings["lr"]), []).append(row.measures[measure])
    if not values:
        raise ValueError(f"group must be one that was tuned, got {group!r}")
    sign = 1.0 if measure.endswith("accuracy") else -1.0
    return max(sorted(values), key=lambda lr: sign * float(np.mean(values[lr])))
