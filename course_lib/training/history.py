"""What a run leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch.optim import Optimizer


@dataclass(frozen=True)
class History:
    """The record of one training run, as two tidy tables.

    Attributes
    ----------
    steps : DataFrame
        One row an update: `step` (from 0), `epoch` (from 0), `lr` and `momentum` (read from the optimizer as the
        update was made; momentum is NaN where the optimizer has none), `train_loss` (of the batch, before the update).
    epochs : DataFrame
        One row an epoch: `epoch` (from 1: how many have passed), `step` (updates made so far), `lr` (of the epoch's
        last update), `train_loss` and `train_accuracy` (means over the epoch's images, as they were met: augmented, in
        training mode, each before the update that it took part in), `valid_loss` and `valid_accuracy` (after the
        epoch; NaN where the data has no `valid`), `seconds` (wall time of the epoch, evaluation included).
    diverged_at : int or None
        The step at which the loss was NaN, infinite or had exploded; the run ended after that epoch.
    """

    steps: pd.DataFrame
    epochs: pd.DataFrame
    diverged_at: int | None = None

    @property
    def diverged(self) -> bool:
        """Whether the run ended by divergence."""
        return self.diverged_at is not None


@dataclass
class StepRecord:
    """What is noted of every update while a run goes on: rate, momentum and loss, in the order of the steps."""

    lr: list[float] = field(default_factory=list)
    momentum: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)

    def used(self, optimizer: Optimizer) -> None:
        """Note the rate and the momentum that an update was made with."""
        group = optimizer.param_groups[0]
        momentum = group["momentum"] if "momentum" in group else group.get("betas", (np.nan,))[0]
        self.lr.append(float(group["lr"]))
        self.momentum.append(float(momentum))

    def lost(self, losses: NDArray[np.float64]) -> None:
        """Note the losses of an epoch's batches."""
        self.loss.extend(losses.tolist())

    def first_divergence(self, explosion: float) -> int | None:
        """The first step whose loss is NaN or more than `explosion` times that of step 0."""
        losses = np.array(self.loss)
        bad = np.flatnonzero(~(losses <= explosion * losses[0]))  # written so that NaN counts
        return int(bad[0]) if len(bad) else None

    def check_rates(self, rates: Sequence[float] | None) -> None:
        """Raise ValueError unless a schedule, if there is one, gives the rates that were used."""
        for step, (mine, theirs) in enumerate(zip(rates or [], self.lr, strict=False)):
            if mine != theirs:
                raise ValueError(
                    f"schedule must be the checkpoint's: it gives {mine!r} at step {step}, the run used {theirs!r}"
                )

    def table(self, per_epoch: int) -> pd.DataFrame:
        """The rows of `History.steps`."""
        steps = np.arange(len(self.loss))
        columns = {"step": steps, "epoch": steps // per_epoch, "lr": self.lr, "momentum": self.momentum}
        return pd.DataFrame(columns | {"train_loss": self.loss})

    def state_dict(self) -> dict[str, Any]:
        """The three columns."""
        return {name: torch.tensor(values, dtype=torch.float64) for name, values in vars(self).items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        for name in vars(self):
            setattr(self, name, state[name].tolist())
