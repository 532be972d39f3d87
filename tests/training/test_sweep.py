from functools import partial

import pytest

from course_lib.data import ImageData
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.training import Recipe, sweep


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
