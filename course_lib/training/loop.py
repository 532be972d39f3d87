"""`fit`: the whole training loop, to be read from top to bottom."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Literal, cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer

from course_lib.data import Batch, ImageData
from course_lib.schedules import Schedule
from course_lib.training.averaging import WeightAverage
from course_lib.training.callbacks import Callback, Run
from course_lib.training.checkpoint import Checkpoint
from course_lib.training.evaluation import Loss, Prepared, dtype_of, evaluate_prepared, prepare
from course_lib.training.history import History, StepRecord
from course_lib.training.parallel import find_ranks
from course_lib.training.progress import progress_bar
from course_lib.training.scheduler import write_momentum
from course_lib.training.stateful import Stateful

EXPLOSION = 100.0
"""A batch's loss this many times the first batch's counts as divergence."""

Augmentation = Callable[[Batch], Batch]


def steps_per_epoch(data: ImageData, batch_size: int = 128) -> int:
    """Updates in an epoch: the training images over the batch size, rounded up (the last batch may be smaller).

    Parameters
    ----------
    data : ImageData
        Its training images count.
    batch_size : int
        Images an update.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> from course_lib.data import load
    >>> steps_per_epoch(load("fashion-mini"), batch_size=128)
    79
    """
    return -(-len(data.train) // batch_size)


def epoch_order(images: int, seed: int, epoch: int) -> Tensor:
    """The order in which `fit` meets the training images in an epoch.

    Parameters
    ----------
    images : int
        How many there are.
    seed : int
        Of the run.
    epoch : int
        From 0.

    Returns
    -------
    Tensor
        Their indices: int64, shape (images,).

    Examples
    --------
    >>> sorted(epoch_order(5, seed=0, epoch=3).tolist())
    [0, 1, 2, 3, 4]
    """
    return torch.randperm(images, generator=torch.Generator().manual_seed(_epoch_seed(seed, epoch, 0)))


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
    loss: Loss | None = None,
    label_smoothing: float = 0.0,
    augment: Sequence[Augmentation] = (),
    clip_norm: float | None = None,
    accumulate: int = 1,
    ema: float | None = None,
    precision: Literal["full", "bfloat16"] = "full",
    compile: bool | str = False,  # torch's name for it
    callbacks: Sequence[Callback] = (),
    checkpoint: str | Path | None = None,
    progress: bool = False,
) -> History:
    """Train `model` on ``data.train``, and look at ``data.valid`` after every epoch.

    ``data.test`` is not touched: see `evaluate`. Images are normalised by the training pixels' mean and standard
    deviation and stay on the device; nothing waits for the device within an epoch. All that is random in an epoch is
    a function of `seed` and the epoch's number. Under ``torchrun`` each process trains on its share of every batch,
    and each returns the history of the whole.

    Parameters
    ----------
    model : nn.Module
        Takes float images (N, C, H, W), gives logits (N, classes). Trained in place; moved to `device`, and its
        convolutions' weights to the channels-last layout.
    data : ImageData
        Training images, and validation images where it has them. `course_lib.data.from_datasets` makes one of data
        sets of one's own.
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
        Images an update, at least 1; over all processes and all parts of an update.
    seed : int
        Order of the images, their augmentation, and what the model draws (dropout); at least 0. The global generators
        come out as they went in. The initial weights are the caller's affair.
    device : device, optional
        Where to train; the GPU where there is one.
    loss : callable, optional
        Logits and labels -> the mean loss over the batch; cross entropy when left out.
    label_smoothing : float
        The part of each target that is spread evenly over the classes (Szegedy et al. 2016, section 7), 0 to below 1.
        For cross entropy, and for training only: `valid_loss` is without it.
    augment : sequence of callable
        `Batch` -> `Batch`, in order: `course_lib.data.RandomCrop` and its like. For training only.
    clip_norm : float, optional
        Largest norm of the gradient over all parameters, above 0; a longer one is scaled down to it.
    accumulate : int
        Parts in which a batch goes through the model, to save memory. But for batch normalisation, which sees the
        parts, the update is the same.
    ema : float, optional
        Decay of a moving average of the weights (`WeightAverage`). It is what is evaluated, and what `model` has in
        the end.
    precision : {"full", "bfloat16"}
        The parameters' own, or bfloat16 where torch's autocast holds it safe.
    compile : bool or str
        Run the model through ``torch.compile``; a string names its backend.
    callbacks : sequence of Callback
        Look on, and step in.
    checkpoint : path, optional
        A file that holds the run as it is after each epoch. Where it exists, the run goes on from it and ends with
        the same bits as one that was never cut off; with more `epochs`, it goes on beyond its end.
    progress : bool
        Show a bar, in a terminal or a notebook.

    Returns
    -------
    History
        A run that diverges ends after that epoch, with ``history.diverged_at`` set and no exception.

    Raises
    ------
    ValueError
        When an argument lies outside its range, a schedule gives what is no finite number of at least 0, the optimizer
        has no momentum to drive, or the checkpoint is of another run.

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
    for name, value, words, holds in (
        ("epochs", epochs, "at least 1", epochs >= 1),
        ("batch_size", batch_size, "at least 1", batch_size >= 1),
        ("seed", seed, "at least 0", seed >= 0),
        ("label_smoothing", label_smoothing, "a fraction from 0 to below 1", 0 <= label_smoothing < 1),
        ("label_smoothing", label_smoothing, "left out where loss is given", not (label_smoothing and loss)),
        ("clip_norm", clip_norm, "above 0", clip_norm is None or clip_norm > 0),
        ("accumulate", accumulate, "at least 1", accumulate >= 1),
        ("precision", precision, "'full' or 'bfloat16'", precision in ("full", "bfloat16")),
    ):
        if not holds:
            raise ValueError(f"{name} must be {words}, got {value!r}")
    ranks, where = find_ranks(device)
    if (len(data.train) % batch_size or batch_size) < ranks.size:
        raise ValueError(f"batch_size must leave each of {ranks.size} processes an image of the last batch")
    model.to(where).to(memory_format=torch.channels_last)
    statistics = data.statistics()
    train = prepare(data.train, statistics, where, dtype_of(model))
    valid = None if data.valid is None else prepare(data.valid, statistics, where, dtype_of(model))
    per_epoch = steps_per_epoch(data, batch_size)
    rates = step_values(schedule, per_epoch * epochs, "schedule")
    momenta = step_values(momentum, per_epoch * epochs, "momentum")
    loss_of = loss or cross_entropy
    training_loss = loss or partial(cross_entropy, label_smoothing=label_smoothing)
    backend = "inductor" if compile is True else compile
    compiled = cast(nn.Module, torch.compile(model, backend=backend)) if backend else model
    forward = ranks.join(compiled, where)
    average = None if ema is None else WeightAverage(model, ema)

    run, record = Run(model, optimizer), StepRecord()
    parts: dict[str, Stateful] = {"run": run, "record": record, "model": model, "optimizer": optimizer}
    parts |= {} if average is None else {"average": average}
    parts |= {f"callback {index}": callback for index, callback in enumerate(callbacks)}
    settings = {
        "batch_size": batch_size,
        "seed": seed,
        "images": len(train),
        "optimizer": type(optimizer).__name__,
        "augment": repr(list(augment)),
        "label_smoothing": label_smoothing,
        "clip_norm": clip_norm,
        "accumulate": accumulate,
        "ema": ema,
        "precision": precision,
        "processes": ranks.size,
    }
    file = None if checkpoint is None else Checkpoint(Path(checkpoint), settings, parts)
    if file is not None and file.restore(where):
        record.check_rates(rates)

    def autocast() -> AbstractContextManager[object]:
        return torch.autocast(where.type, torch.bfloat16) if precision == "bfloat16" else nullcontext()

    with (
        _random_state_given_back(where),
        progress_bar(per_epoch * epochs, progress and ranks.first, done=run.step) as (advance, report),
    ):
        for callback in callbacks:
            callback.on_start(run)
        for epoch in range(len(run.epochs), epochs):
            if run.stopped:
                break
            started = time.perf_counter()
            model.train()
            torch.manual_seed(_epoch_seed(seed, epoch, 1 + ranks.rank))
            order = epoch_order(len(train), seed, epoch).to(where)
            # Tensors stay on the device until the epoch ends: reading one would wait for it.
            losses: list[Tensor] = []
            predicted: list[Tensor] = []
            right: list[Tensor] = []
            for chosen in order.split(batch_size):
                if rates is not None:
                    for group in optimizer.param_groups:
                        group["lr"] = rates[run.step]
                if momenta is not None:
                    write_momentum(optimizer, momenta[run.step])
                optimizer.zero_grad()
                share_losses: list[Tensor] = []
                shares = _split(ranks.share(chosen), accumulate)
                for count, share in enumerate(shares, start=1):
                    batch = _batch(train, share, augment, len(data.classes), epoch, seed)
                    with nullcontext() if count == len(shares) else ranks.quiet(forward):
                        with autocast():
                            logits = forward(batch.images)
                            share_loss = training_loss(logits, batch.targets)
                        # So that all shares of all processes, whose gradients are averaged, add up to the batch's mean.
                        if (weight := len(share) * ranks.size / len(chosen)) != 1:
                            share_loss = share_loss * weight
                        share_loss.backward()
                    share_losses.append(share_loss.detach())
                    predicted.append(logits.detach().argmax(1))
                    right.append(batch.labels)
                if clip_norm is not None:
                    nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
                optimizer.step()
                if average is not None:
                    average.update()
                losses.append(share_losses[0] if len(shares) == 1 else torch.stack(share_losses).sum())
                record.used(optimizer)
                run.step += 1
                for callback in callbacks:
                    callback.on_step(run)
                advance()

            epoch_losses = (ranks.total(torch.stack(losses)).double() / ranks.size).cpu().numpy()
            correct = ranks.total((torch.cat(predicted) == torch.cat(right)).sum())
            record.lost(epoch_losses)
            run.diverged_at = record.first_divergence(EXPLOSION)
            run.stopped = run.diverged_at is not None
            with nullcontext() if average is None else average.in_place():
                valid_loss, valid_accuracy = np.nan, np.nan
                if valid is not None:
                    with autocast():
                        part_of_valid = Prepared(ranks.share(valid.inputs), ranks.share(valid.labels))
                        sums = ranks.total(evaluate_prepared(compiled, part_of_valid, 1000, loss_of))
                    valid_loss, valid_accuracy = (float(total) / len(valid) for total in sums)
                run.epochs.append(
                    {
                        "epoch": epoch + 1,
                        "step": run.step,
                        "lr": record.lr[-1],
                        "train_loss": mean_over_images(epoch_losses, len(train), batch_size),
                        "train_accuracy": float(correct) / len(train),
                        "valid_loss": valid_loss,
                        "valid_accuracy": valid_accuracy,
                        "seconds": time.perf_counter() - started,
                    }
                )
                report(run.epochs[-1])
                for callback in callbacks:
                    callback.on_epoch(run)
            if file is not None and ranks.first:
                file.write()
        if average is not None:
            average.swap()
        for callback in callbacks:
            callback.on_end(run)
    return History(record.table(per_epoch), pd.DataFrame(run.epochs), run.diverged_at)


