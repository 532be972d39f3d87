"""What torch's schedulers do at their edges, and what ours do instead.

Each test shows both. A release of torch that mends one of these fails the first half of its test: then it is time to
shorten the course's warnings.
"""

import copy
import warnings

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from course_lib.schedules import SGDR, CosineAnnealing, ExpRange, LinearWarmup, OneCycle, Triangular
from course_lib.training import ScheduleLR
from tests.schedules.oracles import torch_rates


def optimizer_of(kind=torch.optim.SGD, lr: float = 1.0, **options) -> torch.optim.Optimizer:
    return kind([torch.ones(1, requires_grad=True)], lr=lr, **options)


def advance(optimizer, scheduler, steps: int) -> list[float]:
    used = []
    for _ in range(steps):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return used


@pytest.mark.parametrize("pct_start", [1 / 20, 1.0])
def test_one_cycle_with_an_empty_phase_divides_by_zero_in_torch(pct_start: float):
    def theirs() -> None:
        optimizer = optimizer_of(momentum=0.9)
        advance(optimizer, lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=20, pct_start=pct_start), 20)

    with pytest.raises(ZeroDivisionError):
        theirs()
    if pct_start == 1:
        with pytest.raises(ValueError, match="pct_start must be a fraction above 0 and below 1"):
            OneCycle(1.0, 20, pct_start)
    else:
        assert OneCycle(1.0, 20, pct_start)(0) == 1.0


def test_one_cycle_misses_its_peak_in_torch():
    optimizer = optimizer_of(momentum=0.9)
    theirs = advance(optimizer, lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=25), 24)
    assert max(theirs) < 0.999
    assert max(OneCycle(1.0, 25)(np.arange(25))) == 1.0


def test_one_cycle_bounces_after_its_last_step_in_torch():
    optimizer = optimizer_of(momentum=0.9)
    scheduler = lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=20)
    advance(optimizer, scheduler, 19)
    last = optimizer.param_groups[0]["lr"]
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] > 100 * last
    schedule = OneCycle(1.0, 20)
    assert schedule(20) == schedule(19)


@pytest.mark.parametrize(
    ("make", "becomes"),
    [
        (lambda optimizer: lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=20), 0.95),
        (lambda optimizer: lr_scheduler.CyclicLR(optimizer, 0.1, 1.0, step_size_up=10), 0.9),
    ],
)
def test_a_momentum_of_zero_is_changed_silently_in_torch(make, becomes: float):
    optimizer = optimizer_of(momentum=0.0)
    make(optimizer)
    assert optimizer.param_groups[0]["momentum"] == becomes
    ours = optimizer_of(momentum=0.0)
    ScheduleLR(ours, OneCycle(1.0, 20))
    assert ours.param_groups[0]["momentum"] == 0.0


def test_exp_range_shrinks_only_the_amplitude_in_torch():
    theirs = torch_rates(
        0.1, 41, lr_scheduler.CyclicLR, base_lr=0.1, max_lr=1.0, step_size_up=10, mode="exp_range", gamma=0.9,
        cycle_momentum=False,
    )  # fmt: skip
    assert theirs[20] == theirs[40] == pytest.approx(0.1)
    ours = ExpRange(0.1, 1.0, 10, gamma=0.9)
    assert ours([20, 40]).tolist() == pytest.approx([0.1 * 0.9**20, 0.1 * 0.9**40])


def test_cyclic_lr_overwrites_what_the_user_had_set_up_in_torch():
    adam = optimizer_of(torch.optim.Adam, lr=0.5)
    lr_scheduler.CyclicLR(adam, 0.1, 1.0, step_size_up=10)
    assert adam.param_groups[0]["betas"][0] == 0.9  # cycled from here on, unasked
    with pytest.raises(ValueError, match="momentum"):
        lr_scheduler.CyclicLR(optimizer_of(torch.optim.Adagrad), 0.1, 1.0, step_size_up=10)
    adagrad = optimizer_of(torch.optim.Adagrad)
    assert advance(adagrad, ScheduleLR(adagrad, Triangular(0.1, 1.0, 10)), 3) == pytest.approx([0.1, 0.19, 0.28])


