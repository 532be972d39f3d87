import numpy as np
import pytest
import torch

from course_lib.data import ImageData
from course_lib.diagnostics import gradient_noise_scale, noise_scale
from course_lib.models import mlp

GRADIENT = torch.tensor([1.0, 2.0, -2.0]).double()  # |G|^2 = 9
DEVIATIONS = torch.tensor([3.0, 1.0, 5.0]).double()  # trace of the covariance = 35


def batches(count: int, batch_size: int, seed: int) -> torch.Tensor:
    """Mean gradients of batches, each example's with this mean and covariance."""
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(count, batch_size, 3, generator=generator, dtype=torch.float64).mean(1)
    return GRADIENT + DEVIATIONS * noise


@pytest.mark.parametrize("batch_size", [1, 8])
def test_both_estimates_are_unbiased_for_a_known_mean_and_covariance(batch_size: int):
    found = [noise_scale(batches(20, batch_size, seed), batch_size) for seed in range(2000)]
    signals = np.array([one.squared_gradient for one in found])
    traces = np.array([one.covariance_trace for one in found])
    assert abs(signals.mean() - 9) < 4 * signals.std() / np.sqrt(len(found))
    assert abs(traces.mean() - 35) < 4 * traces.std() / np.sqrt(len(found))


@pytest.mark.parametrize("batch_size", [1, 16])
def test_with_many_examples_the_scale_is_trace_over_squared_gradient_within_its_error(batch_size: int):
    found = noise_scale(batches(4000, batch_size, seed=0), batch_size)
    assert found.standard_error < 0.3
    assert abs(found.value - 35 / 9) < 4 * found.standard_error


def test_the_standard_error_is_the_spread_over_repetitions():
    found = [noise_scale(batches(200, 16, seed), 16) for seed in range(300)]
    spread = np.std([one.value for one in found])
    assert np.median([one.standard_error for one in found]) == pytest.approx(spread, rel=0.2)


def test_it_equals_the_two_batch_sizes_of_the_paper():
    gradients, small = batches(6, 4, seed=0), 4
    big = 6 * small
    g_big, g_small = gradients.mean(0).square().sum(), gradients.square().sum(1).mean()
    found = noise_scale(gradients, small)
    assert found.squared_gradient == pytest.approx(float((big * g_big - small * g_small) / (big - small)))
    assert found.covariance_trace == pytest.approx(float((g_small - g_big) / (1 / small - 1 / big)))


def test_a_gradient_lost_in_noise_has_an_infinite_scale():
    assert noise_scale(torch.tensor([[1.0], [-1.0]]), 1).value == float("inf")


def test_on_a_model_the_size_of_the_batch_does_not_matter(data: ImageData):
    torch.manual_seed(0)
    model = mlp((1, 8, 10), hidden=(8,))
    single, batched = (gradient_noise_scale(model, data, batch_size=b, batches=800 // b) for b in (1, 20))
    assert batched.value == pytest.approx(single.value, abs=3 * batched.standard_error)
    assert all(param.grad is None for param in model.parameters())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"batches": 1}, "batches must be at least 2, got 1"),
        ({"batch_size": 500}, "at most the 800 images of train, got 32000"),
    ],
)
def test_it_names_a_wrong_argument(data: ImageData, options: dict, message: str):
    with pytest.raises(ValueError, match=message):
        gradient_noise_scale(mlp((1, 8, 10)), data, **options)


def test_it_refuses_a_single_gradient():
    with pytest.raises(ValueError, match=r"n >= 2, got \(1, 3\)"):
        noise_scale(torch.ones(1, 3), 1)
