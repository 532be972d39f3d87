import copy
import random

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.data import ImageData
from course_lib.optimizers import SGD
from course_lib.training import fit, range_test
from tests.training.conftest import model_of


class BurstError(Exception):
    pass


def bursting(model: nn.Module, after: int) -> nn.Module:
    """The model, raising in its forward pass number `after`."""
    calls = iter(range(after))

    def burst(*_):
        if next(calls, None) is None:
            raise BurstError

    model.register_forward_pre_hook(burst)
    return model


def everything(model: nn.Module, optimizer: torch.optim.Optimizer) -> list:
    velocities = [optimizer.state[param].get("momentum_buffer") for param in model.parameters()]
    gradients = [param.grad for param in model.parameters()]
    tensors = [*model.state_dict().values(), *velocities, *gradients, torch.random.get_rng_state()]
    return [
        [None if tensor is None else tensor.numpy().copy() for tensor in tensors],
        [module.training for module in model.modules()],
        copy.deepcopy(optimizer.state_dict()["param_groups"]),
        random.getstate(),
        np.random.get_state(),
    ]


@pytest.mark.parametrize("ending", ["completed", "diverged", "raised"])
@pytest.mark.parametrize("trained", [False, True])
def test_a_range_test_gives_everything_back(data: ImageData, trained: bool, ending: str):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Dropout(0.1), nn.Linear(192, 10))
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9)
    if trained:
        fit(model, data, optimizer)
    model.eval()
    before = everything(model, optimizer)
    if ending == "raised":
        with pytest.raises(BurstError):
            range_test(bursting(model, after=7), data, optimizer)
    else:
        result = range_test(model, data, optimizer, end_lr=1e8 if ending == "diverged" else 0.01)
        assert (result.divergence_lr is not None) == (ending == "diverged")
    np.testing.assert_equal(everything(model, optimizer), before)


def test_training_after_a_range_test_is_the_training_without_one(data: ImageData):
    results = []
    for tested in (False, True):
        model = model_of()
        optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
        if tested:
            range_test(model, data, optimizer)
        results.append(fit(model, data, optimizer).steps["train_loss"])
    assert results[0].equals(results[1])


def test_the_suggestion_lies_below_the_edge_and_trains(data: ImageData):
    model = model_of()
    result = range_test(model, data, SGD(model.parameters(), lr=1.0), end_lr=100, batch_size=50)
    assert result.suggestion < result.lowest_lr < result.divergence_lr
    assert result.table["lr"].iloc[-1] == result.divergence_lr
    history = fit(model, data, SGD(model.parameters(), lr=result.suggestion), epochs=8, batch_size=50)
    assert history.epochs["valid_accuracy"].iloc[-1] > 0.8


def test_no_suggestion_where_the_loss_was_still_falling_at_the_end(data: ImageData):
    model = model_of()
    result = range_test(model, data, SGD(model.parameters(), lr=1.0), end_lr=0.05)
    assert result.suggestion is None
    assert result.divergence_lr is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start_lr": 0.0}, "start_lr must lie between 0 and end_lr"),
        ({"start_lr": 20.0}, "start_lr must lie between 0 and end_lr"),
        ({"steps": 5}, "steps must be at least 10, got 5"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
    ],
)
def test_a_range_test_names_a_wrong_argument(data: ImageData, options: dict, message: str):
    model = model_of()
    with pytest.raises(ValueError, match=message):
        range_test(model, data, SGD(model.parameters(), lr=1.0), **options)
