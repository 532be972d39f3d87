"""Constant rates: tuned, ten times too small, ten times too large, and taken over from another network or loss."""

from __future__ import annotations

from collections.abc import Mapping

from course_lib.evidence.experiments.base import Experiment, Scale
from course_lib.evidence.experiments.training import images, train
from course_lib.evidence.records import Settings

FULL = Scale("full", 8000, 5, (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0), (100, 101, 102), tuple(range(10)))
PAGE = Scale("page", 500, 2, (0.03, 0.3), (100,), (0, 1))

LONG = 10
"""How many times the epochs a tenth of the rate gets: rate times updates is then the same."""


def groups(scale: Scale) -> dict[str, Settings]:
    """Two networks under cross entropy, and one of them under the squared error."""
    plain: Settings = {"schedule": "constant", "epochs": scale.epochs, "batch_size": 128}
    return {
        "cnn": {"network": "small_cnn", "loss": "cross entropy", **plain},
        "mlp": {"network": "mlp", "loss": "cross entropy", **plain},
        "cnn-squared": {"network": "small_cnn", "loss": "squared error", **plain},
    }


def sides(scale: Scale, best: Mapping[str, float]) -> dict[str, Settings]:
    """Each group at its own rate; at those of others; and the two networks at a tenth and ten times theirs."""
    settings = groups(scale)
    made: dict[str, Settings] = {
        f"{group}.{name}": {**settings[group], "lr": best[whose]}
        for group, name, whose in (
            ("mlp", "tuned", "mlp"),
            ("mlp", "cnn-rate", "cnn"),
            ("cnn", "tuned", "cnn"),
            ("cnn", "mlp-rate", "mlp"),
            ("cnn", "squared-rate", "cnn-squared"),
            ("cnn-squared", "tuned", "cnn-squared"),
            ("cnn-squared", "cross-rate", "cnn"),
        )
    }
    long = {"epochs": LONG * scale.epochs}
    for group in ("mlp", "cnn"):
        tuned, tenth = ({**settings[group], "lr": best[group] * factor} for factor in (1.0, 0.1))
        made[f"{group}.tenth"] = tenth
        made[f"{group}.tenfold"] = {**tuned, "lr": best[group] * 10.0}
        made[f"{group}.tuned-stopped"] = {**tuned, **long, "plateau": "stop"}
        made[f"{group}.tenth-long"] = {**tenth, **long, "plateau": "note"}
    return made


RATES = Experiment("rates", {scale.name: scale for scale in (FULL, PAGE)}, images, groups, sides, train)
