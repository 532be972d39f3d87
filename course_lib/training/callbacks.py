"""What may look on while `fit` trains, and step in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import nn
from torch.optim import Optimizer

from course_lib.schedules import OnPlateau

_PROGRESS = ("step", "epochs", "stopped", "diverged_at")


@dataclass
class Run:
    """A training run as a callback finds it.

    Attributes
    ----------
    model : nn.Module
        The model that trains.
    optimizer : Optimizer
        Its optimizer; a callback may change the options of its groups.
    step : int
        Updates made so far.
    epochs : list of dict
        The finished epochs, as the rows of `History.epochs`.
    stopped : bool
        Set it, and the run ends after the present epoch.
    diverged_at : int or None
        As in `History`.
    """

    model: nn.Module
    optimizer: Optimizer
    step: int = 0
    epochs: list[dict[str, float]] = field(default_factory=list)
    stopped: bool = False
    diverged_at: int | None = None

    def state_dict(self) -> dict[str, Any]:
        """How far the run has come."""
        return {name: getattr(self, name) for name in _PROGRESS}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        for name in _PROGRESS:
            setattr(self, name, state[name])


class Callback:
    """Base of the callbacks: each method does nothing, until a subclass says what it does.

    What a callback remembers from one epoch to the next goes through `state_dict` and `load_state_dict`, so that a
    resumed run goes on as the one that was cut off would have.

    Examples
    --------
    >>> class Snapshots(Callback):
    ...     def __init__(self):
    ...         self.weights = []
    ...
    ...     def on_epoch(self, run):
    ...         self.weights.append({name: value.clone() for name, value in run.model.state_dict().items()})
    >>> Snapshots().state_dict(), Callback().state_dict()  # neither has anything to take up again
    ({}, {})
    """

    def on_start(self, run: Run) -> None:
        """Called before the first update, also of a resumed run."""

    def on_step(self, run: Run) -> None:
        """Called after each update; gradients are still there. Reading a tensor's value here waits for the device."""

    def on_epoch(self, run: Run) -> None:
        """Called after each epoch: ``run.epochs[-1]`` is its row, and the model has the weights that it speaks of."""

    def on_end(self, run: Run) -> None:
        """Called after the last epoch; the model's weights are what the caller of `fit` gets."""

    def state_dict(self) -> dict[str, Any]:
        """What has to be remembered, as numbers, strings, lists, dicts and tensors."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave."""


class EarlyStopping(Callback):
    """End the run when a figure has not got better for more than `patience` epochs; give back the best epoch's weights.

    Prechelt 1998, "Early Stopping - But When?".

    Parameters
    ----------
    metric : str
        A column of `History.epochs`; of those, an accuracy should rise and anything else fall.
    patience : int
        Epochs without improvement that are put up with, at least 0.

    Raises
    ------
    ValueError
        When `patience` is negative; during the run, when there is no such column, or its value is NaN from the start.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> from course_lib.training import fit
    >>> model, data = mlp(), load("fashion-mini").hold_out(2000)
    >>> history = fit(model, data, SGD(model.parameters(), lr=0.0), epochs=9, callbacks=[EarlyStopping(patience=1)])
    >>> len(history.epochs)
    3
    """

    def __init__(self, metric: str = "valid_loss", patience: int = 5) -> None:
        if patience < 0:
            raise ValueError(f"patience must be at least 0, got {patience!r}")
        self.metric = metric
        self.patience = patience
        self._best = np.inf
        self._bad_epochs = 0
        self._weights: dict[str, Any] = {}

    def on_epoch(self, run: Run) -> None:
        """Compare the epoch's figure with the best so far."""
        value = _metric(run, self.metric)
        cost = -value if self.metric.endswith("accuracy") else value
        if cost < self._best:
            self._best, self._bad_epochs = cost, 0
            self._weights = {name: tensor.clone() for name, tensor in run.model.state_dict().items()}
            return
        self._bad_epochs += 1
        run.stopped = self._bad_epochs > self.patience

    def on_end(self, run: Run) -> None:
        """Give the best epoch's weights back."""
        if self._weights:
            run.model.load_state_dict(self._weights)

    def state_dict(self) -> dict[str, Any]:
        """The best figure and its weights, and the epochs since."""
        return {"best": self._best, "bad_epochs": self._bad_epochs, "weights": self._weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave."""
        self._best, self._bad_epochs, self._weights = state["best"], state["bad_epochs"], state["weights"]


class ReduceOnPlateau(Callback):
    """Drive the optimizer's rate by `OnPlateau`, fed with a figure after each epoch. `fit` gets no schedule then.

    Parameters
    ----------
    rate : OnPlateau
        Its rate is the run's from the first step on.
    metric : str
        A column of `History.epochs`.

    Raises
    ------
    ValueError
        During the run, when there is no such column, or its value is NaN from the start.

    Examples
    --------
    >>> from course_lib.schedules import OnPlateau
    >>> ReduceOnPlateau(OnPlateau(0.1, factor=0.5, patience=1)).metric
    'valid_loss'
    """

    def __init__(self, rate: OnPlateau, metric: str = "valid_loss") -> None:
        self.rate = rate
        self.metric = metric

    def on_start(self, run: Run) -> None:
        """Set the first rate."""
        self._write(run)

    def on_epoch(self, run: Run) -> None:
        """Set the rate of the next epoch."""
        self.rate.update(_metric(run, self.metric))
        self._write(run)

    def state_dict(self) -> dict[str, Any]:
        """What the rate remembers."""
        return self.rate.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave."""
        self.rate.load_state_dict(state)

    def _write(self, run: Run) -> None:
        for group in run.optimizer.param_groups:
            group["lr"] = self.rate.lr


def _metric(run: Run, name: str) -> float:
    row = run.epochs[-1]
    if name not in row:
        raise ValueError(f"metric must be a column of History.epochs ({', '.join(row)}), got {name!r}")
    if all(np.isnan(earlier[name]) for earlier in run.epochs):
        raise ValueError(f"metric {name!r} is NaN: has the data a valid part? (data.hold_out(count) makes one)")
    return row[name]
