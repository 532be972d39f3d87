"""The learning-rate range test: one short run with a rising rate, and what it says about the rate to use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer

from course_lib.data import ImageData
from course_lib.training.evaluation import prepare
from course_lib.training.preserve import preserved

SMOOTHING = 0.9
DIVERGENCE = 1.5
HOPELESS = 16.0
MARGIN = 10.0


@dataclass(frozen=True)
class RangeTest:
    """The outcome of a range test.

    Attributes
    ----------
    table : DataFrame
        One row a step: `step`, `lr`, `loss` (of the batch, before the update), `smoothed` (exponential mean of the
        losses so far, without the bias towards its start).
    lowest_lr : float
        The rate at which the smoothed loss was lowest.
    divergence_lr : float or None
        The rate at which the smoothed loss rose to one and a half times its lowest value, where the curve ends; None
        when it did not within the range.
    suggestion : float or None
        A tenth of `lowest_lr`: at the lowest point the loss is about to rise, so the rate to train with lies
        below it. None when the loss never fell, or was still falling at the end of the range (test a wider one).
    """

    table: pd.DataFrame
    lowest_lr: float
    divergence_lr: float | None
    suggestion: float | None


def range_test(
    model: nn.Module,
    data: ImageData,
    optimizer: Optimizer,
    *,
    start_lr: float = 1e-6,
    end_lr: float = 10.0,
    steps: int = 100,
    batch_size: int = 128,
    seed: int = 0,
) -> RangeTest:
    """Train with a rate that rises exponentially from step to step, and see where the loss falls and where it bursts.

    Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3 (who raised the rate linearly). The
    model, the optimizer and the random states come out as they went in, however the test ends.

    Parameters
    ----------
    model : nn.Module
        On the device to use; takes float images (N, C, H, W), gives logits (N, classes).
    data : ImageData
        Its training images are drawn from.
    optimizer : Optimizer
        The one to find a rate for, over the model's parameters.
    start_lr, end_lr : float
        The rates of the first and of the last step.
    steps : int
        Length of the test in updates, at least 10.
    batch_size : int
        Images an update.
    seed : int
        Order of the images.

    Returns
    -------
    RangeTest
        The curve, and the suggestion with what it rests on.

    Raises
    ------
    ValueError
        When 0 < start_lr < end_lr does not hold, or `steps` or `batch_size` is too small.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> model = mlp()
    >>> test = range_test(model, load("fashion-mini"), SGD(model.parameters(), lr=0.1), steps=50)
    >>> 1e-4 < test.suggestion < 1
    True
    """
    if not 0 < start_lr < end_lr < np.inf:
        raise ValueError(f"start_lr must lie between 0 and end_lr, got start_lr={start_lr!r} and end_lr={end_lr!r}")
    if steps < 10:
        raise ValueError(f"steps must be at least 10, got {steps!r}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size!r}")
    device = next(model.parameters()).device
    train = prepare(data.train, data.statistics(), device)
    order = torch.Generator().manual_seed(seed)
    batches: list[torch.Tensor] = []
    while len(batches) < steps:
        batches.extend(torch.randperm(len(train), generator=order).to(device).split(batch_size))
    rates = np.geomspace(start_lr, end_lr, steps)
    losses: list[float] = []
    with preserved(model, optimizer):
        model.train()
        torch.manual_seed(seed)
        for lr, batch in zip(rates, batches, strict=False):
            for group in optimizer.param_groups:
                group["lr"] = float(lr)
            loss = cross_entropy(model(train.inputs[batch]), train.labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
            if not losses[-1] <= HOPELESS * min(losses):  # written so that NaN counts
                break
    return _read(rates[: len(losses)], np.array(losses), complete=len(losses) == steps)


def _read(rates: NDArray[np.float64], losses: NDArray[np.float64], complete: bool) -> RangeTest:
    smoothed = _smooth(losses)
    lowest = int(np.nanargmin(smoothed))
    beyond = lowest + np.flatnonzero(~(smoothed[lowest:] <= DIVERGENCE * smoothed[lowest]))  # NaN counts, too
    diverged = len(beyond) > 0 or not complete
    # A run that was cut short may have burst before the smoothed curve could follow.
    last = int(beyond[0]) if len(beyond) else len(rates) - 1
    table = pd.DataFrame({"step": np.arange(len(rates)), "lr": rates, "loss": losses, "smoothed": smoothed})
    return RangeTest(
        table=table.iloc[: last + 1],
        lowest_lr=float(rates[lowest]),
        divergence_lr=float(rates[last]) if diverged else None,
        suggestion=float(rates[lowest] / MARGIN) if lowest > 0 and (diverged or lowest < last) else None,
    )


def _smooth(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    mean = 0.0
    smoothed = np.empty_like(losses)
    for step, loss in enumerate(losses):
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        smoothed[step] = mean / (1 - SMOOTHING ** (step + 1))
    return smoothed
