"""Held to torch step by step over whole runs, and to identities where torch has no such schedule."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.schedules import (
    Constant,
    CosineAnnealing,
    ExponentialDecay,
    InverseSqrtDecay,
    LinearDecay,
    LinearWarmup,
    MultiStepDecay,
    PolynomialDecay,
    StepDecay,
)
from tests.schedules.oracles import torch_rates

rates = st.floats(1e-6, 10)
factors = st.floats(0.01, 1)
lengths = st.integers(2, 300)


@given(rates, st.integers(1, 50), factors)
def test_step_decay_equals_torch(lr: float, step_size: int, gamma: float):
    theirs = torch_rates(lr, 150, torch.optim.lr_scheduler.StepLR, step_size=step_size, gamma=gamma)
    np.testing.assert_allclose(StepDecay(lr, step_size, gamma)(np.arange(150)), theirs, rtol=1e-12)


@given(rates, st.sets(st.integers(1, 140), max_size=5), factors)
def test_multi_step_decay_equals_torch(lr: float, milestones: set[int], gamma: float):
    theirs = torch_rates(lr, 150, torch.optim.lr_scheduler.MultiStepLR, milestones=sorted(milestones), gamma=gamma)
    np.testing.assert_allclose(MultiStepDecay(lr, sorted(milestones), gamma)(np.arange(150)), theirs, rtol=1e-12)


@given(rates, factors)
def test_exponential_decay_equals_torch(lr: float, gamma: float):
    theirs = torch_rates(lr, 150, torch.optim.lr_scheduler.ExponentialLR, gamma=gamma)
    np.testing.assert_allclose(ExponentialDecay(lr, gamma)(np.arange(150)), theirs, rtol=1e-12)


@given(rates, factors, lengths)
def test_cosine_annealing_equals_torch_to_its_last_step(lr: float, fraction: float, total_steps: int):
    final_lr = lr * fraction
    theirs = torch_rates(
        lr, total_steps, torch.optim.lr_scheduler.CosineAnnealingLR, T_max=total_steps - 1, eta_min=final_lr
    )
    ours = CosineAnnealing(lr, final_lr, total_steps)(np.arange(total_steps))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@given(rates, lengths)
def test_cosine_annealing_to_zero_equals_torch_relative_to_its_peak(lr: float, total_steps: int):
    # Near zero a relative error says nothing: torch's recursive form ends at about 1e-17 instead of 0.
    theirs = torch_rates(lr, total_steps, torch.optim.lr_scheduler.CosineAnnealingLR, T_max=total_steps - 1)
    ours = CosineAnnealing(lr, 0.0, total_steps)(np.arange(total_steps))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * lr)


def test_cosine_annealing_holds_where_torch_rises_again():
    steps = 30
    theirs = torch_rates(0.1, steps, torch.optim.lr_scheduler.CosineAnnealingLR, T_max=10)
    ours = CosineAnnealing(0.1, 0.0, total_steps=11)(np.arange(steps))
    assert theirs[20] == pytest.approx(0.1)
    assert np.all(ours[10:] == 0)


@given(rates, factors, lengths)
def test_linear_decay_equals_torch(lr: float, fraction: float, total_steps: int):
    theirs = torch_rates(
        lr,
        total_steps,
        torch.optim.lr_scheduler.LinearLR,
        start_factor=1.0,
        end_factor=fraction,
        total_iters=total_steps - 1,
    )
    ours = LinearDecay(lr, lr * fraction, total_steps)(np.arange(total_steps))
    np.testing.assert_allclose(ours, theirs, rtol=1e-11)  # torch multiplies factor upon factor, and drifts


@given(rates, lengths, st.floats(0.5, 4))
def test_polynomial_decay_equals_torch_in_its_closed_form(lr: float, total_steps: int, power: float):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    theirs = torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=total_steps - 1, power=power)
    schedule = PolynomialDecay(lr, 0.0, total_steps, power)
    for step in (0, total_steps // 2, total_steps - 1, total_steps + 5):
        theirs.last_epoch = step
        assert schedule(step) == pytest.approx(theirs._get_closed_form_lr()[0], rel=1e-12)


@given(rates, rates, lengths)
def test_schedules_with_an_end_reach_the_final_rate_exactly_and_hold_it(lr: float, other: float, total_steps: int):
    low, high = sorted((lr, other))
    for schedule in (
        LinearDecay(high, low, total_steps),
        CosineAnnealing(high, low, total_steps),
        PolynomialDecay(high, low, total_steps, 2.0),
    ):
        assert schedule(0) == high or schedule(0) == pytest.approx(high, rel=1e-15)
        assert schedule(total_steps - 1) == low
        assert schedule(total_steps + 1000) == low
    warmup = LinearWarmup(low, high, total_steps)
    assert (warmup(0), warmup(total_steps - 1), warmup(total_steps + 5)) == (low, high, high)


@given(rates, st.integers(1, 100))
def test_inverse_square_root_peaks_at_the_end_of_its_warmup_and_halves_after_four_times_the_steps(
    lr: float, steps: int
):
    schedule = InverseSqrtDecay(lr, steps)
    assert schedule(steps - 1) == lr == max(schedule(np.arange(5 * steps)))
    assert schedule(4 * steps - 1) == pytest.approx(lr / 2)


@pytest.mark.parametrize("step", [-1, 0.5, float("nan"), float("inf"), [0, -3]])
def test_a_step_that_is_no_step_is_refused(step):
    with pytest.raises(ValueError, match="step must be a whole number from 0"):
        Constant(0.1)(step)


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: Constant(-0.1), "lr"),
        (lambda: Constant("0.1"), "lr"),
        (lambda: StepDecay(0.1, step_size=0, gamma=0.5), "step_size"),
        (lambda: StepDecay(0.1, step_size=2.5, gamma=0.5), "step_size"),
        (lambda: StepDecay(0.1, step_size=10, gamma=50), "gamma"),
        (lambda: ExponentialDecay(float("nan"), gamma=0.5), "lr"),
        (lambda: ExponentialDecay(0.1, gamma=0), "gamma"),
        (lambda: ExponentialDecay(0.1, gamma=0.5, every=True), "every"),
        (lambda: MultiStepDecay(0.1, milestones=(5, 3), gamma=0.1), "milestones"),
        (lambda: CosineAnnealing(0.1, 0.2, total_steps=10), "final_lr"),
        (lambda: CosineAnnealing(0.1, 0.0, total_steps=1), "total_steps"),
        (lambda: LinearDecay(0.1, -0.1, total_steps=10), "final_lr"),
        (lambda: PolynomialDecay(0.1, 0.0, total_steps=10, power=0), "power"),
        (lambda: LinearWarmup(0.2, 0.1, total_steps=10), "start_lr"),
        (lambda: InverseSqrtDecay(0.1, warmup_steps=0), "warmup_steps"),
        (lambda: Constant(0.1).then(Constant(0.2), at=0), "at"),
        (lambda: Constant(0.1).repeat(0), "period"),
        (lambda: Constant(0.1).scale(float("inf")), "factor"),
    ],
)
def test_a_wrong_argument_is_named(make, argument: str):
    with pytest.raises(ValueError, match=f"^{argument} must"):
        make()


def test_then_counts_the_second_schedules_steps_from_its_own_start():
    schedule = Constant(1.0).then(LinearDecay(0.5, 0.1, total_steps=5), at=10)
    assert schedule([9, 10, 14, 99]).tolist() == [1.0, 0.5, 0.1, 0.1]
