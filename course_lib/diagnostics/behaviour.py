"""How a model scores, and whether it behaves in evaluation as it should."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from course_lib.training.evaluation import Prepared
from course_lib.training.modes import evaluating

BATCH = 500  # images at a time: enough for batch normalisation's own statistics to be steady
COMPANY = 8  # images that are looked at alone and among others


@dataclass(frozen=True)
class Scores:
    """Mean cross entropy (nats) and accuracy (0 to 1) of the same images in both modes."""

    loss: float
    accuracy: float
    training_loss: float
    training_accuracy: float


@dataclass(frozen=True)
class Behaviour:
    """What the model does in evaluation mode.

    Attributes
    ----------
    train : Scores
        On training images.
    valid : Scores or None
        On validation images, where there are some.
    repeat : float
        Largest change of an output when a batch is evaluated a second time, over the outputs' own spread.
    company : float
        Largest change of an output when an image is evaluated among fewer others, likewise.
    deaf : tuple of str
        Modules that stayed in training mode when the model was told to evaluate.
    probabilities : bool
        Whether every output row is a set of probabilities rather than logits.
    """

    train: Scores
    valid: Scores | None
    repeat: float
    company: float
    deaf: tuple[str, ...]
    probabilities: bool


@torch.no_grad()
def measure_behaviour(model: nn.Module, train: Prepared, valid: Prepared | None) -> Behaviour:
    """Evaluate in both modes. Changes buffers and random states: call it inside `preserved`."""
    batch = train.inputs[:BATCH]
    with evaluating(model):
        deaf = tuple(name for name, module in model.named_modules() if module.training)
        outputs, again, few = model(batch), model(batch), model(batch[:COMPANY])
    spread = float(outputs.std()) or 1.0
    rows = outputs.sum(1)
    return Behaviour(
        train=_scores(model, train),
        valid=None if valid is None else _scores(model, valid),
        repeat=float((again - outputs).abs().max()) / spread,
        company=float((few - outputs[:COMPANY]).abs().max()) / spread,
        deaf=deaf,
        probabilities=bool((outputs >= 0).all()) and bool(((rows - 1).abs() < 1e-3).all()),
    )


def _scores(model: nn.Module, images: Prepared) -> Scores:
    with evaluating(model):
        loss, accuracy = _loss_and_accuracy(model, images)
    model.train()
    return Scores(loss, accuracy, *_loss_and_accuracy(model, images))


def _loss_and_accuracy(model: nn.Module, images: Prepared) -> tuple[float, float]:
    outputs: list[Tensor] = [model(inputs) for inputs in images.inputs.split(BATCH)]
    logits = torch.cat(outputs)
    return float(cross_entropy(logits, images.labels)), float((logits.argmax(1) == images.labels).float().mean())
