"""Each rule, on both paths, held to `torch.optim` update by update; diffGrad to the paper's algorithm."""

import copy
from functools import partial

import pytest
import torch

from course_lib.optimizers import SGD, AdaGrad, Adam, AdamW, DiffGrad, RMSprop
from tests.conftest import needs_package

PAIRS = [
    (partial(SGD, lr=0.05), partial(torch.optim.SGD, lr=0.05)),
    (partial(SGD, lr=0.05, momentum=0.9), partial(torch.optim.SGD, lr=0.05, momentum=0.9)),
    (
        partial(SGD, lr=0.05, momentum=0.9, nesterov=True),
        partial(torch.optim.SGD, lr=0.05, momentum=0.9, nesterov=True),
    ),
    (partial(AdaGrad, lr=0.05), partial(torch.optim.Adagrad, lr=0.05)),
    (partial(RMSprop, lr=0.01), partial(torch.optim.RMSprop, lr=0.01)),
    (
        partial(RMSprop, lr=0.01, alpha=0.9, eps=1e-6, momentum=0.9),
        partial(torch.optim.RMSprop, lr=0.01, alpha=0.9, eps=1e-6, momentum=0.9),
    ),
    (
        partial(RMSprop, lr=0.01, eps=1e-3, momentum=0.5, centered=True),
        partial(torch.optim.RMSprop, lr=0.01, eps=1e-3, momentum=0.5, centered=True),
    ),
    (partial(Adam, lr=0.01), partial(torch.optim.Adam, lr=0.01)),
    (
        partial(Adam, lr=0.01, betas=(0.8, 0.95), eps=1e-5, amsgrad=True),
        partial(torch.optim.Adam, lr=0.01, betas=(0.8, 0.95), eps=1e-5, amsgrad=True),
    ),
    (partial(AdamW, lr=0.01), partial(torch.optim.AdamW, lr=0.01)),
    (partial(AdamW, lr=0.01, amsgrad=True), partial(torch.optim.AdamW, lr=0.01, amsgrad=True)),
]
KINDS = [SGD, AdaGrad, RMSprop, Adam, AdamW, DiffGrad]


