"""Held to fastai's annealers step by step over whole runs, wherever fastai is right.

fastai's functions take a position from 0 to 1; over N steps ours has step t at position t / (N - 1).
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.schedules import CosineAnnealing, ExponentialDecay, LinearDecay, OneCycle, PolynomialDecay, Schedule
from tests.conftest import needs_package
from tests.schedules.oracles import fastai_rates

pytestmark = needs_package("fastai")

rates = st.floats(1e-6, 10)
factors = st.floats(0.01, 1)  # not 0: close to a rate of zero a relative error says nothing
lengths = st.integers(2, 300)


@pytest.fixture(scope="module")
def fastai_schedule():
    from fastai.callback import schedule  # takes seconds, and is not installed everywhere

    return schedule


def assert_same(ours: Schedule, theirs: list[float], rtol: float = 1e-12) -> None:
    np.testing.assert_allclose(ours(np.arange(len(theirs))), theirs, rtol=rtol)


@given(rates, factors, lengths)
def test_linear_decay_equals_fastai(fastai_schedule, lr: float, fraction: float, total_steps: int):
    theirs = fastai_rates(fastai_schedule.SchedLin(lr, lr * fraction), total_steps)
    assert_same(LinearDecay(lr, lr * fraction, total_steps), theirs)


@given(rates, factors, lengths)
def test_cosine_annealing_equals_fastai(fastai_schedule, lr: float, fraction: float, total_steps: int):
    theirs = fastai_rates(fastai_schedule.SchedCos(lr, lr * fraction), total_steps)
    assert_same(CosineAnnealing(lr, lr * fraction, total_steps), theirs)


@given(rates, factors, lengths)
def test_exponential_decay_equals_fastai(fastai_schedule, lr: float, fraction: float, total_steps: int):
    theirs = fastai_rates(fastai_schedule.SchedExp(lr, lr * fraction), total_steps)
    assert_same(ExponentialDecay(lr, fraction, every=total_steps - 1), theirs)


@given(rates, factors, lengths, st.floats(0.5, 4))
def test_polynomial_decay_equals_fastais_run_backwards(fastai_schedule, lr, fraction, total_steps: int, power: float):
    # fastai's is a power of the part that is done, and ours of the part that is left.
    theirs = fastai_rates(fastai_schedule.SchedPoly(lr * fraction, lr, power), total_steps)
    np.testing.assert_allclose(
        PolynomialDecay(lr, lr * fraction, total_steps, power)(np.arange(total_steps)), theirs[::-1], rtol=1e-12
    )


@given(rates, st.integers(1, 150), st.integers(1, 150), st.floats(1, 100), st.floats(1, 1e3))
def test_one_cycle_equals_fastais_annealers_phase_by_phase(fastai_schedule, max_lr, up, down, div, final_div: float):
    first = max_lr / div
    theirs = fastai_rates(fastai_schedule.SchedCos(first, max_lr), up + 1)
    theirs += fastai_rates(fastai_schedule.SchedCos(max_lr, first / final_div), down + 1)[1:]
    schedule = OneCycle(max_lr, up + down + 1, (up + 1) / (up + down + 1), div, final_div)
    # The way down ends in the difference of two rates, which is exact to the larger one.
    np.testing.assert_allclose(schedule(np.arange(up + down + 1)), theirs, rtol=1e-12, atol=1e-15 * max_lr)


@given(rates, st.integers(1, 7), st.floats(1, 100), st.floats(1, 10))
def test_one_cycle_equals_the_schedule_of_fit_one_cycle_where_its_positions_are_exact(
    fastai_schedule, max_lr: float, doublings: int, div: float, final_div: float
):
    up = 2**doublings
    theirs = fastai_schedule.combined_cos(0.5, max_lr / div, max_lr, max_lr / div / final_div)
    assert_same(OneCycle(max_lr, 2 * up + 1, (up + 1) / (2 * up + 1), div, final_div), fastai_rates(theirs, 2 * up + 1))


@given(rates, st.integers(4, 200), st.data())
def test_one_cycle_equals_the_schedule_of_fit_one_cycle_to_the_digits_of_its_positions(
    fastai_schedule, max_lr: float, steps: int, data
):
    up = data.draw(st.integers(1, steps - 1))
    theirs = fastai_schedule.combined_cos(up / steps, max_lr / 25, max_lr, max_lr / 1e5)
    ours = OneCycle(max_lr, steps + 1, (up + 1) / (steps + 1), div_factor=25, final_div_factor=1e5 / 25)
    # fastai finds the place in a phase in 32 bits (test_where_fastai_goes_wrong.py); a short phase stretches the error.
    tolerance = 2**-22 * steps * max_lr
    np.testing.assert_allclose(ours(np.arange(steps + 1)), fastai_rates(theirs, steps + 1), rtol=0, atol=tolerance)
