"""How to train, written down: what a sweep varies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from course_lib.data import ImageData
from course_lib.training.history import History
from course_lib.training.loop import fit


@dataclass(frozen=True)
class Recipe:
    """How to train, without the seed: everything that a run is made from, as factories.

    Parameters
    ----------
    model : callable
        Makes a model with fresh weights.
    optimizer : callable
        Makes an optimizer from the model's parameters, e.g. ``partial(SGD, lr=0.1)``.
    schedule, momentum : callable, optional
        Step -> rate and step -> momentum, as in `fit`.
    epochs, batch_size : int
        As in `fit`.
    options : mapping of str to object
        Whatever else `fit` takes, by name, but for `seed` and `progress`: ``{"clip_norm": 1.0}``.

    Examples
    --------
    >>> from functools import partial
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> recipe = Recipe(mlp, partial(SGD, lr=0.1), epochs=1, options={"label_smoothing": 0.1})
    >>> model, history = recipe.run(load("fashion-mini"), seed=3)
    >>> len(history.epochs)
    1
    """

    model: Callable[[], nn.Module]
    optimizer: Callable[[Iterable[nn.Parameter]], Optimizer]
    schedule: Callable[[int], float] | None = None
    momentum: Callable[[int], float] | None = None
    epochs: int = 3
    batch_size: int = 128
    options: Mapping[str, Any] = field(default_factory=dict)

    def build(self, seed: int) -> nn.Module:
        """The model with the weights of `seed`; the global generator comes out as it went in."""
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return self.model()

    def run(self, data: ImageData, seed: int) -> tuple[nn.Module, History]:
        """Train once; the seed decides the initial weights and the order of the images.

        Two recipes that differ in the rate only start, with the same seed, from the same weights and see the images in
        the same order: their runs can be compared in pairs.
        """
        model = self.build(seed)
        history = fit(
            model,
            data,
            self.optimizer(model.parameters()),
            self.schedule,
            momentum=self.momentum,
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=seed,
            **self.options,
        )
        return model, history
