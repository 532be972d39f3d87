"""The one kind that needs feedback: lower the rate when a metric stops getting better."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.schedules.checks import require_fraction, require_rate, require_steps


class OnPlateau:
    """A rate that is multiplied by `factor` when the metric has not got better for more than `patience` epochs.

    He et al. 2016 (ResNet), section 3.4, in the form of torch's ReduceLROnPlateau with a relative threshold and
    without its `eps`, which leaves out the smallest drops.

    It remembers, so it is no `Schedule`: tell it the metric after each epoch with `update`.

    Parameters
    ----------
    lr : float
        The first rate.
    factor : float
        Above 0 and below 1.
    patience : int
        Epochs without improvement that are put up with.
    threshold : float
        The relative improvement that counts, at least 0 and below 1.
    cooldown : int
        Epochs after a drop in which nothing is counted.
    min_lr : float
        The rate does not fall below this.
    mode : {"min", "max"}
        Whether a smaller metric (a loss) or a larger one (an accuracy) is better.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> rate = OnPlateau(0.1, factor=0.5, patience=1)
    >>> [rate.update(loss) for loss in (1.0, 0.8, 0.9, 0.9, 0.9)]
    [0.1, 0.1, 0.1, 0.05, 0.05]
    """

    def __init__(
        self,
        lr: float,
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        mode: str = "min",
    ) -> None:
        require_rate("lr", lr)
        require_fraction("factor", factor)
        if factor == 1:
            raise ValueError("factor must be below 1, or nothing ever drops, got 1")
        require_steps("patience", patience, least=0)
        require_steps("cooldown", cooldown, least=0)
        require_rate("min_lr", min_lr)
        if not 0 <= threshold < 1:
            raise ValueError(f"threshold must be at least 0 and below 1, got {threshold!r}")
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', got {mode!r}")
        self.lr = lr
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.mode = mode
        self.best = np.inf if mode == "min" else -np.inf
        self.bad_epochs = 0
        self.cooling = 0

    def update(self, metric: float) -> float:
        """Take note of the metric of an epoch; NaN counts as no improvement.

        Returns
        -------
        float
            The rate of the next epoch.
        """
        if self._better(metric):
            self.best = metric
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        if self.cooling > 0:
            self.cooling -= 1
            self.bad_epochs = 0
        if self.bad_epochs > self.patience:
            self.lr = max(self.lr * self.factor, self.min_lr)
            self.cooling = self.cooldown
            self.bad_epochs = 0
        return self.lr

    def state_dict(self) -> dict[str, Any]:
        """Everything, settings included, as plain data."""
        return dict(vars(self))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        if set(state) != set(vars(self)):
            raise ValueError(f"state must have {', '.join(vars(self))}, got {', '.join(state)}")
        vars(self).update(state)

    def _better(self, metric: float) -> bool:
        if self.mode == "min":
            return metric < self.best * (1 - self.threshold)
        return metric > self.best * (1 + self.threshold)