def problem(dtype: torch.dtype, copies: int) -> list[list[torch.Tensor]]:
    """The same parameters, of several shapes, as often as asked for."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(3,), (4, 5), (2, 3, 3, 3), ()]
    params = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
    return [[param.clone().requires_grad_() for param in params] for _ in range(copies)]


def distance(params: list[torch.Tensor], others: list[torch.Tensor]) -> float:
    """Relative: of the norm of the difference to the norm."""
    mine, other = (torch.cat([param.detach().flatten() for param in each]) for each in (params, others))
    return float((mine - other).norm() / other.norm())


def updates(problems: list[list[torch.Tensor]], optimizers: list, count: int = 200):
    """Give every problem the same random gradients and make the same update; yields after each."""
    generator = torch.Generator().manual_seed(1)
    for step in range(count):
        for params in zip(*problems, strict=True):
            gradient = torch.randn(params[0].shape, generator=generator, dtype=params[0].dtype)
            # One parameter has no gradient for a while: it must stay as it is, and so must what is remembered of it.
            missing = params[0].ndim == 1 and count // 4 <= step < count // 3
            for param in params:
                param.grad = None if missing else gradient.clone()
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group.setdefault("first_lr", group["lr"]) / (1 + step / 50)  # a schedule at work
            optimizer.step()
        yield step


@pytest.mark.parametrize("foreach", [False, True], ids=["readable", "foreach"])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-6)], ids=["f64", "f32"])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda make: f"{make.func.__name__}{make.keywords}")
def test_two_hundred_updates_equal_torchs(ours, theirs, dtype, tolerance: float, weight_decay: float, foreach: bool):
    mine, other = problem(dtype, copies=2)
    optimizers = [ours(mine, weight_decay=weight_decay, foreach=foreach), theirs(other, weight_decay=weight_decay)]
    for _ in updates([mine, other], optimizers):
        assert distance(mine, other) <= tolerance


def papers_diffgrad(param, gradients, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
    """Algorithm 1 of Dubey et al. 2019, line by line; yields the parameter after each update."""
    mean = square = previous = torch.zeros_like(param)
    for t, gradient in enumerate(gradients, start=1):
        g = gradient + weight_decay * param
        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * g * g
        friction = 1 / (1 + torch.exp(-(previous - g).abs()))
        previous = g
        param = param - lr * friction * (mean / (1 - beta1**t)) / ((square / (1 - beta2**t)).sqrt() + eps)
        yield param


@pytest.mark.parametrize("foreach", [False, True], ids=["readable", "foreach"])
@pytest.mark.parametrize("set_to_none", [False, True])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_diffgrad_equals_the_paper_however_gradients_are_zeroed(foreach: bool, set_to_none: bool, weight_decay: float):
    # With the aliasing bug of the first published code the friction is 0.5 from the second step on when gradients are
    # zeroed in place, for the remembered gradient is then the zeroed one.
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(6, 3, dtype=torch.float64, generator=generator)
    target = torch.randn(6, 3, dtype=torch.float64, generator=generator)
    param = start.clone().requires_grad_()
    optimizer = DiffGrad([param], lr=0.01, weight_decay=weight_decay, foreach=foreach)
    gradients, reached = [], []
    for _ in range(200):
        optimizer.zero_grad(set_to_none=set_to_none)
        ((param - target) ** 4).sum().backward()
        gradients.append(param.grad.clone())
        optimizer.step()
        reached.append(param.detach().clone())
    expected = papers_diffgrad(start, gradients, weight_decay=weight_decay)
    for mine, papers in zip(reached, expected, strict=True):
        assert distance([mine], [papers]) <= 1e-12


@needs_package("pytorch_optimizer")
@pytest.mark.parametrize("foreach", [False, True])
def test_diffgrad_equals_that_of_pytorch_optimizer(foreach: bool):
    from pytorch_optimizer import DiffGrad as Theirs

    mine, theirs = problem(torch.float64, 2)
    # An epsilon of nothing: theirs is added before the bias correction of the root, which the paper does after it.
    optimizers = [DiffGrad(mine, lr=0.01, eps=1e-30, foreach=foreach), Theirs(theirs, lr=0.01, eps=1e-30)]
    for params in (mine, theirs):
        del params[0]  # it goes without gradients for a while, through which theirs goes on counting
    for _ in updates([mine, theirs], optimizers):
        assert distance(mine, theirs) <= 1e-12


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-6)], ids=["f64", "f32"])
def test_diffgrads_paths_are_equal(dtype, tolerance: float):
    readable, fast = problem(dtype, copies=2)
    optimizers = [DiffGrad(readable, lr=0.01, foreach=False), DiffGrad(fast, lr=0.01, foreach=True)]
    for _ in updates([readable, fast], optimizers):
        assert distance(readable, fast) <= tolerance


def test_parameter_groups_have_options_of_their_own():
    mine, other = problem(torch.float64, copies=2)
    optimizers = [
        kind([{"params": params[:2]}, {"params": params[2:], "lr": 0.02, "momentum": 0.9}], lr=0.1)
        for params, kind in ((mine, SGD), (other, torch.optim.SGD))
    ]
    for _ in updates([mine, other], optimizers, count=10):
        assert distance(mine, other) <= 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_a_resumed_run_goes_on_to_the_same_bits(kind):
    first, second = problem(torch.float32, copies=2)
    whole, interrupted = kind(first, lr=0.01), kind(second, lr=0.01)
    for step in updates([first, second], [whole, interrupted], count=20):
        if step == 9:
            state = copy.deepcopy(interrupted.state_dict())
            interrupted.__init__(second, lr=0.5)
            interrupted.load_state_dict(state)
    for param, again in zip(first, second, strict=True):
        assert torch.equal(param, again)


@pytest.mark.parametrize("kind", KINDS)
def test_a_closure_computes_the_loss_and_the_gradients(kind):
    weight = torch.tensor([1.0], requires_grad=True)
    optimizer = kind([weight], lr=0.25)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (weight**2).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure) == 1.0
    assert weight.item() < 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_happens_without_a_gradient_and_a_sparse_one_is_refused(kind):
    weight = torch.ones(2, requires_grad=True)
    optimizer = kind([weight], lr=0.1)
    optimizer.step()
    assert weight.tolist() == [1.0, 1.0]
    weight.grad = torch.ones(2).to_sparse()
    with pytest.raises(ValueError, match=f"{kind.__name__} needs dense gradients"):
        optimizer.step()


@pytest.mark.parametrize(
    ("kind", "options", "argument"),
    [
        (SGD, {"lr": -0.1}, "lr"),
        (SGD, {"lr": float("nan")}, "lr"),
        (SGD, {"momentum": 1.0}, "momentum"),
        (SGD, {"weight_decay": -1}, "weight_decay"),
        (SGD, {"nesterov": True}, "nesterov"),
        (AdaGrad, {"eps": -1e-3}, "eps"),
        (RMSprop, {"alpha": 1.0}, "alpha"),
        (RMSprop, {"momentum": -0.1}, "momentum"),
        (Adam, {"betas": (0.9, 1.0)}, "betas"),
        (AdamW, {"weight_decay": float("nan")}, "weight_decay"),
        (DiffGrad, {"betas": (0.9,)}, "betas"),
    ],
)
def test_a_wrong_option_is_named_also_in_a_group(kind, options: dict, argument: str):
    def weights() -> list[torch.Tensor]:
        return [torch.zeros(1, requires_grad=True)]

    with pytest.raises(ValueError, match=f"^{argument} "):
        kind(weights(), **({"lr": 0.1} | options))
    with pytest.raises(ValueError, match=f"^{argument} "):
        kind([{"params": weights(), **options}], lr=0.1)
