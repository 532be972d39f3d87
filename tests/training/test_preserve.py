import copy
import random

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.optimizers import SGD
from course_lib.training import preserved


def trained() -> tuple[nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 2))
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9)
    step(model, optimizer)
    return model, optimizer


def step(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    model(torch.randn(16, 4)).square().sum().backward()
    optimizer.step()


@pytest.mark.parametrize("ending", [None, ValueError, KeyboardInterrupt])
def test_random_states_gradients_modes_and_options_come_back_however_the_block_ends(ending: type | None):
    model, optimizer = trained()
    gradients = [param.grad for param in model.parameters()]
    bits = [gradient.clone() for gradient in gradients]

    def draws() -> list[float]:
        return [random.random(), np.random.rand(), float(torch.rand(()))]

    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    expected = draws()
    random.setstate(states[0])
    np.random.set_state(states[1])
    torch.set_rng_state(states[2])
    try:
        with preserved(model, optimizer):
            model.eval()
            optimizer.param_groups[0]["lr"] = 7.0
            optimizer.zero_grad(set_to_none=False)  # in place: the same tensors must get their bits back
            step(model, optimizer)
            draws()
            if ending is not None:
                raise ending
    except (ValueError, KeyboardInterrupt) as error:
        assert type(error) is ending  # noqa: PT017  # the interrupt cannot go through pytest.raises in a parameter
    assert draws() == expected
    assert model.training
    assert optimizer.param_groups[0]["lr"] == 0.05
    for param, gradient, before in zip(model.parameters(), gradients, bits, strict=True):
        assert param.grad is gradient
        assert torch.equal(gradient, before)


def test_training_goes_on_to_the_same_bits_as_without_the_block():
    ends = []
    for disturbed in (False, True):
        model, optimizer = trained()
        if disturbed:
            with preserved(model, optimizer):
                for _ in range(3):
                    step(model, optimizer)
        for _ in range(3):
            step(model, optimizer)
        ends.append(copy.deepcopy(model.state_dict()))
    for name, tensor in ends[0].items():
        assert torch.equal(tensor, ends[1][name]), name


def test_whatever_says_its_state_comes_back_and_so_does_a_generator():
    model, optimizer = trained()
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0, growth_interval=1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1)
    shuffler = torch.Generator().manual_seed(3)
    order = torch.randperm(100, generator=shuffler.clone_state())
    with preserved(model, optimizer, scaler, scheduler, shuffler):
        scaler.scale(model(torch.randn(16, 4)).sum()).backward()
        scaler.step(optimizer)
        scaler.update()
        scheduler.step()
        torch.randperm(100, generator=shuffler)
        assert scaler.get_scale() == 16.0
    assert scaler.get_scale() == 8.0
    assert scheduler.last_epoch == 0
    assert optimizer.param_groups[0]["lr"] == 0.05
    assert torch.equal(torch.randperm(100, generator=shuffler), order)


def test_a_parameter_that_only_the_optimizer_knows_comes_back():
    model = nn.Linear(2, 2)
    temperature = nn.Parameter(torch.ones(()))
    with preserved(model, SGD([*model.parameters(), temperature], lr=0.1)), torch.no_grad():
        temperature.zero_()
    assert temperature == 1


def test_what_has_no_state_is_refused_before_anything_happens():
    model, optimizer = trained()
    with (
        pytest.raises(TypeError, match="others must have state_dict and load_state_dict"),
        preserved(model, optimizer, "scaler"),
    ):
        pytest.fail("the block was entered")