def step_values(function: Callable[[int], float] | None, total_steps: int, name: str) -> list[float] | None:
    """What a schedule gives at every step of the run, looked at before it begins."""
    if function is None:
        return None
    # Our schedules take all steps at once; any other function is asked for one at a time.
    if isinstance(function, Schedule):
        values = [float(value) for value in np.asarray(function(np.arange(total_steps)))]
    else:
        values = [float(function(step)) for step in range(total_steps)]
    for step, value in enumerate(values):
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must give a finite number of at least 0 at every step, got {value!r} at {step}")
    return values


def _split(chosen: Tensor, parts: int) -> tuple[Tensor, ...]:
    return (chosen,) if parts == 1 else chosen.tensor_split(min(parts, len(chosen)))


def _batch(
    train: Prepared, chosen: Tensor, augment: Sequence[Augmentation], classes: int, epoch: int, seed: int
) -> Batch:
    batch = Batch(train.inputs[chosen], train.labels[chosen], chosen, classes, epoch, seed)
    for change in augment:
        batch = change(batch)
    return batch


def _epoch_seed(seed: int, epoch: int, purpose: int) -> int:
    """Purpose 0 is the order, which all processes share; 1 and up is everything else that a process draws."""
    return int(np.random.SeedSequence([seed, epoch, purpose]).generate_state(1, np.uint64)[0])


def mean_over_images(losses: NDArray[np.float64], images: int, batch_size: int) -> float:
    """The mean loss over an epoch's images, from the mean loss of each batch."""
    sizes = np.full(len(losses), batch_size)
    sizes[-1] = images - batch_size * (len(losses) - 1)
    return float(np.average(losses, weights=sizes))


@contextmanager
def _random_state_given_back(device: torch.device) -> Iterator[None]:
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        yield
