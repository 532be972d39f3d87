import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from course_lib.evidence.verdict import Verdict, all_of, over_levels, paired_effect

NUMBERS = st.lists(st.floats(-100, 100), min_size=2, max_size=20)


@given(NUMBERS)
def test_the_interval_is_that_of_a_paired_t_test(differences):
    effect = paired_effect(differences, 1.0, "higher")
    if np.ptp(differences) > 1e-6:
        low, high = stats.ttest_1samp(differences, 0.0).confidence_interval(0.95)
        assert (effect.low, effect.high) == pytest.approx((low, high), rel=1e-6, abs=1e-9)
    assert effect.mean == pytest.approx(np.mean(differences))
    assert effect.seeds == len(differences)


@pytest.mark.parametrize(
    ("differences", "direction", "smallest", "word"),
    [
        ([2.0, 2.0], "higher", 1.0, Verdict.SUPPORTED),
        ([0.5, 0.5], "higher", 1.0, Verdict.NOT_SUPPORTED),
        ([-2.0, -2.0], "higher", 1.0, Verdict.NOT_SUPPORTED),
        ([1.0, 1.0], "higher", 1.0, Verdict.UNDECIDED),
        ([0.0, 3.0], "higher", 1.0, Verdict.UNDECIDED),
        ([-2.0, -2.0], "lower", 1.0, Verdict.SUPPORTED),
        ([2.0, 2.0], "lower", 1.0, Verdict.NOT_SUPPORTED),
        ([-0.3, -0.3], "higher", -0.5, Verdict.SUPPORTED),
        ([-0.8, -0.8], "higher", -0.5, Verdict.NOT_SUPPORTED),
        ([0.3, 0.3], "lower", -0.5, Verdict.SUPPORTED),
        ([2.0, 2.0], "different", 1.0, Verdict.SUPPORTED),
        ([-2.0, -2.0], "different", 1.0, Verdict.SUPPORTED),
        ([0.5, 0.5], "different", 1.0, Verdict.NOT_SUPPORTED),
        ([-0.5, -0.5], "different", 1.0, Verdict.NOT_SUPPORTED),
        ([-3.0, 3.0], "different", 1.0, Verdict.UNDECIDED),
    ],
)
def test_the_word_follows_from_where_the_interval_lies(differences, direction, smallest, word):
    assert paired_effect(differences, smallest, direction).verdict is word


@given(NUMBERS, st.floats(0.1, 50))
def test_lower_is_higher_seen_from_the_other_side(differences, smallest):
    mirrored = [-difference for difference in differences]
    assert paired_effect(differences, smallest, "higher").verdict is paired_effect(mirrored, smallest, "lower").verdict


@pytest.mark.parametrize(
    ("differences", "smallest", "direction", "words"),
    [
        ([1.0], 1.0, "higher", "differences must be two"),
        ([1.0, float("nan")], 1.0, "higher", "finite"),
        ([1.0, 2.0], 1.0, "up", "direction must be one of higher, lower, different, got 'up'"),
        ([1.0, 2.0], 0.0, "different", "smallest_effect must be above 0"),
    ],
)
def test_what_cannot_be_judged_is_an_error(differences, smallest, direction, words):
    with pytest.raises(ValueError, match=words):
        paired_effect(differences, smallest, direction)


S, N, U = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("verdicts", "word"), [([S, S], S), ([S, U], U), ([S, N], N), ([U, N], N)], ids=lambda value: str(value)
)
def test_a_claim_needs_all_its_comparisons(verdicts, word):
    assert all_of(verdicts) is word


@pytest.mark.parametrize(
    ("levels", "word"),
    [
        ({"x": [S], "y": [N]}, Verdict.DEPENDS),
        ({"x": [S], "y": [S]}, S),
        ({"x": [N], "y": [N]}, N),
        ({"x": [S], "y": [U]}, U),
        ({"x": [N], "y": [U]}, U),
        ({"x": [S, N], "y": [N]}, N),
        ({"x": [S], "y": [N], "z": [U]}, Verdict.DEPENDS),
    ],
)
def test_depends_needs_levels_that_contradict_each_other(levels, word):
    assert over_levels(levels) is word
