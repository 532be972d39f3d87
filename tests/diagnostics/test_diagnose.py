"""Faults planted in tiny runs; how often they are found in runs of ordinary size, `benchmarks/diagnose.py` measures."""

import copy
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn.functional import dropout

from course_lib.data import ImageData
from course_lib.diagnostics import Report, diagnose
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.training import History, fit

LR = 0.05


class Apply(nn.Module):
    """Any function as a module."""

    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.function(inputs)


def plain() -> nn.Sequential:
    return mlp((1, 8, 10), hidden=(32,))


def deep(activation: Callable[[], nn.Module], gain: float) -> nn.Module:
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs in [80] + [32] * 9:
        layers += [nn.Linear(inputs, 32), activation()]
        nn.init.normal_(layers[-2].weight, std=gain / inputs**0.5)
    return nn.Sequential(*layers, nn.Linear(32, 10))


def killed() -> nn.Module:
    model = plain()
    nn.init.constant_(model[1].bias[:24], -1e3)
    return model


def unfollowed() -> nn.Module:
    """Running statistics that hardly follow the batches', of features whose mean is far from where they start."""
    flatten, below, relu, above = plain()
    return nn.Sequential(flatten, below, Apply(lambda x: x + 5), nn.BatchNorm1d(32, momentum=1e-5), relu, above)


def loud() -> nn.Module:
    model = plain()
    with torch.no_grad():
        model[-1].weight.mul_(100)
    return model


def diagnosed(
    data: ImageData,
    make: Callable[[], nn.Module] = plain,
    *,
    lr: float = LR,
    epochs: int = 3,
    batch_size: int = 50,
    fresh: bool = True,
) -> Report:
    torch.manual_seed(0)
    model = make()
    optimizer = SGD(model.parameters(), lr=lr)
    history = fit(model, data, optimizer, epochs=epochs, batch_size=batch_size)
    return diagnose(history, model, data, optimizer, fresh=make if fresh else None)


def test_a_healthy_run_has_no_findings(data: ImageData):
    report = diagnosed(data)
    assert list(report) == []
    assert report.skipped == ()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("unnormalised input", lambda: nn.Sequential(Apply(lambda x: 255 * x), *plain())),
        ("softmax twice", lambda: nn.Sequential(*plain(), nn.Softmax(1))),
        ("untrained parameters", lambda: nn.Sequential(*plain()[:3], Apply(torch.Tensor.detach), plain()[3])),
        ("evaluation mode", lambda: nn.Sequential(*plain(), Apply(lambda x: dropout(x, 0.2)))),
        ("evaluation mode", lambda: nn.Sequential(*plain(), nn.BatchNorm1d(10, track_running_stats=False))),
        ("evaluation mode", unfollowed),
        ("initial scale", loud),
        ("exploding gradients", lambda: deep(nn.Tanh, 10.0)),
        ("vanishing gradients", lambda: deep(nn.Sigmoid, 1.0)),
        ("dead ReLUs", killed),
    ],
)
def test_a_fault_planted_in_the_model_is_named_first(data: ImageData, name: str, make: Callable[[], nn.Module]):
    report = diagnosed(data, make)
    assert [finding.name for finding in report][:1] == [name]


def test_a_parameter_that_the_optimizer_does_not_have_is_named(data: ImageData):
    model = plain()
    optimizer = SGD(model[-1].parameters(), lr=LR)
    history = fit(model, data, optimizer)
    (finding,) = (found for found in diagnose(history, model, data, optimizer) if found.name == "untrained parameters")
    assert "1.weight, 1.bias" in finding.evidence


def test_labels_without_images_are_named_and_nothing_is_said_of_rates_and_capacity(data: ImageData):
    order = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(0))
    report = diagnosed(replace(data, train=replace(data.train, labels=data.train.labels[order])))
    assert [finding.name for finding in report][:1] == ["shuffled labels"]
    assert "overfitting" in dict(report.skipped)


def test_a_burst_is_named_and_what_needs_finite_weights_is_skipped_with_its_reason(data: ImageData):
    report = diagnosed(data, lr=1e6, fresh=False)
    assert "divergence" in report
    assert dict(report.skipped)["dead ReLUs"] == "needs finite weights"


def test_after_a_burst_fresh_weights_show_that_the_rate_was_too_high(data: ImageData):
    assert "rate too high" in diagnosed(data, lr=30.0)


def test_a_rate_far_too_low_is_named(data: ImageData):
    report = diagnosed(data, lr=LR / 1000)
    assert [finding.name for finding in report] == ["rate too low"]


def test_a_bottleneck_underfits(data: ImageData):
    report = diagnosed(data, lambda: mlp((1, 8, 10), hidden=(1,)), epochs=30)
    assert "underfitting" in report


def test_learning_by_rote_is_overfitting(data: ImageData):
    few = replace(data, train=data.train[torch.arange(100)])
    noisy = replace(few, train=replace(few.train, labels=(few.train.labels + torch.arange(100) % 3) % 10))
    assert "overfitting" in diagnosed(noisy, epochs=150, lr=0.1)


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


def test_a_diagnosis_gives_everything_back(data: ImageData):
    def make() -> nn.Module:
        return nn.Sequential(nn.Flatten(), nn.Linear(80, 10), nn.BatchNorm1d(10), nn.Dropout(0.1))

    torch.manual_seed(0)
    model = make()
    optimizer = SGD(model.parameters(), lr=LR, momentum=0.9)
    history = fit(model, data, optimizer)
    model.eval()
    before = everything(model, optimizer)
    diagnose(history, model, data, optimizer, fresh=make)
    np.testing.assert_equal(everything(model, optimizer), before)


def test_the_same_seed_gives_the_same_report(data: ImageData):
    assert diagnosed(data, killed) == diagnosed(data, killed)


def test_a_history_of_a_loop_of_ones_own_will_do(data: ImageData):
    model = plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    history = fit(model, data, optimizer)
    own = History(
        history.steps[["step", "epoch", "lr", "train_loss"]], history.epochs[["lr", "train_loss", "valid_loss"]]
    )
    assert diagnose(own, model, data, optimizer) == diagnose(history, model, data, optimizer)


def test_it_names_a_wrong_argument(data: ImageData):
    model = plain()
    optimizer = SGD(model.parameters(), lr=LR)
    empty = History(pd.DataFrame({"step": [], "epoch": [], "lr": [], "train_loss": []}), pd.DataFrame())
    with pytest.raises(ValueError, match="history must hold at least one step"):
        diagnose(empty, model, data, optimizer)
    few = replace(data, train=data.train[torch.arange(50)])
    with pytest.raises(ValueError, match="at least 100 training images to say anything, got 50"):
        diagnose(fit(model, few, optimizer), model, few, optimizer)
