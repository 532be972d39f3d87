"""Everything that is measured of a run before the rules look at it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import torch
from torch import nn
from torch.optim import Optimizer

from course_lib.data import ImageData
from course_lib.diagnostics.behaviour import Behaviour, measure_behaviour
from course_lib.diagnostics.examples import examples
from course_lib.diagnostics.reference import Reference, measure_reference
from course_lib.diagnostics.signals import Signals, measure_signals
from course_lib.diagnostics.trials import Trials, measure_trials
from course_lib.training import History
from course_lib.training.preserve import preserved

IMAGES = 2000  # training images looked at, drawn by the seed
SIGNAL_IMAGES = 512
AROUND = (0.1, 1.0, 10.0, 100.0)  # factors on the largest rate, tried from the last weights
BELOW = (0.1, 1.0)  # and from fresh ones, where the question is whether it was too high


@dataclass(frozen=True)
class Case:
    """A run and what was measured of it; what could not be measured is None.

    Attributes
    ----------
    history : History
        As it was given.
    classes : int
        Number of classes.
    finite : bool
        Whether all weights at the end are finite.
    unoptimized : tuple of str
        Parameters that require a gradient and are not the optimizer's.
    peak_lr : float
        The largest rate that the run used.
    reference : Reference
        A simple classifier on the same images.
    end : Signals or None
        At the run's last weights, where these are finite.
    start : Signals or None
        At fresh weights, where their factory was given.
    behaviour : Behaviour or None
        Scores and evaluation mode at the last weights, where these are finite.
    from_end, from_start : Trials or None
        Other rates, from the last weights and from fresh ones.
    """

    history: History
    classes: int
    finite: bool
    unoptimized: tuple[str, ...]
    peak_lr: float
    reference: Reference
    end: Signals | None
    start: Signals | None
    behaviour: Behaviour | None
    from_end: Trials | None
    from_start: Trials | None

    @property
    def guess(self) -> float:
        """Cross entropy of naming every class alike: ln(classes)."""
        return math.log(self.classes)

    @property
    def signals(self) -> tuple[tuple[str, Signals], ...]:
        """The signals that there are, each with the words for when."""
        named = (("at fresh weights", self.start), ("at the last weights", self.end))
        return tuple((when, signals) for when, signals in named if signals is not None)


def examine(
    history: History,
    model: nn.Module,
    data: ImageData,
    optimizer: Optimizer,
    fresh: Callable[[], nn.Module] | None,
    seed: int,
) -> Case:
    """Make all measurements; the model, the optimizer and the random states come back as they were."""
    train = examples(model, data, "train", IMAGES, seed)
    valid = None if data.valid is None else examples(model, data, "valid", IMAGES, seed)
    first = examples(model, data, "train", SIGNAL_IMAGES, seed)
    optimized = {id(param) for group in optimizer.param_groups for param in group["params"]}
    batch_size = -(-len(data.train) // int((history.steps["epoch"] == 0).sum()))
    peak_lr = float(history.steps["lr"].max())
    finite = all(bool(tensor.isfinite().all()) for tensor in chain(model.parameters(), model.buffers()))
    end = behaviour = from_end = start = from_start = None
    with preserved(model, optimizer):
        if finite:
            from_end = measure_trials(model, optimizer, train, AROUND, rate=peak_lr, batch_size=batch_size, seed=seed)
            with preserved(model, optimizer):
                behaviour = measure_behaviour(model, train, valid)
            with preserved(model, optimizer):
                end = measure_signals(model, first)
        if fresh is not None:
            torch.manual_seed(seed)
            model.load_state_dict(fresh().state_dict())
            optimizer.state.clear()
            from_start = measure_trials(model, optimizer, train, BELOW, rate=peak_lr, batch_size=batch_size, seed=seed)
            start = measure_signals(model, first)
    return Case(
        history=history,
        classes=len(data.classes),
        finite=finite,
        unoptimized=tuple(
            name for name, param in model.named_parameters() if param.requires_grad and id(param) not in optimized
        ),
        peak_lr=peak_lr,
        reference=measure_reference(train, len(data.classes), seed),
        end=end,
        start=start,
        behaviour=behaviour,
        from_end=from_end,
        from_start=from_start,
    )
