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
    """Mini-batches, and the gradient of all the images, each constant and falling; with as many updates."""
    plain: Settings = {"network": "mlp", "loss": "cross entropy"}
    sizes: dict[str, Settings] = {
        "mini": {"epochs": scale.epochs, "batch_size": MINI},
        "whole": {"epochs": scale.epochs * scale.images // MINI, "batch_size": scale.images},
    }
    return {
        f"{size}.{schedule}": {**plain, "schedule": schedule, **settings}
        for size, settings in sizes.items()
        for schedule in ("constant", "linear")
    }


def sides(scale: Scale, best: Mapping[str, float]) -> dict[str, Settings]:
    """Each from its own best rate; and the falling one from the constant one's best as well."""
    settings = groups(scale)
    own: dict[str, Settings] = {group: {**settings[group], "lr": best[group]} for group in settings}
    same: dict[str, Settings] = {
        f"{size}.linear-same-rate": {**settings[f"{size}.linear"], "lr": best[f"{size}.constant"]}
        for size in ("mini", "whole")
    }
    return own | same


OVERSHOOT = Experiment(
    "overshoot",
    {scale.name: scale for scale in (FULL, PAGE)},
    partial(images, valid=False),
    groups,
    sides,
    train,
    tuned_by="train_loss",
)
