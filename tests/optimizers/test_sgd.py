"""Held to `torch.optim.SGD`, update by update."""

import copy

import pytest
import torch

from course_lib.optimizers import SGD

OPTIONS = [
    {},
    {"weight_decay": 0.01},
    {"momentum": 0.9},
    {"momentum": 0.9, "weight_decay": 0.01},
    {"momentum": 0.9, "nesterov": True},
    {"momentum": 0.5, "nesterov": True, "weight_decay": 0.1},
]


def problem(dtype: torch.dtype) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Two copies of the same parameters, of several shapes."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(3,), (4, 5), (2, 3, 3, 3), ()]
    params = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
    return tuple([param.clone().requires_grad_() for param in params] for _ in range(2))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-6)])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_two_hundred_updates_equal_torchs(options: dict, dtype: torch.dtype, tolerance: float):
    ours, theirs = problem(dtype)
    optimizers = SGD(ours, lr=0.05, **options), torch.optim.SGD(theirs, lr=0.05, **options)
    generator = torch.Generator().manual_seed(1)
    for step in range(200):
        for mine, other in zip(ours, theirs, strict=True):
            gradient = torch.randn(mine.shape, generator=generator, dtype=dtype)
            # One parameter has no gradient for a while: it must stay as it is, its velocity too.
            missing = mine.ndim == 1 and 50 <= step < 60
            mine.grad, other.grad = (None, None) if missing else (gradient, gradient.clone())
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = 0.05 / (1 + step)  # a schedule at work
            optimizer.step()
        mine, other = (torch.cat([param.detach().flatten() for param in params]) for params in (ours, theirs))
        assert (mine - other).norm() <= tolerance * other.norm()


def test_parameter_groups_have_options_of_their_own():
    ours, theirs = problem(torch.float64)
    for params, kind in ((ours, SGD), (theirs, torch.optim.SGD)):
        optimizer = kind([{"params": params[:2]}, {"params": params[2:], "lr": 0.5, "momentum": 0.9}], lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            sum((param**2).sum() for param in params).backward()
            optimizer.step()
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-12, atol=0)


def test_a_resumed_run_goes_on_to_the_same_bits():
    def go_on(params: list[torch.Tensor], optimizer: SGD) -> None:
        for _ in range(5):
            optimizer.zero_grad()
            sum((param**4).sum() for param in params).backward()
            optimizer.step()

    params, _ = problem(torch.float32)
    optimizer = SGD(params, lr=1e-3, momentum=0.9)
    go_on(params, optimizer)
    copies = [param.detach().clone().requires_grad_() for param in params]
    resumed = SGD(copies, lr=0.5)
    resumed.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    go_on(params, optimizer)
    go_on(copies, resumed)
    for param, again in zip(params, copies, strict=True):
        assert torch.equal(param, again)


def test_a_closure_computes_the_loss_and_the_gradients():
    weight = torch.tensor([1.0], requires_grad=True)
    optimizer = SGD([weight], lr=0.5)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (weight**2).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure) == 1.0
    assert weight.item() == 0.0


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"lr": -0.1}, "lr"),
        ({"lr": float("nan")}, "lr"),
        ({"lr": 0.1, "momentum": 1.0}, "momentum"),
        ({"lr": 0.1, "weight_decay": -1}, "weight_decay"),
        ({"lr": 0.1, "nesterov": True}, "nesterov"),
    ],
)
def test_a_wrong_option_is_named(options: dict, argument: str):
    with pytest.raises(ValueError, match=f"^{argument} "):
        SGD([torch.zeros(1, requires_grad=True)], **options)
