"""Images made ready for a model, and how well it does on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from course_lib.data import ImageData, Split
from course_lib.training.modes import evaluating

Loss = Callable[[Tensor, Tensor], Tensor]
"""Logits (B, classes) and targets (int64 (B,), or probabilities (B, classes)) -> the mean loss over the batch."""


@dataclass(frozen=True)
class Prepared:
    """A split on the device: `inputs` floating point (N, ...), images in channels-last layout, `labels` int64 (N,)."""

    inputs: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


def prepare(
    split: Split,
    statistics: tuple[Tensor, Tensor] | None,
    device: torch.device,
    dtype: torch.dtype = torch.float32,
) -> Prepared:
    """Put `split` on `device`, normalised by the training pixels' mean and deviation (`ImageData.statistics`)."""
    here = split.to(device)
    inputs = here.images.to(dtype)
    if statistics is not None:
        mean, std = (statistic.to(device, dtype).view(1, -1, 1, 1) for statistic in statistics)
        inputs = (inputs / 255 - mean) / std
    if inputs.ndim == 4:
        inputs = inputs.contiguous(memory_format=torch.channels_last)
    return Prepared(inputs, here.labels)


def dtype_of(model: nn.Module) -> torch.dtype:
    """The floating-point type that `model` computes in: its first parameter's."""
    return next((param.dtype for param in model.parameters() if param.is_floating_point()), torch.float32)


def evaluate(
    model: nn.Module, data: ImageData, part: str = "test", batch_size: int = 1000, loss: Loss = cross_entropy
) -> tuple[float, float]:
    """Mean loss and accuracy of `model`, in evaluation mode, on one part of `data`.

    Parameters
    ----------
    model : nn.Module
        Takes float images (N, C, H, W), gives logits (N, classes); comes out in the mode in which it went in.
    data : ImageData
        Its training pixels give the normalisation, as in `fit`.
    part : str
        ``train``, ``valid`` or ``test``.
    batch_size : int
        Images at a time; the result does not depend on it.
    loss : callable
        Logits and labels -> the mean loss over the batch; cross entropy when left out.

    Returns
    -------
    loss : float
        Mean over the images; cross entropy is in nats.
    accuracy : float
        Fraction of the images, 0 to 1.

    Raises
    ------
    ValueError
        When `part` is another word, or the data has no such part.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> loss, accuracy = evaluate(mlp(), load("fashion-mini"))
    >>> 0 <= accuracy <= 1
    True
    """
    if part not in ("train", "valid", "test"):
        raise ValueError(f"part must be train, valid or test, got {part!r}")
    split: Split | None = getattr(data, part)
    if split is None:
        raise ValueError("the data has no valid part; make one with data.hold_out(count)")
    device = next(model.parameters()).device
    return mean_scores(model, prepare(split, data.statistics(), device, dtype_of(model)), batch_size, loss)


def mean_scores(model: nn.Module, split: Prepared, batch_size: int, loss: Loss = cross_entropy) -> tuple[float, float]:
    """`evaluate` on images that are ready."""
    total, correct = evaluate_prepared(model, split, batch_size, loss).tolist()
    return total / len(split), correct / len(split)


@torch.no_grad()
def evaluate_prepared(model: nn.Module, split: Prepared, batch_size: int, loss: Loss) -> Tensor:
    """The summed loss and the number of right answers on images that are ready, shape (2,)."""
    sums = torch.zeros(2, device=split.labels.device)
    with evaluating(model):
        for inputs, labels in zip(split.inputs.split(batch_size), split.labels.split(batch_size), strict=True):
            logits = model(inputs)
            sums[0] += loss(logits, labels) * len(labels)
            sums[1] += (logits.argmax(1) == labels).sum()
    return sums
