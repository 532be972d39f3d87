"""A constant rate against one that falls from it, with the noise of mini-batches and without it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from course_lib.evidence.experiments.base import Experiment, Scale
from course_lib.evidence.experiments.training import images, train
from course_lib.evidence.records import Settings

MINI = 125
"""Images of a mini-batch: 16 of them make the 2,000 images."""

FULL = Scale("full", 2000, 20, (0.1, 0.2, 0.4, 0.8, 1.6), (100, 101, 102), tuple(range(10)))
PAGE = Scale("page", 500, 2, (0.1, 0.4), (100,), (0, 1))


def groups(scale: Scale) -> dict[str, Settings]:
    """Mini-batches, and the gradient of all the images; the number of updates is the same."""
    plain = {"network": "mlp", "loss": "cross entropy", "schedule": "constant"}
    return {
        "mini": {**plain, "epochs": scale.epochs, "batch_size": MINI},
        "whole": {**plain, "epochs": scale.epochs * scale.images // MINI, "batch_size": scale.images},
    }


def sides(scale: Scale, best: Mapping[str, float]) -> dict[str, Settings]:
    """At the best constant rate of each: that rate throughout, and falling from it along a straight line to zero."""
    return {
        f"{group}.{name}": {**settings, "schedule": name, "lr": best[group]}
        for group, settings in groups(scale).items()
        for name in ("constant", "linear")
    }


OVERSHOOT = Experiment(
    "overshoot",
    {scale.name: scale for scale in (FULL, PAGE)},
    partial(images, valid=False),
    groups,
    sides,
    train,
    tuned_by="train_loss",
)
