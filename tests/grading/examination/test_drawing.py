"""Random inputs: the same for the same seed and test, and telling nothing about another's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.grading.examination.drawing import Draw, new_seed


@given(st.integers(0, 2**63 - 1), st.text(max_size=20))
def test_a_regrade_with_the_same_seed_draws_the_same(seed, test):
    assert Draw(seed, test).random() == Draw(seed, test).random()
    np.testing.assert_array_equal(Draw(seed, test).numpy.normal(size=3), Draw(seed, test).numpy.normal(size=3))


def test_seeds_and_tests_have_streams_of_their_own():
    drawn = {Draw(seed, test).random() for seed in (0, 1, 255, 256, 2**63 - 1) for test in ("a", "b", "a[1]")}
    assert len(drawn) == 15


def test_drawing_from_one_does_not_move_the_other():
    one, other = Draw(1, "a"), Draw(1, "a")
    one.random()
    assert one.numpy.random() == other.numpy.random()


def test_a_seed_fits_a_databases_column_and_is_new_each_time():
    seeds = {new_seed() for _ in range(20)}
    assert len(seeds) == 20
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_seed_below_0_is_refused():
    with pytest.raises(ValueError, match="seed must be 0 or above"):
        Draw(-1, "a")
