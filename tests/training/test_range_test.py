import copy
import random
from collections.abc import Callable

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


def bursting(model: nn.Module, after: int, error: type[BaseException]) -> nn.Module:
    """The model, raising in its forward pass number `after`."""
    calls = iter(range(after))

    def burst(*_):
        if next(calls, None) is None:
            raise error

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


@pytest.mark.parametrize("ending", ["completed", "diverged", "raised", "interrupted"])
@pytest.mark.parametrize("trained", [False, True])
def test_a_range_test_gives_everything_back(data: ImageData, trained: bool, ending: str):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Dropout(0.1), nn.Linear(192, 10))
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9)
    if trained:
        fit(model, data, optimizer)
    model.eval()
    before = everything(model, optimizer)
    if ending in ("raised", "interrupted"):
        error = BurstError if ending == "raised" else KeyboardInterrupt
        with pytest.raises(error):
            range_test(bursting(model, 7, error), data, optimizer, steps=30)
    else:
        result = range_test(model, data, optimizer, steps=30, end_lr=1e8 if ending == "diverged" else 1e-3)
        assert (result.divergence_lr is not None) == (ending == "diverged")
    np.testing.assert_equal(everything(model, optimizer), before)


def test_training_after_a_range_test_is_the_training_without_one(data: ImageData):
    results = []
    for tested in (False, True):
        model = model_of()
        optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
        if tested:
            range_test(model, data, optimizer, steps=30)
        results.append(fit(model, data, optimizer).steps["train_loss"])
    assert results[0].equals(results[1])


def test_the_suggestion_lies_below_the_edge_and_trains(data: ImageData):
    model = model_of()
    result = range_test(model, data, SGD(model.parameters(), lr=1.0), end_lr=100, steps=100, batch_size=50)
    assert result.suggestion < result.lowest_lr < result.divergence_lr
    assert result.base_lr < result.suggestion
    assert result.base_lr < result.max_lr < result.divergence_lr
    assert 0 < result.confidence <= 1
    history = fit(model, data, SGD(model.parameters(), lr=result.suggestion), epochs=8, batch_size=50)
    assert history.epochs["valid_accuracy"].iloc[-1] > 0.8


def test_no_suggestion_where_the_loss_was_still_falling_at_the_end(data: ImageData):
    model = model_of()
    result = range_test(model, data, SGD(model.parameters(), lr=1.0), end_lr=0.05, steps=100)
    assert result.suggestion is None
    assert result.divergence_lr is None


@pytest.mark.parametrize(("ramp", "gaps"), [("exponential", np.log), ("linear", np.asarray)])
def test_the_rate_rises_as_asked_and_ends_where_asked(data: ImageData, ramp: str, gaps: Callable):
    model = model_of()
    result = range_test(
        model, data, SGD(model.parameters(), lr=1.0), start_lr=1e-4, end_lr=0.01, steps=20, ramp=ramp, repeats=1
    )
    rates = result.table["lr"].to_numpy()
    assert (rates[0], rates[-1]) == pytest.approx((1e-4, 0.01), rel=1e-12)
    np.testing.assert_allclose(np.diff(gaps(rates)), np.diff(gaps(rates))[0], rtol=1e-9)


def test_losses_and_accuracies_are_those_of_a_loop_written_out(data: ImageData):
    model = model_of()
    result = range_test(
        model, data, SGD(model.parameters(), lr=1.0), start_lr=0.01, end_lr=0.1, steps=12, repeats=1, seed=3
    )
    mean, std = data.statistics()
    inputs = (data.train.images.float() / 255 - mean) / std
    order = torch.Generator().manual_seed(3)
    batches = [b for _ in range(2) for b in torch.randperm(800, generator=order).split(128)]
    losses, accuracies = [], []
    for lr, batch in zip(np.geomspace(0.01, 0.1, 12), batches, strict=False):
        logits = model(inputs[batch])
        loss = torch.nn.functional.cross_entropy(logits, data.train.labels[batch])
        grads = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for param, grad in zip(model.parameters(), grads, strict=True):
                param -= lr * grad
        losses.append(loss.item())
        accuracies.append((logits.argmax(1) == data.train.labels[batch]).float().mean().item())
    np.testing.assert_allclose(result.table["loss"], losses, rtol=1e-5)
    np.testing.assert_allclose(result.table["accuracy"], accuracies, atol=1e-6)


def test_the_seed_alone_decides_what_a_range_test_draws(data: ImageData):
    model = nn.Sequential(model_of(), nn.Dropout(0.5))
    losses = []
    for global_seed in (1, 2):
        torch.manual_seed(global_seed)
        result = range_test(model, data, SGD(model.parameters(), lr=1.0), steps=10, repeats=2)
        losses.append(result.table["loss"])
    assert losses[0].equals(losses[1])


def test_a_float64_model_is_tested_in_float64(data: ImageData):
    model = model_of().double()
    types = []
    model[-1].register_forward_hook(lambda _, __, logits: types.append(logits.dtype))
    range_test(model, data, SGD(model.parameters(), lr=1.0), steps=10, repeats=1)
    assert set(types) == {torch.float64}


def test_a_scaler_scales_the_steps_and_comes_back_as_it_was(data: ImageData):
    model = model_of()
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**30)  # overflows float16: the scaler must skip steps and halve
    scales = []
    model.register_forward_pre_hook(lambda *_: scales.append(scaler.get_scale()))
    optimizer = SGD(model.parameters(), lr=1.0)
    range_test(model, data, optimizer, steps=30, repeats=1, precision="float16", scaler=scaler)
    assert scales[-1] < scales[0] == 2.0**30
    assert scaler.get_scale() == 2.0**30


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_a_lower_precision_is_what_the_model_computes_in(data: ImageData, precision: str):
    model = model_of()
    types = []
    model[-1].register_forward_hook(lambda _, __, logits: types.append(logits.dtype))
    range_test(model, data, SGD(model.parameters(), lr=1.0), steps=10, repeats=1, precision=precision)
    assert set(types) == {getattr(torch, precision)}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start_lr": 0.0}, "start_lr must lie between 0 and end_lr"),
        ({"start_lr": 20.0}, "start_lr must lie between 0 and end_lr"),
        ({"steps": 5}, "steps must be at least 10, got 5"),
        ({"repeats": 0}, "repeats must be at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"ramp": "log"}, "ramp must be 'exponential' or 'linear', got 'log'"),
        ({"precision": "half"}, "precision must be 'full', 'bfloat16' or 'float16', got 'half'"),
    ],
)
def test_a_range_test_names_a_wrong_argument(data: ImageData, options: dict, message: str):
    model = model_of()
    with pytest.raises(ValueError, match=message):
        range_test(model, data, SGD(model.parameters(), lr=1.0), **options)
