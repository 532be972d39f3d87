"""Many small models trained at once, as one model with a dimension more.

The weights of all of them lie in one tensor each layer, so that a step is one batched product where a loop over the
models would make many small ones. Each model keeps its own optimizer, rate, order of images and record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.functional import cross_entropy

from course_lib.data import ImageData
from course_lib.training.evaluation import Prepared, dtype_of, prepare
from course_lib.training.history import History, StepRecord
from course_lib.training.loop import EXPLOSION, epoch_order, mean_over_images, step_values, steps_per_epoch
from course_lib.training.recipe import Recipe
from course_lib.training.scheduler import write_momentum

# Layers that treat each model of a stack as they would treat it alone. Convolutions are not among them on the CPU,
# where a batched one was measured to be slower than many single ones.
EVERYWHERE = (nn.Sequential, nn.Flatten, nn.Linear, nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.LayerNorm, nn.Identity)
ON_A_GPU = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.GroupNorm)


def stackable(recipe: Recipe, model: nn.Module, device: torch.device) -> bool:
    """Whether runs of `recipe`, whose model is `model`, can be and gain by being stacked."""
    kinds = EVERYWHERE + (ON_A_GPU if device.type == "cuda" else ())
    # All weights of a stack are trained, so a model with frozen ones goes alone.
    trained = all(param.requires_grad for param in model.parameters())
    return not recipe.options and trained and all(type(module) in kinds for module in model.modules())


def fit_stacked(runs: Sequence[tuple[Recipe, int]], data: ImageData, device: torch.device) -> list[History]:
    """What ``recipe.run(data, seed)`` returns for each run, to rounding, all trained at once.

    Parameters
    ----------
    runs : sequence of (Recipe, int)
        Recipes and seeds; all with models of one shape, and the same `epochs` and `batch_size`.
    data : ImageData
        What all of them train on.
    device : device
        Where.

    Returns
    -------
    list of History
        One a run; `seconds` is its share of the stack's.
    """
    epochs, batch_size = runs[0][0].epochs, runs[0][0].batch_size
    statistics = data.statistics()
    models = [recipe.build(seed).to(device) for recipe, seed in runs]
    train = prepare(data.train, statistics, device, dtype_of(models[0]))
    valid = None if data.valid is None else prepare(data.valid, statistics, device, dtype_of(models[0]))
    steps = epochs * steps_per_epoch(data, batch_size)
    rates = [step_values(recipe.schedule, steps, "schedule") for recipe, _ in runs]
    momenta = [step_values(recipe.momentum, steps, "momentum") for recipe, _ in runs]

    weights: dict[str, Tensor] = {
        name: tensor.detach().requires_grad_() for name, tensor in stack_module_state(models)[0].items()
    }
    for index, model in enumerate(models):
        for name, param in model.named_parameters():
            param.data = weights[name].detach()[index]  # a view: the optimizer's update is the stack's
    optimizers = [recipe.optimizer(model.parameters()) for (recipe, _), model in zip(runs, models, strict=True)]
    forward = vmap(lambda weights, inputs: functional_call(models[0], weights, (inputs,)))

    records = [StepRecord() for _ in runs]
    rows: list[list[dict[str, float]]] = [[] for _ in runs]
    diverged_at: list[int | None] = [None for _ in runs]
    step = 0
    for epoch in range(epochs):
        started = time.perf_counter()
        orders = torch.stack([epoch_order(len(train), seed, epoch) for _, seed in runs]).to(device)
        losses: list[Tensor] = []
        right = torch.zeros(len(runs), device=device)
        for chosen in orders.split(batch_size, dim=1):
            labels = train.labels[chosen]
            logits = forward(weights, train.inputs[chosen])
            loss = _losses(logits, labels)
            gradients = torch.autograd.grad(loss.sum(), list(weights.values()))
            of_models = zip(*(gradient.unbind() for gradient in gradients), strict=True)
            for index, gradients_of_model in enumerate(of_models):
                optimizer = optimizers[index]
                for param, gradient in zip(models[index].parameters(), gradients_of_model, strict=True):
                    param.grad = gradient
                if (rate := rates[index]) is not None:
                    for group in optimizer.param_groups:
                        group["lr"] = rate[step]
                if (momentum := momenta[index]) is not None:
                    write_momentum(optimizer, momentum[step])
                optimizer.step()
                if diverged_at[index] is None:
                    records[index].used(optimizer)
            losses.append(loss.detach())
            right += (logits.detach().argmax(2) == labels).sum(1)
            step += 1
        epoch_losses = torch.stack(losses, dim=1).double().cpu().numpy()
        valid_figures = np.full((2, len(runs)), np.nan) if valid is None else _evaluate(forward, weights, valid)
        seconds = (time.perf_counter() - started) / len(runs)
        for index, record in enumerate(records):
            if diverged_at[index] is not None:
                continue
            record.lost(epoch_losses[index])
            diverged_at[index] = record.first_divergence(EXPLOSION)
            rows[index].append(
                {
                    "epoch": epoch + 1,
                    "step": step,
                    "lr": record.lr[-1],
                    "train_loss": mean_over_images(epoch_losses[index], len(train), batch_size),
                    "train_accuracy": float(right[index]) / len(train),
                    "valid_loss": float(valid_figures[0, index]),
                    "valid_accuracy": float(valid_figures[1, index]),
                    "seconds": seconds,
                }
            )
    per_epoch = steps_per_epoch(data, batch_size)
    return [
        History(record.table(per_epoch), pd.DataFrame(its_rows), at)
        for record, its_rows, at in zip(records, rows, diverged_at, strict=True)
    ]


def _losses(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean cross entropy of each model: logits (models, B, classes) and labels (models, B) -> (models,)."""
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none").view(labels.shape).mean(1)


@torch.no_grad()
def _evaluate(forward: Callable[..., Tensor], weights: dict[str, Tensor], split: Prepared) -> NDArray[np.float64]:
    """Loss and accuracy of each model, shape (2, models)."""
    sums: Tensor | int = 0
    for inputs, labels in zip(split.inputs.split(1000), split.labels.split(1000), strict=True):
        count = len(next(iter(weights.values())))
        logits = forward(weights, inputs.expand(count, *inputs.shape))
        of_all = labels.expand(count, len(labels))
        right = (logits.argmax(2) == of_all).sum(1)
        sums = sums + torch.stack([_losses(logits, of_all) * len(labels), right])
    means: NDArray[np.float64] = (torch.as_tensor(sums) / len(split)).double().cpu().numpy()
    return means
