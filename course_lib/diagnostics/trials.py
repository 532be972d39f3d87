"""What a few updates with another rate would have done: the counterfactual behind "too high" and "too low"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer

from course_lib.training.evaluation import Prepared
from course_lib.training.preserve import preserved

STEPS = 40
SCORED = 1000  # images that the loss is the mean over


@dataclass(frozen=True)
class Trials:
    """Loss before, and after `STEPS` updates at several rates from the same weights over the same batches.

    Attributes
    ----------
    before : float
        Mean cross entropy in training mode of some of the images that the trials train on.
    after : mapping of float to float
        By the factor on the rate; infinite where the trial burst.
    """

    before: float
    after: Mapping[float, float]


def measure_trials(
    model: nn.Module,
    optimizer: Optimizer,
    train: Prepared,
    factors: Sequence[float],
    *,
    rate: float,
    batch_size: int,
    seed: int,
) -> Trials:
    """Continue from the weights and the optimizer's state as they are; both come back."""
    after: dict[float, float] = {}
    for factor in factors:
        with preserved(model, optimizer):
            _train(model, optimizer, train, rate * factor, batch_size, seed)
            loss = _loss(model, train, seed)
            after[factor] = loss if loss == loss else float("inf")
    with preserved(model, optimizer):
        before = _loss(model, train, seed)
    return Trials(before, after)


def _train(model: nn.Module, optimizer: Optimizer, train: Prepared, rate: float, batch_size: int, seed: int) -> None:
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)
    batches: list[torch.Tensor] = []
    while len(batches) < STEPS:
        batches.extend(torch.randperm(len(train), generator=order).to(train.labels.device).split(batch_size))
    for group in optimizer.param_groups:
        group["lr"] = rate
    model.train()
    for batch in batches[:STEPS]:
        loss = cross_entropy(model(train.inputs[batch]), train.labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def _loss(model: nn.Module, train: Prepared, seed: int) -> float:
    # In training mode, as the updates see it: what evaluation mode adds is another check's affair.
    torch.manual_seed(seed)
    model.train()
    return float(cross_entropy(model(train.inputs[:SCORED]), train.labels[:SCORED]))
