"""Images made ready for a model, and how well it does on them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from course_lib.data import ImageData, Split


@dataclass(frozen=True)
class Prepared:
    """A split on the device, normalised: `inputs` float32 (N, C, H, W) in channels-last layout, `labels` int64 (N,)."""

    inputs: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


def prepare(split: Split, statistics: tuple[Tensor, Tensor], device: torch.device) -> Prepared:
    """Normalise `split` by the mean and deviation of the training pixels (`ImageData.statistics`), on `device`."""
    mean, std = (statistic.to(device).view(1, -1, 1, 1) for statistic in statistics)
    here = split.to(device)
    inputs = (here.images.float() / 255 - mean) / std
    return Prepared(inputs.contiguous(memory_format=torch.channels_last), here.labels)


def evaluate(model: nn.Module, data: ImageData, part: str = "test", batch_size: int = 1000) -> tuple[float, float]:
    """Mean cross entropy and accuracy of `model`, in evaluation mode, on one part of `data`.

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

    Returns
    -------
    loss : float
        Cross entropy in nats, mean over the images.
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
    return evaluate_prepared(model, prepare(split, data.statistics(), device), batch_size)


@torch.no_grad()
def evaluate_prepared(model: nn.Module, split: Prepared, batch_size: int) -> tuple[float, float]:
    """`evaluate` on images that are ready."""
    was_training = model.training
    model.eval()
    loss = torch.zeros((), device=split.labels.device)
    correct = torch.zeros((), device=split.labels.device)
    for inputs, labels in zip(split.inputs.split(batch_size), split.labels.split(batch_size), strict=True):
        logits = model(inputs)
        loss += cross_entropy(logits, labels, reduction="sum")
        correct += (logits.argmax(1) == labels).sum()
    model.train(was_training)
    return float(loss) / len(split), float(correct) / len(split)
