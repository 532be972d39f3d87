"""A constant rate and four that fall, each tuned over the same initial rates."""

from __future__ import annotations

from collections.abc import Mapping

from course_lib.evidence.experiments.base import Experiment, Scale
from course_lib.evidence.experiments.training import SCHEDULES, images, train
from course_lib.evidence.records import Settings

FULL = Scale("full", 8000, 8, (0.1, 0.2, 0.4, 0.8), (100, 101, 102), tuple(range(10)))
PAGE = Scale("page", 500, 2, (0.1, 0.4), (100,), (0, 1))


def groups(scale: Scale) -> dict[str, Settings]:
    """One a schedule."""
    return {
        name: {
            "network": "small_cnn",
            "loss": "cross entropy",
            "schedule": name,
            "epochs": scale.epochs,
            "batch_size": 128,
        }
        for name in SCHEDULES
    }


def sides(scale: Scale, best: Mapping[str, float]) -> dict[str, Settings]:
    """Each schedule from its own best initial rate."""
    return {name: {**settings, "lr": best[name]} for name, settings in groups(scale).items()}


DECAYS = Experiment("decays", {scale.name: scale for scale in (FULL, PAGE)}, images, groups, sides, train)
