"""Training runs with one planted fault each, and healthy ones: what `benchmarks/diagnose.py` is measured on.

A fault is planted as a user would plant it: through the model, the data, the optimizer's options, or a mistake in the
loop around them. Everything else of the run is as in the healthy one of the same architecture and recipe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout

from course_lib.data import ImageData, Split, load
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import SGD, AdamW
from course_lib.schedules import Constant, CosineAnnealing, OneCycle, Schedule, StepDecay
from course_lib.training import History, fit, steps_per_epoch

TRAIN, VALID = 3000, 1000
EPOCHS = 5

MakeModel = Callable[[], nn.Module]
MakeOptimizer = Callable[..., torch.optim.Optimizer]
MakeSchedule = Callable[[float, int], Schedule]


@dataclass(frozen=True)
class Recipe:
    """How a run is made: every field is changed by some fault."""

    model: MakeModel
    optimizer: MakeOptimizer
    lr: float
    schedule: MakeSchedule
    epochs: int = EPOCHS
    batch_size: int = 128


@dataclass(frozen=True)
class Run:
    """What `diagnose` is given."""

    history: History
    model: nn.Module
    data: ImageData
    optimizer: torch.optim.Optimizer
    fresh: MakeModel


def fashion(seed: int) -> ImageData:
    """`TRAIN` and `VALID` images, others for each seed."""
    data = load("fashion-mini").hold_out(VALID, seed=seed)
    drawn = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(seed))[:TRAIN]
    return replace(data, train=data.train[drawn])


def cnn_with_batch_norm() -> nn.Module:
    """Two convolutions, each with batch normalisation."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 49, 10),
    )


def mlp_with_dropout() -> nn.Module:
    """One hidden layer, a fifth of it dropped."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 192), nn.ReLU(), nn.Dropout(0.2), nn.Linear(192, 10))


ARCHITECTURES: dict[str, dict[str, MakeModel]] = {
    "develop": {"mlp": mlp, "small_cnn": small_cnn},
    "report": {
        "mlp, 3 hidden layers": partial(mlp, hidden=(96, 96, 96)),
        "mlp, dropout": mlp_with_dropout,
        "small_cnn, width 12": partial(small_cnn, width=12),
        "cnn, batch norm": cnn_with_batch_norm,
    },
}

RECIPES: dict[str, dict[str, tuple[MakeOptimizer, float, MakeSchedule]]] = {
    "develop": {
        "momentum, one-cycle": (partial(SGD, momentum=0.9), 0.05, lambda lr, n: OneCycle(max_lr=lr, total_steps=n)),
        "AdamW, constant": (AdamW, 1e-3, lambda lr, n: Constant(lr)),
    },
    "report": {
        "momentum, cosine": (partial(SGD, momentum=0.9), 0.03, lambda lr, n: CosineAnnealing(lr, 0.0, n)),
        "AdamW, one-cycle": (AdamW, 3e-3, lambda lr, n: OneCycle(max_lr=lr, total_steps=n)),
        "SGD, step decay": (SGD, 0.1, lambda lr, n: StepDecay(lr, step_size=2 * n // 3, gamma=0.1)),
    },
}


def recipe(split: str, architecture: str, name: str) -> Recipe:
    """The healthy recipe of one architecture, optimizer and schedule."""
    optimizer, lr, schedule = RECIPES[split][name]
    return Recipe(ARCHITECTURES[split][architecture], optimizer, lr, schedule)


def train(
    how: Recipe, data: ImageData, seed: int, optimized: Callable[[nn.Module], list[nn.Parameter]] | None = None
) -> Run:
    """Train as the recipe says; `optimized` picks the parameters that the optimizer gets."""
    torch.manual_seed(seed)
    model = how.model()
    optimizer = how.optimizer(list(model.parameters()) if optimized is None else optimized(model), lr=how.lr)
    steps = steps_per_epoch(data, how.batch_size) * how.epochs
    history = fit(
        model,
        data,
        optimizer,
        how.schedule(how.lr, steps),
        epochs=how.epochs,
        batch_size=how.batch_size,
        seed=seed,
    )
    return Run(history, model, data, optimizer, how.model)


def healthy(how: Recipe, data: ImageData, seed: int) -> Run:
    """Nothing planted."""
    return train(how, data, seed)


def rate_too_high(how: Recipe, data: ImageData, seed: int) -> Run:
    """Thirty times a good rate."""
    return train(replace(how, lr=30 * how.lr), data, seed)


def rate_too_low(how: Recipe, data: ImageData, seed: int) -> Run:
    """A hundredth of a good rate, or a thousandth."""
    return train(replace(how, lr=how.lr / (100, 300, 1000)[seed % 3]), data, seed)


def divergence(how: Recipe, data: ImageData, seed: int) -> Run:
    """Ten thousand times a good rate."""
    return train(replace(how, lr=1e4 * how.lr), data, seed)


def plateau(how: Recipe, data: ImageData, seed: int) -> Run:
    """Batches of 8 at a constant rate: the first epochs go well, then noise holds the loss up."""
    lr = 0.008 if how.optimizer is AdamW else 0.2 if how.optimizer is SGD else how.lr / 2  # the last has momentum
    return train(replace(how, lr=lr, schedule=lambda lr, n: Constant(lr), batch_size=8, epochs=6), data, seed)


def dead_relus(how: Recipe, data: ImageData, seed: int) -> Run:
    """Biases of the last ReLU's layer start far below zero in most of its units."""

    def killed() -> nn.Module:
        model = how.model()
        relu = max(i for i, module in enumerate(model) if isinstance(module, nn.ReLU))
        layer = model[relu - 1]
        with torch.no_grad():
            layer.bias[: round(0.8 * len(layer.bias))] = -30.0
        return model

    return train(replace(how, model=killed), data, seed)


