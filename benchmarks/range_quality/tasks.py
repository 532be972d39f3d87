"""The 48 tasks: two data sets, four networks, three optimizers, two batch sizes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer

from course_lib.data import ImageData, load
from course_lib.optimizers import SGD, Adam

TRAINING_IMAGES = 3000
EPOCHS = 3
SEEDS = (0, 1, 2)
SCHEDULES = ("constant", "one-cycle")
RATES_A_GRID = 10
FACTOR = 2.5

WIDTH = 8


def _mlp(shape: tuple[int, int, int]) -> list[nn.Module]:
    return [nn.Flatten(), nn.Linear(prod(shape), 128), nn.ReLU(), nn.Linear(128, 10)]


def _convolution(inputs: int, outputs: int, norm: bool = False, pool: bool = False) -> list[nn.Module]:
    layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, 3, padding=1)]
    layers += [nn.BatchNorm2d(outputs)] if norm else []
    layers += [nn.ReLU()]
    return layers + ([nn.MaxPool2d(2)] if pool else [])


def _cnn(shape: tuple[int, int, int], norm: bool = False) -> list[nn.Module]:
    features = [*_convolution(shape[0], WIDTH, norm, pool=True), *_convolution(WIDTH, 2 * WIDTH, norm, pool=True)]
    return [*features, nn.Flatten(), nn.Linear(2 * WIDTH * (shape[1] // 4) * (shape[2] // 4), 10)]


def _deep_cnn(shape: tuple[int, int, int]) -> list[nn.Module]:
    features = [
        *_convolution(shape[0], WIDTH, pool=True),
        *_convolution(WIDTH, 2 * WIDTH),
        *_convolution(2 * WIDTH, 2 * WIDTH, pool=True),
        *_convolution(2 * WIDTH, 2 * WIDTH),
        *_convolution(2 * WIDTH, 2 * WIDTH),
    ]
    return [*features, nn.Flatten(), nn.Linear(2 * WIDTH * (shape[1] // 4) * (shape[2] // 4), 10)]


MODELS: dict[str, Callable[[tuple[int, int, int]], list[nn.Module]]] = {
    "mlp": _mlp,
    "cnn": _cnn,
    "cnn-bn": partial(_cnn, norm=True),
    "deep-cnn": _deep_cnn,
}
OPTIMIZERS: dict[str, Callable[[Iterable[nn.Parameter], float], Optimizer]] = {
    "sgd": lambda params, lr: SGD(params, lr=lr),
    "momentum": lambda params, lr: SGD(params, lr=lr, momentum=0.9),
    "adam": lambda params, lr: Adam(params, lr=lr),
}
LOWEST_RATE = {"sgd": 2e-3, "momentum": 5e-4, "adam": 1e-4}
DATA = ("fashion-mnist", "cifar10")
BATCH_SIZES = (32, 128)


@dataclass(frozen=True)
class Task:
    """One combination, and which half of the tasks it belongs to.

    The halves are the two colours of a chessboard over the four factors, so that each level of each factor is in both
    equally often. The rule was fixed before any run.
    """

    data: str
    model: str
    optimizer: str
    batch_size: int
    half: str

    @property
    def name(self) -> str:
        """The task's name in files and tables."""
        return f"{self.data}_{self.model}_{self.optimizer}_{self.batch_size}"

    @property
    def rates(self) -> list[float]:
        """The grid of rates, evenly spaced in the logarithm."""
        return [float(f"{rate:.6g}") for rate in LOWEST_RATE[self.optimizer] * FACTOR ** np.arange(RATES_A_GRID)]

    def make_model(self, shape: tuple[int, int, int], seed: int) -> nn.Module:
        """A fresh network: 2x2 means of the image (which makes thousands of runs affordable), then the layers.

        The deep network has the initial weights of He et al. 2015.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            channels, height, width = shape
            model = nn.Sequential(nn.AvgPool2d(2), *MODELS[self.model]((channels, height // 2, width // 2)))
            if self.model == "deep-cnn":  # torch's initial weights let the signal fade through five convolutions
                for layer in model:
                    if isinstance(layer, nn.Conv2d):
                        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            return model

    def make_optimizer(self, model: nn.Module, lr: float) -> Optimizer:
        """A fresh optimizer over the network's parameters."""
        return OPTIMIZERS[self.optimizer](model.parameters(), lr)


def all_tasks() -> list[Task]:
    """All 48, those of the development half first."""
    tasks = []
    for places in itertools.product(*(range(len(f)) for f in (DATA, MODELS, OPTIMIZERS, BATCH_SIZES))):
        data, model, optimizer, batch = places
        half = "report" if sum(places) % 2 else "development"
        tasks.append(
            Task(DATA[data], list(MODELS)[model], list(OPTIMIZERS)[optimizer], BATCH_SIZES[batch], half),
        )
    return sorted(tasks, key=lambda task: task.half)


def load_data(cifar: Path) -> dict[str, ImageData]:
    """Both data sets: 3,000 training images each, as many of each class, and all 10,000 test images."""
    whole = {"fashion-mnist": load("fashion-mnist"), "cifar10": load("cifar10", cifar)}
    return {name: replace(data, train=data.hold_out(TRAINING_IMAGES, seed=0).valid) for name, data in whole.items()}
