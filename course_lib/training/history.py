"""What a run leaves behind."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


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
        last update), `train_loss` (mean over the epoch's images, as they were met), `valid_loss` and `valid_accuracy`
        (after the epoch; NaN where the data has no `valid`), `seconds` (wall time of the epoch, evaluation included).
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