def deep(activation: Callable[[], nn.Module], gain: float, depth: int) -> nn.Module:
    """A deep narrow network whose weights have variance gain^2 / inputs."""
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs in [784] + [64] * (depth - 1):
        linear = nn.Linear(inputs, 64)
        nn.init.normal_(linear.weight, std=gain / inputs**0.5)
        nn.init.zeros_(linear.bias)
        layers += [linear, activation()]
    return nn.Sequential(*layers, nn.Linear(64, 10))


def exploding_gradients(how: Recipe, data: ImageData, seed: int) -> Run:
    """Deep networks with initial weights several times too large."""
    made = (partial(deep, nn.Tanh, 8.0, 12), partial(deep, nn.ReLU, 4.0, 10), partial(deep, nn.Tanh, 5.0, 20))
    return train(replace(how, model=made[seed % 3]), data, seed)


def vanishing_gradients(how: Recipe, data: ImageData, seed: int) -> Run:
    """Deep networks with saturating activations, or initial weights too small."""
    made = (partial(deep, nn.Sigmoid, 1.0, 6), partial(deep, nn.Tanh, 0.4, 12), partial(deep, nn.ReLU, 0.6, 10))
    return train(replace(how, model=made[seed % 3]), data, seed)


class RawPixels(nn.Module):
    """Undoes the normalisation: bytes, or bytes with their mean off, or bytes divided by 255 twice."""

    def __init__(self, mean: float, std: float, kind: int) -> None:
        super().__init__()
        self.mean, self.std, self.kind = mean, std, kind

    def forward(self, images: Tensor) -> Tensor:
        """What a careless pipeline gives."""
        pixels = images * self.std + self.mean
        return (255 * pixels, 255 * (pixels - self.mean), pixels / 255)[self.kind]


def unnormalised_input(how: Recipe, data: ImageData, seed: int) -> Run:
    """The network's own preprocessing takes the normalisation away."""
    mean, std = (float(statistic) for statistic in data.statistics())
    return train(replace(how, model=lambda: nn.Sequential(RawPixels(mean, std, seed % 3), *how.model())), data, seed)


def shuffled(split: Split, seed: int) -> Split:
    """Labels permuted among the images."""
    order = torch.randperm(len(split), generator=torch.Generator().manual_seed(seed))
    return replace(split, labels=split.labels[order])


