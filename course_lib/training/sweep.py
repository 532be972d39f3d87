"""`sweep`: many settings times many seeds, side by side."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import joblib
import pandas as pd
import torch
from torch import nn
from torch.optim import Optimizer

from course_lib.data import ImageData
from course_lib.training.history import History
from course_lib.training.loop import fit
from course_lib.training.progress import progress_bar


@dataclass(frozen=True)
class Recipe:
    """How to train, without the seed: everything that a run is made from, as factories.

    Parameters
    ----------
    model : callable
        Makes a model with fresh weights.
    optimizer : callable
        Makes an optimizer from the model's parameters, e.g. ``partial(SGD, lr=0.1)``.
    schedule, momentum : callable, optional
        Step -> rate and step -> momentum, as in `fit`.
    epochs, batch_size : int
        As in `fit`.
    """

    model: Callable[[], nn.Module]
    optimizer: Callable[[Iterable[nn.Parameter]], Optimizer]
    schedule: Callable[[int], float] | None = None
    momentum: Callable[[int], float] | None = None
    epochs: int = 3
    batch_size: int = 128

    def run(self, data: ImageData, seed: int) -> tuple[nn.Module, History]:
        """Train once; the seed decides the initial weights and the order of the images.

        Two recipes that differ in the rate only start, with the same seed, from the same weights and see the images in
        the same order: their runs can be compared in pairs.
        """
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            model = self.model()
        history = fit(
            model,
            data,
            self.optimizer(model.parameters()),
            self.schedule,
            momentum=self.momentum,
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=seed,
        )
        return model, history


def sweep(
    recipes: Mapping[str, Recipe],
    data: ImageData,
    seeds: Iterable[int] = range(5),
    *,
    n_jobs: int | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Train each recipe with each seed, in processes of one thread each.

    Parameters
    ----------
    recipes : mapping of str to Recipe
        The settings, by the name that they have in the table.
    data : ImageData
        What all of them train on.
    seeds : iterable of int
        One run a recipe and seed.
    n_jobs : int, optional
        Processes; the number of cores when left out. The table does not depend on it, but for `seconds`.
    progress : bool
        Show a bar, in a terminal or a notebook.

    Returns
    -------
    DataFrame
        One row a setting, seed and epoch: `setting`, `seed`, the columns of `History.epochs`, and `diverged`. A run
        that diverged has no rows after the epoch in which it did.

    Raises
    ------
    ValueError
        When there is no recipe or no seed.

    Examples
    --------
    >>> from functools import partial
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> recipes = {f"lr={lr}": Recipe(mlp, partial(SGD, lr=lr), epochs=1) for lr in (0.01, 0.1)}
    >>> table = sweep(recipes, load("fashion-mini").hold_out(2000), seeds=[0, 1])
    >>> table.groupby("setting")["seed"].count().to_dict()
    {'lr=0.01': 2, 'lr=0.1': 2}
    """
    runs = list(itertools.product(recipes, seeds))
    if not runs:
        raise ValueError("sweep needs at least one recipe and one seed")
    parallel = joblib.Parallel(n_jobs=n_jobs or joblib.cpu_count(), return_as="generator")
    tasks = (joblib.delayed(_run)(name, recipes[name], data, seed) for name, seed in runs)
    tables: list[pd.DataFrame] = []
    with progress_bar(len(runs), progress, label="sweep") as (advance, _):
        for table in parallel(tasks):
            tables.append(table)
            advance()
    return pd.concat(tables, ignore_index=True)


def _run(name: str, recipe: Recipe, data: ImageData, seed: int) -> pd.DataFrame:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a process a core: more threads would only wait for each other
    try:
        _, history = recipe.run(data, seed)
    finally:
        torch.set_num_threads(threads)
    label: dict[str, Any] = {"setting": name, "seed": seed}
    return history.epochs.assign(**label, diverged=history.diverged)[
        ["setting", "seed", *history.epochs.columns, "diverged"]
    ]
