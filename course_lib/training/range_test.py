"""The learning-rate range test: short runs with a rising rate, and what they say about the rate to use."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Literal

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer

from course_lib.data import ImageData
from course_lib.training.evaluation import Prepared, dtype_of, prepare
from course_lib.training.preserve import preserved
from course_lib.training.range_curve import Floats, RangeTest, read_curves

HOPELESS = 16.0
"""A loss this many times the ramp's lowest ends the ramp."""

Precision = Literal["full", "bfloat16", "float16"]
_PRECISIONS: dict[str, torch.dtype | None] = {"full": None, "bfloat16": torch.bfloat16, "float16": torch.float16}


def range_test(
    model: nn.Module,
    data: ImageData,
    optimizer: Optimizer,
    *,
    start_lr: float = 1e-5,
    end_lr: float = 10.0,
    steps: int = 200,
    ramp: Literal["exponential", "linear"] = "exponential",
    repeats: int = 3,
    batch_size: int = 128,
    seed: int = 0,
    precision: Precision = "full",
    scaler: torch.amp.GradScaler | None = None,
) -> RangeTest:
    r"""Train with a rate that rises from step to step, and see where the loss falls and where it bursts.

    Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3. In step
    :math:`t = 0, \dots, T - 1` the rate is :math:`\eta_0 (\eta_1 / \eta_0)^{t / (T - 1)}` (exponential), or
    :math:`\eta_0 + (\eta_1 - \eta_0)\, t / (T - 1)` (linear, as in the paper). The ramp is run a few times from the
    same weights, with other images, and the curves are averaged. The model, the optimizer, the scaler and the random
    states come out as they went in, however the test ends.

    Parameters
    ----------
    model : nn.Module
        On the device to use; takes float images (N, C, H, W), gives logits (N, classes).
    data : ImageData
        Its training images are drawn from, and normalised as by `fit`.
    optimizer : Optimizer
        The one to find a rate for, over the model's parameters.
    start_lr, end_lr : float
        The rates of the first and of the last step of a ramp.
    steps : int
        Length of a ramp in updates, at least 10.
    ramp : {"exponential", "linear"}
        How the rate rises. The margins between the curve and the suggestion were measured with the exponential one.
    repeats : int
        Number of ramps, at least 1.
    batch_size : int
        Images an update, at least 1.
    seed : int
        Order of the images, and what the model draws (dropout).
    precision : {"full", "bfloat16", "float16"}
        The parameters' own, or the type that torch's autocast computes in where that is safe.
    scaler : torch.amp.GradScaler, optional
        Scales the loss and steps the optimizer, as in training with float16.

    Returns
    -------
    RangeTest
        The curves, and the rates with what they rest on.

    Raises
    ------
    ValueError
        When 0 < start_lr < end_lr does not hold, a number is too small, or a word is another.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> model = mlp()
    >>> test = range_test(model, load("fashion-mini"), SGD(model.parameters(), lr=0.1), steps=50)
    >>> 1e-3 < test.suggestion < test.divergence_lr
    True
    """
    if not 0 < start_lr < end_lr < np.inf:
        raise ValueError(f"start_lr must lie between 0 and end_lr, got start_lr={start_lr!r} and end_lr={end_lr!r}")
    for name, value, least in (("steps", steps, 10), ("repeats", repeats, 1), ("batch_size", batch_size, 1)):
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value!r}")
    if ramp not in ("exponential", "linear"):
        raise ValueError(f"ramp must be 'exponential' or 'linear', got {ramp!r}")
    if precision not in _PRECISIONS:
        raise ValueError(f"precision must be 'full', 'bfloat16' or 'float16', got {precision!r}")
    rates = (np.geomspace if ramp == "exponential" else np.linspace)(start_lr, end_lr, steps)
    device = next(model.parameters()).device
    train = prepare(data.train, data.statistics(), device, dtype_of(model))
    order = torch.Generator().manual_seed(seed)
    curves = np.full((2, repeats, steps), np.nan)
    for number in range(repeats):
        batches: list[torch.Tensor] = []
        while len(batches) < steps:
            batches.extend(torch.randperm(len(train), generator=order).to(device).split(batch_size))
        with preserved(model, optimizer, *([] if scaler is None else [scaler])):
            torch.manual_seed(seed + number)
            _ramp(model, train, optimizer, rates, batches, _PRECISIONS[precision], scaler, curves[:, number])
    return read_curves(rates, curves[0], curves[1])


def _ramp(
    model: nn.Module,
    train: Prepared,
    optimizer: Optimizer,
    rates: Floats,
    batches: list[torch.Tensor],
    low_precision: torch.dtype | None,
    scaler: torch.amp.GradScaler | None,
    curve: Floats,
) -> None:
    """Train once up the ramp; write the losses and accuracies into `curve`, (2, steps), as far as it gets."""
    model.train()
    lowest = np.inf
    for step, (lr, batch) in enumerate(zip(rates, batches, strict=False)):
        for group in optimizer.param_groups:
            group["lr"] = float(lr)
        labels = train.labels[batch]
        with torch.autocast(batch.device.type, low_precision) if low_precision else nullcontext():
            logits = model(train.inputs[batch])
            loss = cross_entropy(logits, labels)
        optimizer.zero_grad()
        if scaler is None:
            loss.backward()
            optimizer.step()
        else:
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        value = float(loss.detach())
        lowest = min(lowest, value)
        if not value <= HOPELESS * lowest:  # written so that NaN counts
            return
        curve[:, step] = value, float((logits.detach().argmax(1) == labels).float().mean())