def shuffled_labels(how: Recipe, data: ImageData, seed: int) -> Run:
    """Training labels permuted, and for some seeds those for validation as well; or off by one image."""
    if seed % 3 == 2:
        return train(how, replace(data, train=replace(data.train, labels=data.train.labels.roll(1))), seed)
    valid = shuffled(data.valid, seed) if seed % 3 else data.valid
    return train(how, replace(data, train=shuffled(data.train, seed), valid=valid), seed)


class StubbornDropout(nn.Module):
    """Dropout by the function's default, whatever the mode."""

    def forward(self, images: Tensor) -> Tensor:
        """Drop half, always."""
        return dropout(images, 0.5)


def evaluation_mode(how: Recipe, data: ImageData, seed: int) -> Run:
    """Dropout or batch normalisation that does not obey, or does not follow, or a validation in training mode."""
    kind = seed % 4
    extra = {
        0: StubbornDropout,
        1: lambda: nn.BatchNorm1d(10, momentum=1e-4),
        2: lambda: nn.BatchNorm1d(10, track_running_stats=False),
        3: lambda: nn.Dropout(0.5),
    }[kind]
    run = train(replace(how, model=lambda: nn.Sequential(*how.model(), extra())), data, seed)
    if kind == 3:
        run.history.epochs["valid_loss"] = in_training_mode(run)
    return run


@torch.no_grad()
def in_training_mode(run: Run) -> float:
    """What a loop that forgets `model.eval()` writes down."""
    mean, std = (statistic.view(1, -1, 1, 1) for statistic in run.data.statistics())
    run.model.train()
    logits = run.model((run.data.valid.images.float() / 255 - mean) / std)
    return float(nn.functional.cross_entropy(logits, run.data.valid.labels))


def overfitting(how: Recipe, data: ImageData, seed: int) -> Run:
    """Three hundred images, for long."""
    few = replace(data, train=data.train[torch.arange(300)])
    return train(replace(how, epochs=60, batch_size=32), few, seed)


def underfitting(how: Recipe, data: ImageData, seed: int) -> Run:
    """A bottleneck of one or two units, or far too much weight decay."""
    if seed % 3 == 2:
        decayed = partial(how.optimizer, weight_decay=0.3 if "SGD" in str(how.optimizer) else 100.0)
        return train(replace(how, optimizer=decayed), data, seed)
    return train(replace(how, model=partial(mlp, hidden=(1 + seed % 3,)), epochs=25), data, seed)


def initial_scale(how: Recipe, data: ImageData, seed: int) -> Run:
    """The last layer's initial weights are thirty times too large."""

    def loud() -> nn.Module:
        model = how.model()
        with torch.no_grad():
            model[-1].weight.mul_(30)
        return model

    return train(replace(how, model=loud), data, seed)


def softmax_twice(how: Recipe, data: ImageData, seed: int) -> Run:
    """A softmax at the end of the model, and another in the loss."""
    return train(replace(how, model=lambda: nn.Sequential(*how.model(), nn.Softmax(1))), data, seed)


class Cut(nn.Module):
    """A `detach` left over."""

    def forward(self, images: Tensor) -> Tensor:
        """The same numbers, without their graph."""
        return images.detach()


def untrained_parameters(how: Recipe, data: ImageData, seed: int) -> Run:
    """The optimizer has the last layer alone, or a `detach` stands in the middle."""
    if seed % 2:
        return train(how, data, seed, optimized=lambda model: list(model[-1].parameters()))
    return train(replace(how, model=lambda: nn.Sequential(*how.model()[:-1], Cut(), how.model()[-1])), data, seed)


FAULTS: dict[str, Callable[[Recipe, ImageData, int], Run]] = {
    "shuffled labels": shuffled_labels,
    "unnormalised input": unnormalised_input,
    "softmax twice": softmax_twice,
    "untrained parameters": untrained_parameters,
    "evaluation mode": evaluation_mode,
    "initial scale": initial_scale,
    "exploding gradients": exploding_gradients,
    "vanishing gradients": vanishing_gradients,
    "dead ReLUs": dead_relus,
    "divergence": divergence,
    "rate too high": rate_too_high,
    "rate too low": rate_too_low,
    "plateau": plateau,
    "underfitting": underfitting,
    "overfitting": overfitting,
}
