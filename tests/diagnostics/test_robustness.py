import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.data import ImageData
from course_lib.diagnostics import corrupt_labels, input_noise_curve, label_noise_curve, weight_noise_curve
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.training import Recipe, evaluate

LEVELS = [0.0, 1.0, 2.0]


def linear_of_two_classes(data: ImageData) -> tuple[nn.Module, ImageData]:
    """Column 0 against column 1, with a fixed linear classifier; and the images of these two classes."""
    keep = data.test.labels < 2
    images = replace(data, test=data.test[keep])
    model = mlp((1, 8, 10), classes=2, hidden=())
    torch.manual_seed(0)
    weight = torch.zeros(2, 1, 8, 10)
    weight[0, :, :, 0] = weight[1, :, :, 1] = 0.1
    with torch.no_grad():
        model[1].weight.copy_(weight.flatten(1) + 0.02 * torch.randn(2, 80))
        model[1].bias.zero_()
    return model, images


def margins(model: nn.Module, data: ImageData) -> tuple[torch.Tensor, torch.Tensor]:
    """Signed margin of each image, and the classifier's direction."""
    mean, std = data.statistics()
    inputs = ((data.test.images.float() / 255 - mean) / std).flatten(1)
    direction = (model[1].weight[0] - model[1].weight[1]).detach()
    return torch.where(data.test.labels == 0, 1, -1) * (inputs @ direction), direction


@pytest.mark.parametrize("kind", ["input", "weight"])
def test_noise_on_a_linear_classifier_gives_the_accuracy_of_theory(data: ImageData, kind: str):
    model, images = linear_of_two_classes(data)
    margin, direction = margins(model, images)
    seeds = range(200)
    if kind == "input":
        table = input_noise_curve(model, images, LEVELS, seeds=seeds)
        spread = direction.norm()
    else:
        # Each weight has noise of its own: the margin's variance is the sum of x^2 (w0^2 + w1^2).
        table = weight_noise_curve(model, images, LEVELS, seeds=seeds)
        mean, std = images.statistics()
        inputs = ((images.test.images.float() / 255 - mean) / std).flatten(1)
        spread = (inputs.square() @ model[1].weight.detach().square().sum(0)).sqrt()
    for level in LEVELS[1:]:
        expected = float((0.5 * (1 + torch.erf(margin / (level * spread) / math.sqrt(2)))).mean())
        assert 0.55 < expected < 0.999
        rows = table[table["level"] == level]["accuracy"]
        assert rows.mean() == pytest.approx(expected, abs=4 * rows.std() / math.sqrt(len(seeds)) + 1e-6)


@pytest.mark.parametrize("curve", [input_noise_curve, weight_noise_curve])
def test_no_noise_is_the_plain_evaluation_and_the_model_comes_back(data: ImageData, curve):
    torch.manual_seed(0)
    model = mlp((1, 8, 10), hidden=(16,))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    table = curve(model, data, LEVELS, seeds=[3, 4])
    assert list(table.columns) == ["perturbation", "level", "seed", "loss", "accuracy"]
    assert len(table) == 6
    np.testing.assert_allclose(table.loc[table["level"] == 0, ["loss", "accuracy"]], [evaluate(model, data)] * 2)
    assert table.loc[table["level"] == 2, "loss"].nunique() == 2
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert model.training


def test_training_on_wrong_labels_is_scored_on_right_ones(data: ImageData):
    recipe = Recipe(partial(mlp, (1, 8, 10), hidden=()), partial(SGD, lr=0.05), epochs=3)
    table = label_noise_curve(recipe, data, [0.0, 1.0], seeds=[0]).set_index("level")
    model, _ = recipe.run(data, 0)
    assert table.at[0.0, "accuracy"] == evaluate(model, data)[1] > 0.8
    assert table.at[1.0, "accuracy"] < 0.1  # always told that the right label is wrong


def test_wrong_labels_are_wrong_and_spread_evenly_and_grow_with_the_fraction(data: ImageData):
    truth = data.train.labels
    few, many = (corrupt_labels(data.train, fraction, 0, 10).labels for fraction in (0.25, 1.0))
    assert int((few != truth).sum()) == 200
    assert bool((few[few != truth] == many[few != truth]).all())
    assert bool((many != truth).all())
    assert torch.bincount((many - truth) % 10, minlength=10)[1:].min() > 60


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data, model: input_noise_curve(model, data, [-1.0]), "levels must be finite and at least 0, got -1.0"),
        (lambda data, model: input_noise_curve(model, data, []), "must each hold at least one"),
        (lambda data, model: corrupt_labels(data.train, 1.5, 0, 10), "fraction must lie between 0 and 1, got 1.5"),
        (lambda data, model: corrupt_labels(data.train, 0.5, 0, 1), "classes must be at least 2, got 1"),
    ],
)
def test_a_wrong_argument_is_named(data: ImageData, call, message: str):
    with pytest.raises(ValueError, match=message):
        call(data, mlp((1, 8, 10)))
