from dataclasses import replace
from functools import partial

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from course_lib.data import ImageData
from course_lib.models import mlp
from course_lib.optimizers import SGD, Adam
from course_lib.schedules import OneCycle
from course_lib.training import Recipe, sweep
from course_lib.training.stacked import fit_stacked, stackable
from tests.conftest import needs_package


def recipe(lr: float, **options) -> Recipe:
    return Recipe(partial(mlp, (1, 8, 10), hidden=(8,)), partial(SGD, lr=lr), **({"epochs": 2} | options))


def test_a_sweep_is_a_row_a_setting_seed_and_epoch_the_same_for_any_number_of_processes(data: ImageData):
    recipes = {"slow": recipe(0.001), "fast": recipe(0.1)}
    one = sweep(recipes, data, seeds=iter([3, 4]), n_jobs=1)
    two = sweep(recipes, data, seeds=[3, 4], n_jobs=2)
    assert one.drop(columns="seconds").equals(two.drop(columns="seconds"))
    assert one[["setting", "seed", "epoch"]].values.tolist() == [
        [setting, seed, epoch] for setting in recipes for seed in (3, 4) for epoch in (1, 2)
    ]
    assert one.query("setting == 'fast'")["valid_loss"].mean() < one.query("setting == 'slow'")["valid_loss"].mean()


def test_settings_of_one_seed_start_from_the_same_weights_and_images(data: ImageData):
    first, second = (recipe(lr).run(data, seed=5)[1].steps["train_loss"][0] for lr in (0.001, 0.1))
    other = recipe(0.1).run(data, seed=6)[1].steps["train_loss"][0]
    assert first == second != other


def test_a_diverged_run_says_so_in_the_sweeps_table(data: ImageData):
    table = sweep({"wild": recipe(1e8)}, data, seeds=[0], n_jobs=1)
    assert table["diverged"].all()
    assert len(table) == 1


def test_an_empty_sweep_is_refused(data: ImageData):
    with pytest.raises(ValueError, match="at least one recipe and one seed"):
        sweep({}, data)


def test_the_options_of_a_recipe_reach_fit(data: ImageData):
    plain, smoothed = (recipe(0.1, options=options) for options in ({}, {"label_smoothing": 0.5}))
    assert plain.run(data, 0)[1].steps["train_loss"][0] != smoothed.run(data, 0)[1].steps["train_loss"][0]


RECIPES = {
    "plain": recipe(0.1, epochs=3, batch_size=150),
    "momentum": Recipe(partial(mlp, (1, 8, 10), hidden=(8,)), partial(SGD, lr=0.05, momentum=0.9), batch_size=150),
    "adam": Recipe(partial(mlp, (1, 8, 10), hidden=(8,)), partial(Adam, lr=0.01), batch_size=150),
    "cycle": recipe(0.1, epochs=3, batch_size=150, schedule=OneCycle(0.2, total_steps=18)),
    "momentum cycle": Recipe(
        partial(mlp, (1, 8, 10), hidden=(8,)),
        partial(SGD, lr=0.05, momentum=0.9),
        momentum=OneCycle(0.2, total_steps=18).momentum(),
        batch_size=150,
    ),
    "wild": recipe(1e9, epochs=3, batch_size=150),
}


@pytest.mark.parametrize("part", ["train", "valid"])
def test_runs_that_are_stacked_are_the_runs_alone(data: ImageData, part: str):
    if part == "train":  # no validation images
        data = replace(data, valid=None)
    runs = [(recipe, seed) for recipe in RECIPES.values() for seed in (0, 7)]
    assert all(stackable(recipe, recipe.build(0), torch.device("cpu")) for recipe, _ in runs)
    for (recipe_, seed), stacked in zip(runs, fit_stacked(runs, data, torch.device("cpu")), strict=True):
        alone = recipe_.run(data, seed)[1]
        assert stacked.diverged_at == alone.diverged_at
        # What has burst differs in its bits; up to there, everything agrees.
        steps = slice(None, alone.diverged_at)
        pd.testing.assert_frame_equal(stacked.steps[steps], alone.steps[steps], rtol=1e-3, atol=1e-5)
        if not alone.diverged:
            epochs = [history.epochs.drop(columns="seconds") for history in (stacked, alone)]
            pd.testing.assert_frame_equal(*epochs, rtol=1e-3, atol=0.006)  # an image or two of 200 at the border


