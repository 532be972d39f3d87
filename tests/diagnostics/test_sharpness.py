import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

from course_lib.data import ImageData
from course_lib.diagnostics import sharpness, top_eigenvalue
from course_lib.models import mlp


def symmetric(eigenvalues: list[float]) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    basis, _ = torch.linalg.qr(torch.randn(len(eigenvalues), len(eigenvalues), generator=generator).double())
    return basis @ torch.diag(torch.tensor(eigenvalues).double()) @ basis.T


@pytest.mark.parametrize("eigenvalues", [[5.0, 2.0, 1.0, 0.0], [5.0, -3.0, 1.0], [3.0, -5.0, 1.0], [-1.0, -5.0, -2.0]])
def test_on_a_quadratic_it_is_the_largest_eigenvalue_also_beside_larger_negative_ones(eigenvalues: list[float]):
    matrix = symmetric(eigenvalues)
    w = torch.ones(len(matrix), dtype=torch.float64, requires_grad=True)
    result = top_eigenvalue(lambda: w @ matrix @ w / 2, [w], tolerance=1e-6, max_iterations=1000)
    assert result.converged
    assert result.value == pytest.approx(max(eigenvalues), rel=1e-6)


def test_on_linear_regression_it_is_that_of_the_second_moments():
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(50, 4, generator=generator).double() @ torch.diag(torch.tensor([3.0, 1.0, 0.5, 0.1]).double())
    model = nn.Linear(4, 1, bias=False).double()
    result = top_eigenvalue(
        lambda: mse_loss(model(inputs), torch.zeros(50, 1).double()), [model.weight], tolerance=1e-5
    )
    assert result.value == pytest.approx(float(torch.linalg.eigvalsh(2 * inputs.T @ inputs / 50)[-1]), rel=1e-8)


@pytest.mark.parametrize("adaptive", [False, True])
def test_on_a_network_it_is_the_top_of_the_whole_hessian(adaptive: bool):
    torch.manual_seed(0)
    inputs, labels = torch.randn(40, 6).double(), torch.arange(40) % 3
    w1, w2 = torch.randn(4, 6).double(), torch.randn(3, 4).double()

    def loss(flat: torch.Tensor) -> torch.Tensor:
        return cross_entropy(torch.tanh(inputs @ flat[:24].view(4, 6).T) @ flat[24:].view(3, 4).T, labels)

    flat = torch.cat([w1.flatten(), w2.flatten()]).requires_grad_()
    whole = torch.autograd.functional.hessian(loss, flat.detach())
    if adaptive:
        whole = flat.detach().abs()[:, None] * whole * flat.detach().abs()
    result = top_eigenvalue(lambda: loss(flat), [flat], adaptive=adaptive, tolerance=1e-5, max_iterations=5000)
    assert result.converged
    assert result.value == pytest.approx(float(torch.linalg.eigvalsh(whole)[-1]), rel=1e-6)


def test_the_adaptive_one_ignores_a_rescaling_of_relu_layers_and_the_plain_one_does_not(data: ImageData):
    torch.manual_seed(0)
    model = mlp((1, 8, 10), hidden=(16,)).double()
    rescaled = mlp((1, 8, 10), hidden=(16,)).double()
    rescaled.load_state_dict(model.state_dict())
    with torch.no_grad():
        rescaled[1].weight.mul_(10)
        rescaled[1].bias.mul_(10)
        rescaled[3].weight.div_(10)

    def measured(network: nn.Module, adaptive: bool) -> float:
        batch = data.train.images[:100].double() / 255
        return top_eigenvalue(
            lambda: cross_entropy(network(batch), data.train.labels[:100]),
            list(network.parameters()),
            adaptive=adaptive,
            tolerance=1e-4,
            max_iterations=2000,
        ).value

    assert measured(rescaled, adaptive=True) == pytest.approx(measured(model, adaptive=True), rel=1e-5)
    assert measured(rescaled, adaptive=False) != pytest.approx(measured(model, adaptive=False), rel=0.5)


def test_it_says_when_it_has_not_converged():
    matrix = symmetric([1.0, 0.999, 0.9])
    w = torch.ones(3, dtype=torch.float64, requires_grad=True)
    result = top_eigenvalue(lambda: w @ matrix @ w / 2, [w], tolerance=1e-9, max_iterations=5)
    assert (result.converged, result.iterations) == (False, 5)
    assert min(abs(result.value - known) for known in (1.0, 0.999, 0.9)) <= result.residual


def test_a_loss_without_curvature_has_none():
    w = torch.ones(3, requires_grad=True)
    assert top_eigenvalue(w.sum, [w]).value == 0.0


def test_the_model_comes_out_as_it_went_in(data: ImageData):
    model = nn.Sequential(nn.Flatten(), nn.Linear(80, 10), nn.BatchNorm1d(10), nn.Dropout())
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    model[3].eval()
    sharpness(model, data, images=50, max_iterations=3)
    assert [module.training for module in model] == [True, True, True, False]
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert all(param.grad is None for param in model.parameters())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"part": "exam"}, "part must be one of train, valid, test, got 'exam'"),
        ({"images": 0}, "the number of images must be at least 1, got 0"),
        ({"tolerance": 0.0}, "tolerance must be positive, got 0.0"),
        ({"max_iterations": 0}, "max_iterations must be at least 1, got 0"),
    ],
)
def test_it_names_a_wrong_argument(data: ImageData, options: dict, message: str):
    with pytest.raises(ValueError, match=message):
        sharpness(mlp((1, 8, 10)), data, **options)
