"""Held to timm step by step over whole runs, wherever timm is right.

timm's `t_initial` steps lie between the first rate and the final one, so its step `t_initial` has the final rate: our
`total_steps` - 1.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from course_lib.schedules import (
    SGDR,
    CosineAnnealing,
    InverseSqrtDecay,
    LinearWarmup,
    MultiStepDecay,
    PolynomialDecay,
    Schedule,
    StepDecay,
    warmup_stable_decay,
)
from tests.conftest import needs_package
from tests.schedules.oracles import timm_rates

pytestmark = needs_package("timm")

rates = st.floats(1e-6, 10)
factors = st.floats(0.01, 1)  # not 0: close to a rate of zero a relative error says nothing
lengths = st.integers(2, 200)
warmups = st.integers(1, 40)


def warmed_up(schedule: Schedule, start_lr: float, lr: float, steps: int) -> Schedule:
    """`schedule` after a warm-up that reaches `lr` where `schedule` begins."""
    return LinearWarmup(start_lr, lr, steps + 1).then(schedule, at=steps)


def assert_same(ours: Schedule, theirs: list[float]) -> None:
    np.testing.assert_allclose(ours(np.arange(len(theirs))), theirs, rtol=1e-12)


@given(rates, factors, lengths)
def test_cosine_annealing_equals_timm_to_its_last_step_and_holds_it_too(lr: float, fraction: float, total_steps: int):
    final_lr = lr * fraction
    theirs = timm_rates(lr, total_steps + 20, "CosineLRScheduler", t_initial=total_steps - 1, lr_min=final_lr)
    assert_same(CosineAnnealing(lr, final_lr, total_steps), theirs)


@given(rates, factors, factors, lengths, warmups)
def test_cosine_annealing_after_a_warmup_equals_timm(lr, fraction, start: float, total_steps: int, warmup: int):
    theirs = timm_rates(
        lr, warmup + total_steps + 20, "CosineLRScheduler", t_initial=total_steps - 1, lr_min=lr * fraction,
        warmup_t=warmup, warmup_lr_init=lr * start, warmup_prefix=True,
    )  # fmt: skip
    assert_same(warmed_up(CosineAnnealing(lr, lr * fraction, total_steps), lr * start, lr, warmup), theirs)


@given(rates, factors, st.integers(1, 40), st.integers(1, 6))
def test_warm_restarts_of_one_length_equal_timm(lr: float, fraction: float, length: int, cycles: int):
    theirs = timm_rates(
        lr, cycles * length, "CosineLRScheduler", t_initial=length, lr_min=lr * fraction, cycle_limit=cycles
    )
    assert_same(SGDR(lr, lr * fraction, length), theirs)


@given(rates, factors, st.integers(1, 10), st.integers(2, 4))
def test_warm_restarts_that_grow_equal_timm_inside_their_cycles(lr: float, fraction: float, length: int, growth: int):
    steps = 300
    theirs = timm_rates(
        lr, steps, "CosineLRScheduler", t_initial=length, lr_min=lr * fraction, cycle_mul=growth, cycle_limit=99
    )
    schedule = SGDR(lr, lr * fraction, length, growth)
    # At a cycle's first step timm's logarithm may find the cycle before: test_where_timm_goes_wrong.py.
    inside = np.setdiff1d(np.arange(steps), schedule.starts(until=steps))
    np.testing.assert_allclose(schedule(inside), np.array(theirs)[inside], rtol=1e-12)


@given(rates, factors, st.integers(1, 50), factors, warmups)
def test_step_decay_equals_timm_with_and_without_a_warmup(lr, gamma: float, step_size: int, start: float, warmup: int):
    schedule = StepDecay(lr, step_size, gamma)
    assert_same(schedule, timm_rates(lr, 200, "StepLRScheduler", decay_t=step_size, decay_rate=gamma))
    theirs = timm_rates(
        lr, 200, "StepLRScheduler", decay_t=step_size, decay_rate=gamma, warmup_t=warmup, warmup_lr_init=lr * start
    )
    assert_same(warmed_up(schedule, lr * start, lr, warmup), theirs)


@given(rates, factors, st.sets(st.integers(1, 140), max_size=5))
def test_multi_step_decay_equals_timm_given_milestones_one_later(lr: float, gamma: float, milestones: set[int]):
    theirs = timm_rates(
        lr, 150, "MultiStepLRScheduler", decay_t=[step + 1 for step in sorted(milestones)], decay_rate=gamma
    )
    assert_same(MultiStepDecay(lr, sorted(milestones), gamma), theirs)


@given(rates, factors, lengths, st.floats(0.5, 4), factors, warmups)
def test_polynomial_decay_equals_timm_with_and_without_a_warmup(
    lr: float, fraction: float, total_steps: int, power: float, start: float, warmup: int
):
    schedule = PolynomialDecay(lr, lr * fraction, total_steps, power)
    options = {"t_initial": total_steps - 1, "power": power, "lr_min": lr * fraction}
    assert_same(schedule, timm_rates(lr, total_steps + 20, "PolyLRScheduler", **options))
    options |= {"warmup_t": warmup, "warmup_lr_init": lr * start, "warmup_prefix": True}
    theirs = timm_rates(lr, warmup + total_steps + 20, "PolyLRScheduler", **options)
    assert_same(warmed_up(schedule, lr * start, lr, warmup), theirs)


@given(rates, st.integers(2, 60))
def test_inverse_square_root_equals_timm_whose_steps_count_from_zero(lr: float, warmup: int):
    theirs = timm_rates(
        lr, 300, "WSDLRScheduler", t_initial=1000, decay_t=1, stable_fn="rsqrt", stable_timescale=warmup,
        warmup_t=warmup - 1, warmup_lr_init=lr / warmup,
    )  # fmt: skip
    assert_same(InverseSqrtDecay(lr, warmup), theirs)


@given(rates, factors, st.integers(2, 30), st.integers(2, 30), st.integers(1, 60))
def test_warmup_stable_decay_equals_timm(lr: float, fraction: float, warmup: int, decay: int, steady: int):
    total_steps = warmup + steady + decay
    theirs = timm_rates(
        lr, total_steps + 20, "WSDLRScheduler", t_initial=total_steps - warmup, decay_t=decay - 1, decay_fn="linear",
        lr_min=lr * fraction, warmup_t=warmup - 1, warmup_lr_init=lr / warmup,
    )  # fmt: skip
    assert_same(warmup_stable_decay(lr, warmup, decay, total_steps, lr * fraction), theirs)
