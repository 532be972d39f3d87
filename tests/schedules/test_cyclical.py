"""Held to torch step by step where torch is right, and to Smith's and Loshchilov and Hutter's definitions."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.schedules import (
    SGDR,
    ExpRange,
    OneCycle,
    OneCycleMomentum,
    OnPlateau,
    Triangular,
    Triangular2,
    warmup_stable_decay,
)
from tests.schedules.oracles import torch_rates

low_rates = st.floats(1e-6, 0.1)
high_rates = st.floats(0.1, 10)


@given(low_rates, high_rates, st.integers(1, 40))
def test_triangular_kinds_equal_torchs(base_lr: float, max_lr: float, step_size: int):
    for ours, mode in ((Triangular, "triangular"), (Triangular2, "triangular2")):
        theirs = torch_rates(
            base_lr,
            200,
            torch.optim.lr_scheduler.CyclicLR,
            base_lr=base_lr,
            max_lr=max_lr,
            step_size_up=step_size,
            mode=mode,
            cycle_momentum=False,
        )
        # torch finds the place in a cycle as 1 + t / (2 * step_size) - floor(...), and loses digits of small rates.
        np.testing.assert_allclose(
            ours(base_lr, max_lr, step_size)(np.arange(200)), theirs, rtol=1e-12, atol=1e-12 * max_lr
        )


@given(low_rates, high_rates, st.integers(1, 40), st.floats(0.9, 1))
def test_exp_range_shrinks_both_boundaries_as_smith_has_it(base_lr, max_lr, step_size: int, gamma: float):
    schedule = ExpRange(base_lr, max_lr, step_size, gamma)
    valleys = 2 * step_size * np.arange(5)
    np.testing.assert_allclose(schedule(valleys), base_lr * gamma**valleys, rtol=1e-12)
    peaks = valleys + step_size
    np.testing.assert_allclose(schedule(peaks), max_lr * gamma**peaks, rtol=1e-12)


@given(low_rates, high_rates, st.integers(1, 30), st.integers(1, 4))
def test_sgdr_equals_torchs_warm_restarts_stepped_without_an_argument(min_lr, max_lr, T_0: int, T_mult: int):  # noqa: N803
    theirs = torch_rates(
        max_lr,
        200,
        torch.optim.lr_scheduler.CosineAnnealingWarmRestarts,
        T_0=T_0,
        T_mult=T_mult,
        eta_min=min_lr,
    )
    np.testing.assert_allclose(SGDR(max_lr, min_lr, T_0, T_mult)(np.arange(200)), theirs, rtol=1e-12)


@pytest.mark.slow
def test_sgdr_restarts_exactly_at_its_boundaries_over_a_million_steps():
    for T_mult in range(1, 6):  # noqa: N806
        for T_0 in range(1, 201):  # noqa: N806
            schedule = SGDR(1.0, 0.0, T_0, T_mult)
            start, length, boundaries = 0, T_0, []
            while start <= 1_000_000:
                boundaries.append(start)
                start, length = start + length, length * T_mult
            starts = np.array(boundaries)
            assert (schedule(starts) == 1.0).all()
            before = starts[1:] - 1
            lengths = np.diff(starts)
            np.testing.assert_allclose(schedule(before), (1 + np.cos(np.pi * (lengths - 1) / lengths)) / 2, rtol=1e-9)


def test_sgdrs_peaks_shrink_from_cycle_to_cycle():
    schedule = SGDR(1.0, 0.2, T_0=10, T_mult=2, shrink=0.5)
    assert schedule(schedule.starts(until=100)).tolist() == pytest.approx([1.0, 0.6, 0.4, 0.3])


@given(high_rates, st.integers(4, 200), st.data())
def test_one_cycle_equals_torch_where_its_peak_falls_on_a_step(max_lr: float, total_steps: int, data):
    up = data.draw(st.integers(2, total_steps - 1))
    anneal = data.draw(st.sampled_from(["cos", "linear"]))
    pct_start = up / total_steps
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr, total_steps, pct_start=pct_start, anneal_strategy=anneal
    )
    schedule = OneCycle(max_lr, total_steps, pct_start, anneal=anneal)
    momentum = schedule.momentum()
    for step in range(total_steps):
        # torch computes pct_start * total_steps in floats: relative to the peak, for near the end the rate is tiny.
        assert schedule(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12, abs=1e-12 * max_lr)
        assert momentum(step) == pytest.approx(optimizer.param_groups[0]["momentum"], rel=1e-12)
        optimizer.step()
        if step < total_steps - 1:
            theirs.step()


@given(high_rates, st.integers(2, 500), st.floats(0.001, 0.999), st.floats(1, 100), st.floats(1, 1e5))
def test_one_cycle_has_its_peak_and_its_end_exactly(max_lr, total_steps: int, pct_start: float, div, final_div):
    try:
        schedule = OneCycle(max_lr, total_steps, pct_start, div, final_div)
    except ValueError as error:
        assert "pct_start must leave a step for the way down" in str(error)  # noqa: PT017 - for some settings only
        return
    rates = schedule(np.arange(total_steps + 50))
    assert rates.max() == max_lr
    assert rates[max(round(pct_start * total_steps) - 1, 0)] == max_lr
    assert (rates[total_steps - 1 :] == max_lr / div / final_div).all()
    momentum = schedule.momentum(0.8, 0.9)(np.arange(total_steps + 50))
    assert (momentum.min(), momentum[-1]) == (0.8, 0.9)


def test_three_phases_go_back_to_the_first_rate_before_they_annihilate_it():
    schedule = OneCycle(1.0, 100, pct_start=0.4, div_factor=10, final_div_factor=100, anneal="linear", three_phase=True)
    assert schedule([0, 39, 78, 99]).tolist() == pytest.approx([0.1, 1.0, 0.1, 0.001])
    momentum = schedule.momentum(0.8, 0.9)
    assert momentum([0, 39, 78, 90, 99]).tolist() == pytest.approx([0.9, 0.8, 0.9, 0.9, 0.9])


@given(high_rates, st.integers(1, 30), st.integers(2, 30), st.integers(1, 60))
def test_warmup_stable_decay_has_three_parts_and_ends_exactly(lr: float, warmup: int, decay: int, steady: int):
    total = warmup + decay + steady
    rates = warmup_stable_decay(lr, warmup, decay, total, final_lr=0.01 * lr)(np.arange(total + 10))
    np.testing.assert_allclose(rates[:warmup], lr * np.arange(1, warmup + 1) / warmup, rtol=1e-12)
    assert (rates[warmup : warmup + steady + 1] == lr).all()
    assert (rates[total - 1 :] == 0.01 * lr).all()


@given(
    st.lists(st.floats(0.01, 10) | st.just(float("nan")), min_size=1, max_size=60),
    st.integers(0, 4),
    st.integers(0, 3),
    st.sampled_from(["min", "max"]),
)
def test_on_plateau_equals_torch_epoch_by_epoch(metrics: list[float], patience: int, cooldown: int, mode: str):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, mode=mode, factor=0.5, patience=patience, threshold=0.01, cooldown=cooldown, min_lr=0.01, eps=0
    )
    ours = OnPlateau(1.0, 0.5, patience, threshold=0.01, cooldown=cooldown, min_lr=0.01, mode=mode)
    for metric in metrics:
        theirs.step(metric)
        assert ours.update(metric) == optimizer.param_groups[0]["lr"]


def test_on_plateau_resumes_where_it_was():
    first = OnPlateau(1.0, patience=1)
    for _ in range(3):
        first.update(1.0)
    second = OnPlateau(0.3)
    second.load_state_dict(first.state_dict())
    assert [first.update(1.0) for _ in range(5)] == [second.update(1.0) for _ in range(5)]
    with pytest.raises(ValueError, match="state must have lr"):
        second.load_state_dict({"lr": 0.1})


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: Triangular(0.2, 0.1, 10), "base_lr"),
        (lambda: Triangular2(0.1, 0.2, 0), "step_size"),
        (lambda: ExpRange(0.1, 0.2, 10, gamma=1.1), "gamma"),
        (lambda: SGDR(0.1, 0.2, 10), "min_lr"),
        (lambda: SGDR(0.1, 0.0, 0), "T_0"),
        (lambda: SGDR(0.1, 0.0, 10, T_mult=1.5), "T_mult"),
        (lambda: SGDR(0.1, 0.0, 10, shrink=0), "shrink"),
        (lambda: OneCycle(0.0, 100), "max_lr"),
        (lambda: OneCycle(0.1, 1), "total_steps"),
        (lambda: OneCycle(0.1, 100, pct_start=30), "pct_start"),
        (lambda: OneCycle(0.1, 100, pct_start=0.6, three_phase=True), "pct_start"),
        (lambda: OneCycle(0.1, 2, pct_start=0.99), "pct_start"),
        (lambda: OneCycle(0.1, 100, div_factor=0.5), "div_factor"),
        (lambda: OneCycle(0.1, 100, anneal="sine"), "anneal"),
        (lambda: OneCycleMomentum(0.9, 0.8, 100), "base_momentum"),
        (lambda: warmup_stable_decay(0.1, 10, 10, 20), "total_steps"),
        (lambda: OnPlateau(0.1, factor=1.0), "factor"),
        (lambda: OnPlateau(0.1, patience=-1), "patience"),
        (lambda: OnPlateau(0.1, threshold=1), "threshold"),
        (lambda: OnPlateau(0.1, mode="loss"), "mode"),
    ],
)
def test_a_wrong_argument_is_named(make, argument: str):
    with pytest.raises(ValueError, match=f"^{argument} must"):
        make()
