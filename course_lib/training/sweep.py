"""`sweep`: many settings times many seeds, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import joblib
import pandas as pd
import torch

from course_lib.data import ImageData
from course_lib.training.evaluation import dtype_of
from course_lib.training.history import History
from course_lib.training.progress import progress_bar
from course_lib.training.recipe import Recipe
from course_lib.training.results import Results
from course_lib.training.stacked import fit_stacked, stackable

Run = tuple[str, int]
"""A setting's name and a seed."""


def sweep(
    recipes: Mapping[str, Recipe],
    data: ImageData,
    seeds: Iterable[int] = range(5),
    *,
    n_jobs: int | None = None,
    results: str | Path | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Train each recipe with each seed, in processes of one thread each.

    Runs of small fully connected networks that differ in rate, schedule, optimizer or seed are trained as one, which
    is faster and the same to rounding; on a GPU those of small convolutional ones as well. Within
    ``joblib.parallel_config("dask")`` the processes are those of a Dask cluster.

    Parameters
    ----------
    recipes : mapping of str to Recipe
        The settings, by the name that they have in the table.
    data : ImageData
        What all of them train on.
    seeds : iterable of int
        One run a recipe and seed.
    n_jobs : int, optional
        Processes; when left out, one a core (of this machine or of the cluster), or one alone where there is a GPU.
        But for rounding, and for `seconds`, the table does not depend on it.
    results : path, optional
        A folder that keeps each run's rows as soon as it is finished. A sweep that was cut off goes on from there and
        trains nothing twice; one with other recipes, data or seeds takes from it what it shares.
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
        When there is no recipe or no seed, or `results` is given and a recipe cannot be told from others by what it is
        made of (a lambda, a function within a function).

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
    seeds = list(seeds)
    runs = [(name, seed) for name in recipes for seed in seeds]
    if not runs:
        raise ValueError("sweep needs at least one recipe and one seed")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    n_jobs = n_jobs or (1 if device.type == "cuda" else joblib.effective_n_jobs(-1))
    kept = None if results is None else Results(Path(results), data)
    tables: dict[Run, pd.DataFrame] = {}
    if kept is not None:
        for name, seed in runs:
            if (table := kept.read(name, recipes[name], seed)) is not None:
                tables[name, seed] = table
    missing = [run for run in runs if run not in tables]
    parallel = joblib.Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    tasks = (
        joblib.delayed(_train)([(name, recipes[name], seed) for name, seed in group], data, device)
        for group in _groups(missing, recipes, n_jobs, device)
    )
    with progress_bar(len(runs), progress, label="sweep", done=len(tables)) as (advance, _):
        for finished in parallel(tasks):
            for (name, seed), table in finished.items():
                tables[name, seed] = table
                if kept is not None:
                    kept.write(name, recipes[name], seed, table)
                advance()
    return pd.concat([tables[run] for run in runs], ignore_index=True)


def _groups(runs: list[Run], recipes: Mapping[str, Recipe], n_jobs: int, device: torch.device) -> list[list[Run]]:
    """Runs that are to be trained as one; those that cannot be are groups of one."""
    kinds: dict[str, object] = {}
    for name in dict(runs):
        recipe, model = recipes[name], recipes[name].build(seed=0)
        if stackable(recipe, model, device):
            kinds[name] = (repr(model), dtype_of(model), recipe.epochs, recipe.batch_size)
    alike: dict[object, list[Run]] = {}
    for name, seed in runs:
        alike.setdefault(kinds.get(name, (name, seed)), []).append((name, seed))
    groups: list[list[Run]] = []
    for members in alike.values():
        count = min(n_jobs, len(members))
        groups += [members[start::count] for start in range(count)]
    return groups


def _train(group: list[tuple[str, Recipe, int]], data: ImageData, device: torch.device) -> dict[Run, pd.DataFrame]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a process a core: more threads would only wait for each other
    try:
        if len(group) == 1:
            histories = [recipe.run(data, seed)[1] for _, recipe, seed in group]
        else:
            histories = fit_stacked([(recipe, seed) for _, recipe, seed in group], data, device)
    finally:
        torch.set_num_threads(threads)
    return {(name, seed): _rows(name, seed, h) for (name, _, seed), h in zip(group, histories, strict=True)}


def _rows(name: str, seed: int, history: History) -> pd.DataFrame:
    return history.epochs.assign(setting=name, seed=seed, diverged=history.diverged)[
        ["setting", "seed", *history.epochs.columns, "diverged"]
    ]
