"""The exponential moving average of a model's weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


class WeightAverage:
    r"""Keeps :math:`\bar\theta \leftarrow d\,\bar\theta + (1 - d)\,\theta` beside a model that trains.

    At update t (from 1) d is the smaller of `decay` and (1 + t) / (10 + t), so that the first, bad weights are soon
    forgotten. Polyak and Juditsky 1992 averaged evenly; the exponential form with this warm-up is TensorFlow's
    ``ExponentialMovingAverage``. Buffers (batch normalisation's statistics) are averaged as well, whole numbers copied.

    Parameters
    ----------
    model : nn.Module
        Whose weights are followed.
    decay : float
        How much of the average an update keeps, above 0 and below 1.

    Raises
    ------
    ValueError
        When `decay` lies outside its range.

    Examples
    --------
    >>> model = nn.Linear(1, 1, bias=False)
    >>> _ = nn.init.zeros_(model.weight)
    >>> average = WeightAverage(model, decay=0.1)
    >>> _ = nn.init.ones_(model.weight)
    >>> average.update()
    >>> with average.in_place():
    ...     round(model.weight.item(), 6)
    0.9
    >>> model.weight.item()
    1.0
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        if not 0 < decay < 1:
            raise ValueError(f"ema must be a decay above 0 and below 1, got {decay!r}")
        self.decay = decay
        self.updates = 0
        tensors = [*model.parameters(), *model.buffers()]
        self._followed = [tensor for tensor in tensors if tensor.is_floating_point()]
        self._copied = [tensor for tensor in tensors if not tensor.is_floating_point()]
        self._averages = [tensor.detach().clone() for tensor in self._followed]
        self._copies = [tensor.detach().clone() for tensor in self._copied]

    @torch.no_grad()
    def update(self) -> None:
        """Take note of the weights after an update."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        torch._foreach_lerp_(self._averages, self._followed, 1 - decay)
        if self._copied:
            torch._foreach_copy_(self._copies, self._copied)

    @torch.no_grad()
    def swap(self) -> None:
        """Exchange the model's weights and the average; a second call exchanges them back."""
        for mine, models in zip(self._averages + self._copies, self._followed + self._copied, strict=True):
            held = mine.clone()
            mine.copy_(models)
            models.copy_(held)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The model has the averaged weights within the block, and its own again after it."""
        self.swap()
        try:
            yield
        finally:
            self.swap()

    def state_dict(self) -> dict[str, Any]:
        """The average, and how many updates it has seen."""
        return {"updates": self.updates, "averages": self._averages, "copies": self._copies}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self.updates = int(state["updates"])
        saved: list[Tensor] = [*state["averages"], *state["copies"]]
        with torch.no_grad():
            for mine, loaded in zip(self._averages + self._copies, saved, strict=True):
                mine.copy_(loaded)