def test_cyclic_lr_cannot_load_a_state_twice_in_torch():
    optimizer = optimizer_of(momentum=0.9)
    scheduler = lr_scheduler.CyclicLR(optimizer, 0.1, 1.0, step_size_up=10)
    state = scheduler.state_dict()
    scheduler.load_state_dict(state)
    with pytest.raises(KeyError):
        scheduler.load_state_dict(state)
    ours = ScheduleLR(optimizer_of(), Triangular(0.1, 1.0, 10))
    state = ours.state_dict()
    ours.load_state_dict(state)
    ours.load_state_dict(state)
    assert ours.get_last_lr() == [0.1]


def test_cosine_annealing_rises_again_after_its_end_in_torch():
    assert torch_rates(1.0, 21, lr_scheduler.CosineAnnealingLR, T_max=10)[20] == pytest.approx(1.0)
    assert CosineAnnealing(1.0, 0.0, total_steps=11)(20) == 0.0


def test_warm_restarts_miss_a_boundary_when_stepped_with_an_epoch_in_torch():
    optimizer = optimizer_of()
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=1, T_mult=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scheduler.step(121)  # 1 + 3 + 9 + 27 + 81: a restart
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.0, abs=1e-9)
    assert SGDR(1.0, 0.0, T_0=1, T_mult=3)(121) == 1.0


def test_warm_restarts_use_the_first_rate_twice_in_torchs_documented_loop():
    optimizer = optimizer_of()
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2)
    used = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for epoch in range(2):
            for i in range(5):
                used.append(optimizer.param_groups[0]["lr"])
                optimizer.step()
                scheduler.step(epoch + i / 5)
    assert used[0] == used[1]
    assert len(set(SGDR(1.0, 0.0, T_0=10)(np.arange(10)))) == 10


def test_a_warmup_before_one_cycle_is_not_the_one_asked_for_in_torchs_sequential():
    optimizer = optimizer_of(lr=0.1, momentum=0.9)
    warmup = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=5)  # from 0.01 to 0.1, one would think
    cycle = lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=20)
    theirs = advance(optimizer, lr_scheduler.SequentialLR(optimizer, [warmup, cycle], milestones=[5]), 6)
    assert theirs[0] == pytest.approx(0.004)
    ours = LinearWarmup(0.01, 0.1, total_steps=5).then(OneCycle(1.0, 20, div_factor=10), at=5)
    assert ours([0, 4, 5]).tolist() == pytest.approx([0.01, 0.1, 0.1])


def test_a_manual_change_of_the_rate_persists_in_torch_and_is_overwritten_by_ours():
    def after_a_change(make) -> float:
        optimizer = optimizer_of()
        scheduler = make(optimizer)
        advance(optimizer, scheduler, 3)
        optimizer.param_groups[0]["lr"] = 100.0
        advance(optimizer, scheduler, 1)
        return optimizer.param_groups[0]["lr"]

    assert after_a_change(lambda optimizer: lr_scheduler.ExponentialLR(optimizer, 0.5)) == 50.0
    assert after_a_change(lambda optimizer: lr_scheduler.LambdaLR(optimizer, lambda step: 0.5)) == 0.5
    schedule = CosineAnnealing(1.0, 0.0, total_steps=11)
    assert after_a_change(lambda optimizer: ScheduleLR(optimizer, schedule)) == schedule(4)


def test_resuming_depends_on_the_order_of_construction_in_torch():
    def rates(resume: bool) -> list[float]:
        optimizer = optimizer_of()
        scheduler = sequential(optimizer)
        used = advance(optimizer, scheduler, 12)
        if resume:
            saved = copy.deepcopy((optimizer.state_dict(), scheduler.state_dict()))
            optimizer = optimizer_of()
            optimizer.load_state_dict(saved[0])
            scheduler = sequential(optimizer)  # built after the optimizer's state was loaded
            scheduler.load_state_dict(saved[1])
        return used + advance(optimizer, scheduler, 8)

    def sequential(optimizer) -> lr_scheduler.SequentialLR:
        warmup = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=10)
        decay = lr_scheduler.ExponentialLR(optimizer, 0.9)
        return lr_scheduler.SequentialLR(optimizer, [warmup, decay], milestones=[10])

    assert not np.allclose(rates(resume=True), rates(resume=False))
