import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, relu

from course_lib.diagnostics.signals import measure_signals
from course_lib.training.evaluation import Prepared


def batch_of(count: int = 64, features: int = 6) -> Prepared:
    generator = torch.Generator().manual_seed(0)
    return Prepared(3 + 2 * torch.randn(count, features, generator=generator), torch.arange(count) % 3)


class Functional(nn.Module):
    """Weights, a product and a ReLU without modules."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first = nn.Parameter(torch.randn(6, 5))
        self.second = nn.Parameter(torch.randn(5, 3))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return relu((inputs * 10) @ self.first) @ self.second


def as_modules(model: Functional, inplace: bool) -> nn.Sequential:
    modules = nn.Sequential(nn.Linear(6, 5, bias=False), nn.ReLU(inplace=inplace), nn.Linear(5, 3, bias=False))
    modules[0].weight = nn.Parameter(model.first.detach().T.clone() * 10)
    modules[2].weight = nn.Parameter(model.second.detach().T.clone())
    return modules


def test_the_gradient_at_each_layer_is_the_one_of_the_formula():
    model, batch = Functional(), batch_of()
    found = measure_signals(model, batch)
    hidden = batch.inputs * 10 @ model.first
    logits = relu(hidden) @ model.second
    above = (logits.softmax(1) - nn.functional.one_hot(batch.labels, 3)) / len(batch)
    below = (above @ model.second.T) * (hidden > 0)
    assert [name for name, _ in found.gradients] == ["first", "second"]
    assert found.gradients[0][1] == pytest.approx(float(below.detach().norm(dim=1).mean()), rel=1e-5)
    assert found.gradients[1][1] == pytest.approx(float(above.detach().norm(dim=1).mean()), rel=1e-5)
    assert found.loss == pytest.approx(float(cross_entropy(logits, batch.labels)), rel=1e-5)


@pytest.mark.parametrize("inplace", [False, True])
def test_modules_and_functions_are_seen_alike_also_in_place(inplace: bool):
    model = Functional()
    expected = measure_signals(model, batch_of())
    found = measure_signals(as_modules(model, inplace), batch_of())
    assert [norm for _, norm in found.gradients] == pytest.approx([norm for _, norm in expected.gradients], rel=1e-4)
    assert found.dead == expected.dead


def test_the_input_is_what_reaches_the_first_weights():
    batch = batch_of()
    found = measure_signals(Functional(), batch)
    assert found.input_mean == pytest.approx(10 * float(batch.inputs.mean()), rel=1e-5)
    assert found.input_std == pytest.approx(10 * float(batch.inputs.std()), rel=1e-5)


def test_dead_units_are_counted_by_layer_and_by_channel():
    linear, convolution = nn.Linear(4, 8), nn.Conv2d(1, 4, 1)
    with torch.no_grad():
        convolution.bias[:1] = -1e6
        linear.bias[:6] = -1e6
        linear.bias[6:] = 1e6
        convolution.bias[1:] = 1e6
    model = nn.Sequential(
        convolution, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear, nn.ReLU(), nn.Linear(8, 3)
    )
    inputs = torch.randn(20, 1, 5, 5)
    assert measure_signals(model, Prepared(inputs, torch.arange(20) % 3)).dead == (0.25, 0.75)


def test_parameters_that_the_loss_does_not_reach_are_named():
    model = Functional()
    model.spare = nn.Parameter(torch.ones(2, 2))
    assert measure_signals(model, batch_of()).without_gradient == ("spare",)
