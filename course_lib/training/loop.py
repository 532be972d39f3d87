"""`fit`: the whole training loop, on one page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer

from course_lib.data import ImageData
from course_lib.schedules import Schedule
from course_lib.training.evaluation import evaluate_prepared, prepare
from course_lib.training.history import History
from course_lib.training.progress import progress_bar
from course_lib.training.scheduler import write_momentum

EXPLOSION = 100.0
"""A batch's loss this many times the first batch's counts as divergence."""


def steps_per_epoch(data: ImageData, batch_size: int = 128) -> int:
    """Updates in an epoch: the training images over the batch size, rounded up (the last batch may be smaller).

    Examples
    --------
    >>> from course_lib.data import load
    >>> steps_per_epoch(load("fashion-mini"), batch_size=128)
    79
    """
    return -(-len(data.train) // batch_size)


def fit(
    model: nn.Module,
    data: ImageData,
    optimizer: Optimizer,
    schedule: Callable[[int], float] | None = None,
    *,
    momentum: Callable[[int], float] | None = None,
    epochs: int = 1,
    batch_size: int = 128,
    seed: int = 0,
    device: torch.device | str | None = None,
    progress: bool = False,
) -> History:
    """Train `model` on ``data.train`` with cross entropy, and look at ``data.valid`` after every epoch.

    ``data.test`` is not touched: see `evaluate`. Images are normalised by the training pixels' mean and standard
    deviation and stay on the device; nothing waits for the device within an epoch.

    Parameters
    ----------
    model : nn.Module
        Takes float images (N, C, H, W), gives logits (N, classes). Trained in place; moved to `device`, and its
        convolutions' weights to the channels-last layout.
    data : ImageData
        Training images, and validation images where it has them.
    optimizer : Optimizer
        Any, over the model's parameters.
    schedule : callable, optional
        Step -> rate, for all parameter groups; a `Schedule`, or any function. None leaves the optimizer's rates alone.
    momentum : callable, optional
        Step -> momentum, for all parameter groups, such as ``OneCycle(...).momentum()``: goes to the optimizer's
        ``momentum``, or to the first of its ``betas``.
    epochs : int
        Passes over the training images, at least 1.
    batch_size : int
        Images an update, at least 1.
    seed : int
        Order of the images, and what the model draws (dropout). The global generators come out as they went in.
        The initial weights are the caller's affair.
    device : device, optional
        Where to train; the GPU where there is one.
    progress : bool
        Show a bar, in a terminal or a notebook.

    Returns
    -------
    History
        A run that diverges ends after that epoch, with ``history.diverged_at`` set and no exception.

    Raises
    ------
    ValueError
        When `epochs` or `batch_size` is below 1, a schedule gives what is no finite number of at least 0, or the
        optimizer has no momentum to drive.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> model = mlp()
    >>> history = fit(model, load("fashion-mini").hold_out(2000), SGD(model.parameters(), lr=0.1), epochs=2)
    >>> list(history.epochs["step"])
    [63, 126]
    """
    for name, value in {"epochs": epochs, "batch_size": batch_size}.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value!r}")
    where = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    model.to(where).to(memory_format=torch.channels_last)
    statistics = data.statistics()
    train = prepare(data.train, statistics, where)
    valid = None if data.valid is None else prepare(data.valid, statistics, where)
    per_epoch = steps_per_epoch(data, batch_size)
    rates = None if schedule is None else _values(schedule, per_epoch * epochs, "schedule")
    momenta = None if momentum is None else _values(momentum, per_epoch * epochs, "momentum")

    order = torch.Generator().manual_seed(seed)
    used: list[tuple[float, float]] = []  # lr and momentum of every update
    losses: list[Tensor] = []  # stay on the device until the epoch ends
    rows: list[dict[str, float]] = []
    diverged_at: int | None = None
    with _own_random_state(seed, where), progress_bar(per_epoch * epochs, progress) as advance:
        for epoch in range(epochs):
            started = time.perf_counter()
            model.train()
            permutation = torch.randperm(len(train), generator=order).to(where)
            for batch in permutation.split(batch_size):
                if rates is not None:
                    for group in optimizer.param_groups:
                        group["lr"] = rates[len(losses)]
                if momenta is not None:
                    write_momentum(optimizer, momenta[len(losses)])
                loss = cross_entropy(model(train.inputs[batch]), train.labels[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
                used.append(_rate_and_momentum(optimizer))
                advance()
            epoch_losses = torch.stack(losses[-per_epoch:]).float().cpu().numpy()
            diverged_at = _first_divergence(epoch_losses, float(losses[0]), offset=epoch * per_epoch)
            valid_loss, valid_accuracy = (
                (np.nan, np.nan) if valid is None else evaluate_prepared(model, valid, batch_size=1000)
            )
            rows.append(
                {
                    "epoch": epoch + 1,
                    "step": len(losses),
                    "lr": used[-1][0],
                    "train_loss": _mean_over_images(epoch_losses, len(train), batch_size),
                    "valid_loss": valid_loss,
                    "valid_accuracy": valid_accuracy,
                    "seconds": time.perf_counter() - started,
                }
            )
            if diverged_at is not None:
                break
    steps = pd.DataFrame(
        {
            "step": np.arange(len(losses)),
            "epoch": np.arange(len(losses)) // per_epoch,
            "lr": [lr for lr, _ in used],
            "momentum": [momentum for _, momentum in used],
            "train_loss": torch.stack(losses).float().cpu().numpy(),
        }
    )
    return History(steps, pd.DataFrame(rows), diverged_at)


def _values(function: Callable[[int], float], total_steps: int, name: str) -> list[float]:
    """What a schedule gives at every step of the run, looked at before it begins."""
    # Our schedules take all steps at once; any other function is asked for one at a time.
    if isinstance(function, Schedule):
        values = [float(value) for value in np.asarray(function(np.arange(total_steps)))]
    else:
        values = [float(function(step)) for step in range(total_steps)]
    for step, value in enumerate(values):
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must give a finite number of at least 0 at every step, got {value!r} at {step}")
    return values


def _rate_and_momentum(optimizer: Optimizer) -> tuple[float, float]:
    group = optimizer.param_groups[0]
    momentum = group["momentum"] if "momentum" in group else group.get("betas", (np.nan,))[0]
    return float(group["lr"]), float(momentum)


def _first_divergence(losses: np.ndarray, first_loss: float, offset: int) -> int | None:
    bad = np.flatnonzero(~(losses <= EXPLOSION * first_loss))  # written so that NaN counts
    return offset + int(bad[0]) if len(bad) else None


def _mean_over_images(losses: np.ndarray, images: int, batch_size: int) -> float:
    sizes = np.full(len(losses), batch_size)
    sizes[-1] = images - batch_size * (len(losses) - 1)
    return float(np.average(losses, weights=sizes))


@contextmanager
def _own_random_state(seed: int, device: torch.device) -> Iterator[None]:
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield
