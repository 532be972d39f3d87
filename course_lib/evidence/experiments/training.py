"""One run of an experiment on images: how its settings are read, and what is measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss, one_hot

from course_lib.data import ImageData, Split, load
from course_lib.evidence.experiments.base import Scale
from course_lib.evidence.records import Settings
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import SGD
from course_lib.schedules import Constant, CosineAnnealing, ExponentialDecay, LinearDecay, MultiStepDecay, Schedule
from course_lib.training import Callback, History, Recipe, Run, evaluate, steps_per_epoch
from course_lib.training.evaluation import Loss

NETWORKS: dict[str, Callable[[], nn.Module]] = {"small_cnn": small_cnn, "mlp": mlp}
SCHEDULES = ("constant", "step", "exponential", "cosine", "linear")

FINAL_FACTOR = 0.01
"""What step and exponential decay leave of the rate: they lower it by as much, over the same run."""

GUESSING = 0.1
"""The accuracy of a run that diverged: its network knows nothing, and there are ten classes."""

PLATEAU_GAIN, PLATEAU_PATIENCE = 0.001, 2
"""A run seems to have converged when this many epochs in turn gain less validation accuracy than this."""

WOBBLE_EPOCHS = 3
"""Over how many of the last epochs the wobble is taken."""


def images(scale: Scale, *, valid: bool = True) -> ImageData:
    """The package's Fashion-MNIST: of 10,000 training images 2,000 are held out; of each part the first `scale.images`.

    The test images are those of the package; no choice is made on them.
    """
    data = load("fashion-mini").hold_out(2000, seed=0)

    def first(split: Split) -> Split:
        return split[torch.arange(min(scale.images, len(split)))]

    held_out = first(data.valid) if valid and data.valid is not None else None
    return replace(data, train=first(data.train), valid=held_out, test=first(data.test))


def squared_error(logits: Tensor, targets: Tensor) -> Tensor:
    """The squared error of the logits (B, classes) to one-hot labels (B,), mean over images and classes."""
    return mse_loss(logits, one_hot(targets, logits.shape[1]).to(logits.dtype))


LOSSES: dict[str, tuple[Loss, float]] = {
    "cross entropy": (cross_entropy, math.log(10)),
    "squared error": (squared_error, 0.09),
}
"""Each loss, and what guessing costs in it: the same probability, 0.1, for each of ten classes."""


def schedule_of(name: str, lr: float, steps: int) -> Schedule:
    """The schedule called `name`, from `lr`, over `steps` updates."""
    if name == "constant":
        return Constant(lr)
    if name == "step":
        half, three_quarters = round(steps / 2), round(3 * steps / 4)
        return MultiStepDecay(lr, milestones=(half, three_quarters), gamma=math.sqrt(FINAL_FACTOR))
    if name == "exponential":
        return ExponentialDecay(lr, gamma=FINAL_FACTOR, every=steps)
    if name == "cosine":
        return CosineAnnealing(lr, 0.0, total_steps=steps)
    if name == "linear":
        return LinearDecay(lr, 0.0, total_steps=steps)
    raise ValueError(f"schedule must be one of {', '.join(SCHEDULES)}, got {name!r}")


class Plateau(Callback):
    """Notes the test accuracy at the epoch at which a rule of thumb would call the run converged.

    Parameters
    ----------
    data : ImageData
        Its test images are looked at once, at that epoch.
    stop : bool
        Whether the run ends there.
    """

    def __init__(self, data: ImageData, *, stop: bool) -> None:
        self.data, self.stop = data, stop
        self.best, self.waited = -math.inf, 0
        self.epoch: int | None = None
        self.accuracy = math.nan

    def on_epoch(self, run: Run) -> None:
        """Look whether the rule fires."""
        accuracy = run.epochs[-1]["valid_accuracy"]
        gained = accuracy > self.best + PLATEAU_GAIN
        self.waited = 0 if gained else self.waited + 1
        if gained:
            self.best = accuracy
        if self.epoch is None and self.waited == PLATEAU_PATIENCE:
            self.note(run)
            run.stopped = run.stopped or self.stop

    def on_end(self, run: Run) -> None:
        """A run that the rule never stopped is taken at its end."""
        if self.epoch is None:
            self.note(run)

    def note(self, run: Run) -> None:
        """Take the figures of this epoch."""
        self.epoch = len(run.epochs)
        self.accuracy = evaluate(run.model, self.data)[1]


def train(settings: Settings, seed: int, data: ImageData) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Make one run and measure it.

    Parameters
    ----------
    settings : mapping
        `network`, `loss`, `schedule`, `lr`, `epochs`, `batch_size`; optionally `plateau`: ``stop`` ends the run when it
        seems to have converged, ``note`` notes that epoch and goes on.
    seed : int
        Of the weights and of the order of the images.
    data : ImageData
        With or without a validation part.

    Returns
    -------
    measures : dict of str to float
        `test_accuracy` and `valid_accuracy` (fractions, after the last epoch) and `train_loss` (after the last epoch,
        over all training images), for a run that diverged those of guessing; `diverged` (0 or 1); `setbacks`, `wobble`
        and `jump` (see `of_curves`); with a plateau rule `plateau_epoch` and `plateau_accuracy` (on the test images).
    curves : dict of str to list of float
        `train_loss` and `valid_accuracy`, one figure an epoch; without the epoch in which the loss became infinite.
    """
    epochs, batch_size = int(settings["epochs"]), int(settings["batch_size"])
    lr, (loss, of_guessing) = float(settings["lr"]), LOSSES[str(settings["loss"])]
    steps = epochs * steps_per_epoch(data, batch_size)
    plateau = Plateau(data, stop=settings["plateau"] == "stop") if "plateau" in settings else None
    options: dict[str, object] = {} if plateau is None else {"callbacks": [plateau]}
    if loss is not cross_entropy:
        options["loss"] = loss
    recipe = Recipe(
        NETWORKS[str(settings["network"])],
        partial(SGD, lr=lr),
        schedule=schedule_of(str(settings["schedule"]), lr, steps),
        epochs=epochs,
        batch_size=batch_size,
        options=options,
    )
    model, history = recipe.run(data, seed)
    train_loss = math.nan if history.diverged else evaluate(model, data, "train", loss=loss)[0]
    lost = not math.isfinite(train_loss)  # the very last update may have been one too many
    measures = {"diverged": float(lost), "train_loss": of_guessing if lost else train_loss}
    measures["test_accuracy"] = GUESSING if lost else evaluate(model, data)[1]
    if data.valid is not None:
        measures["valid_accuracy"] = GUESSING if lost else float(history.epochs["valid_accuracy"].iloc[-1])
    measures |= of_curves(history, epochs)
    if plateau is not None and plateau.epoch is not None:
        measures |= {"plateau_epoch": float(plateau.epoch), "plateau_accuracy": plateau.accuracy}
    finite = history.epochs[history.epochs["train_loss"].map(math.isfinite)]
    curves = {"train_loss": finite["train_loss"].tolist()}
    if data.valid is not None:
        curves["valid_accuracy"] = finite["valid_accuracy"].tolist()
    return measures, curves


def of_curves(history: History, epochs: int) -> dict[str, float]:
    """What is read off a run's curves.

    Parameters
    ----------
    history : History
        Of a run of at least two epochs.
    epochs : int
        How many the run was to have.

    Returns
    -------
    dict of str to float
        `setbacks`: of the epochs from the second on, the share whose mean training loss is not below that of every
        epoch before; those lost to divergence count as such. And for a run that did not diverge, `wobble`: over the
        last epochs, how far the validation accuracy moves from one epoch to the next, mean of the absolute changes;
        `jump`: the largest fall of the training loss from one epoch to the next in the second half of the run.
    """
    losses = history.epochs["train_loss"]
    finished = (losses.iloc[:-1] if history.diverged else losses).tolist()
    planned = epochs if history.diverged else len(finished)
    lows = sum(finished[index] < min(finished[:index]) for index in range(1, len(finished)))
    figures = {"setbacks": 1.0 - lows / (planned - 1)}
    if history.diverged:
        return figures
    figures["jump"] = float(-losses.diff().iloc[max(1, len(losses) // 2) :].min())
    accuracy = history.epochs["valid_accuracy"]
    if not accuracy.isna().any():
        figures["wobble"] = float(accuracy.diff().abs().iloc[1:][-WOBBLE_EPOCHS:].mean())
    return figures