def test_what_a_stack_would_treat_differently_is_trained_alone():
    for model in (nn.Dropout, partial(nn.BatchNorm1d, 4), partial(nn.Conv2d, 1, 1, 3)):
        whole = Recipe(lambda kind=model: nn.Sequential(nn.Linear(4, 4), kind()), SGD)
        assert not stackable(whole, whole.build(0), torch.device("cpu"))
    frozen = Recipe(lambda: nn.Sequential(nn.Linear(4, 4).requires_grad_(False), nn.Linear(4, 4)), SGD)
    assert not stackable(frozen, frozen.build(0), torch.device("cpu"))
    smoothed = recipe(0.1, options={"label_smoothing": 0.1})
    assert not stackable(smoothed, smoothed.build(0), torch.device("cpu"))


class KillError(Exception):
    pass


def test_a_sweep_that_was_cut_off_goes_on_and_trains_nothing_twice(data: ImageData, tmp_path, monkeypatch):
    recipes = {"small": recipe(0.1, options={"ema": 0.5}), "large": recipe(1.0, options={"ema": 0.5})}
    trained = []

    def counting(limit: int | None):
        def run(self: Recipe, data: ImageData, seed: int):
            if len(trained) == limit:
                raise KillError
            trained.append((self.optimizer.keywords["lr"], seed))
            return original(self, data, seed)

        return run

    original = Recipe.run
    monkeypatch.setattr(Recipe, "run", counting(limit=3))
    with pytest.raises(KillError):
        sweep(recipes, data, seeds=[0, 1], n_jobs=1, results=tmp_path / "runs")
    monkeypatch.setattr(Recipe, "run", counting(limit=None))
    table = sweep(recipes, data, seeds=[0, 1], n_jobs=1, results=tmp_path / "runs")
    assert sorted(trained) == [(0.1, 0), (0.1, 1), (1.0, 0), (1.0, 1)]
    pd.testing.assert_frame_equal(
        table.drop(columns="seconds"), sweep(recipes, data, seeds=[0, 1], n_jobs=1).drop(columns="seconds")
    )
    # Another name for the same recipe, a seed more, and other data: only what is new is trained.
    trained.clear()
    renamed = sweep({"other": recipes["small"]}, data, seeds=[0, 2], n_jobs=1, results=tmp_path / "runs")
    assert set(renamed["setting"]) == {"other"}
    assert trained == [(0.1, 2)]
    sweep({"small": recipes["small"]}, data.hold_out(100), seeds=[0], n_jobs=1, results=tmp_path / "runs")
    assert trained == [(0.1, 2), (0.1, 0)]


def test_a_recipe_that_cannot_be_told_from_others_is_refused_where_results_are_kept(data: ImageData, tmp_path):
    with pytest.raises(ValueError, match="results needs recipes made of named functions"):
        sweep({"a": Recipe(lambda: mlp((1, 8, 10)), partial(SGD, lr=0.1))}, data, n_jobs=1, results=tmp_path)


@pytest.mark.slow
@needs_package("distributed")
def test_a_dask_cluster_of_two_workers_gives_the_same_table(data: ImageData):
    import distributed

    recipes = {"slow": recipe(0.001, options={"ema": 0.5}), "fast": recipe(0.1, options={"ema": 0.5})}
    alone = sweep(recipes, data, seeds=[3, 4], n_jobs=1)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        together = sweep(recipes, data, seeds=[3, 4])
    assert together.drop(columns="seconds").equals(alone.drop(columns="seconds"))


def test_networks_of_one_shape_and_two_precisions_are_stacked_apart(data: ImageData):
    def double() -> nn.Module:
        return mlp((1, 8, 10), hidden=(8,)).double()

    recipes = {"single": recipe(0.1), "double": Recipe(double, partial(SGD, lr=0.1), epochs=2)}
    table = sweep(recipes, data, seeds=[0, 1], n_jobs=1)
    ends = table[table["epoch"] == 2].pivot(index="seed", columns="setting", values="valid_loss")
    np.testing.assert_allclose(ends["single"], ends["double"], rtol=1e-3)
    assert (ends["single"] != ends["double"]).all()
