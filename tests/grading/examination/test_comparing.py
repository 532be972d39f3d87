"""Comparisons that say what is wrong, and neither what is right nor what was asked."""

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib.grading import Mismatch, assert_close, assert_same, assert_shape, assert_that
from course_lib.grading.examination.student import Student

RATES = np.array([0.317, 0.211, 0.173, 0.0917, 0.0431])
GRID = np.arange(6.0).reshape(2, 3) + 0.7


def words(actual, expected, **settings):
    with pytest.raises(Mismatch) as caught:
        assert_close(actual, expected, what="the rate", **settings)
    return caught.value.words


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (RATES[:-1], RATES, "has one item less than it should"),
        ([*RATES, 1, 1], RATES, "has too many items"),
        (0.3, RATES, "is a single number, where several are asked for"),
        ([0.3], 0.3, "is an array or a list of shape (1,), where a single number is asked for"),
        (GRID, RATES, "has 2 dimensions, where 1 are asked for"),
        (GRID.T, GRID, "has its rows and columns swapped"),
        (GRID.T[:2, :2], GRID[:2, :2], "has its rows and columns swapped"),
        (GRID[::-1], GRID, "is upside down"),
        (GRID[:, :2], GRID, "has the right number of dimensions, and another length along at least one of them"),
        (None, 0.3, "is None, where a number is asked for"),
        ("0.3", 0.3, "is text, where a number is asked for"),
        (True, 1.0, "is True or False, where a number is asked for"),
        ({}, 1.0, "is a dict, where a number is asked for"),
        ([0.1, None], [0.1, 0.2], "is None at least once: does every way through the function end in a `return`?"),
        ([0.1, "x"], [0.1, 0.2], "holds text, where numbers are asked for"),
        ([[1, 2], [3]], [[1, 2], [3, 4]], "has rows of different lengths"),
        ([10**400], [1.0], "holds a number too large to compare"),
        (10**400, 1.0, "holds a number too large to compare"),
        (0.3 + 1j, 0.3, "has an imaginary part, where a real number is asked for"),
        (np.array([0.1, np.nan]), [0.1, 0.2], "is not a number (NaN)"),
        (math.inf, 0.3, "is infinite"),
        (0.3, math.inf, "is a finite number where it cannot be one"),
        (np.full(5, 0.317), RATES, "is the same everywhere, where it should vary"),
        (-RATES, RATES, "has the opposite sign"),
        (100 * RATES, RATES, "is a percentage where a fraction is asked for"),
        (0.01 * 0.3, 0.3, "is a percentage where a fraction is asked for"),
        (math.degrees(0.3), 0.3, "mixes up degrees and radians"),
        (3 * RATES, RATES, "is wrong by one and the same factor everywhere"),
        (RATES + 0.1, RATES, "is wrong by one and the same amount everywhere"),
        (RATES * 1.0001, RATES, "is nearly right"),
        (RATES[::-1], RATES, "runs backwards"),
        (np.roll(RATES, 1), RATES, "comes one position late"),
        (np.roll(RATES, -1), RATES, "comes one position early"),
        (RATES[[1, 0, 2, 4, 3]], RATES, "has the right numbers in another order"),
        ([0.317, 0.211, 9, 8, 9], RATES, "is right for the first 2 items and wrong from then on"),
        ([9, 0.211, 9, 8, 0.0431], RATES, "is right for 2 of 5 items"),
        (0.4, 0.3, "is not what the task asks for"),
        (RATES > 0.2, RATES, "holds an array of True and False, where numbers are asked for"),
        ([], [0.1], "has one item less than it should"),
    ],
)
def test_a_mistake_is_told_by_what_it_does(actual, expected, said):
    assert words(actual, expected).startswith(f"the rate {said}")


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8),
    st.lists(st.floats(allow_nan=True), min_size=1, max_size=8),
)
def test_whatever_differs_nothing_of_the_expected_values_is_said(expected, actual):
    if len(actual) == len(expected) and np.allclose(actual, expected, rtol=1e-6, atol=1e-9):
        assert_close(actual, expected)
        return
    said = words(actual, expected)
    numbers = re.findall(r"\d+", said.replace("0 divided by 0", "").replace("division by 0", ""))
    assert all(int(number) <= 8 for number in numbers)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.sampled_from([list, tuple, np.array]))
def test_a_right_answer_passes_in_any_form(expected, form):
    assert_close(form(expected), expected)
    assert_close(float(expected[0]), expected[0])


def test_nan_and_infinity_are_close_to_themselves():
    assert_close([math.nan, math.inf, -math.inf], [math.nan, math.inf, -math.inf])
    with pytest.raises(Mismatch):
        assert_close([math.inf], [-math.inf])


def test_a_scalar_array_is_a_number():
    assert_close(np.array(0.3), 0.3)


def test_one_factor_for_two_numbers_may_be_an_accident():
    assert "factor" not in words([0.2, 0.4], [0.1, 0.2])


class TestSame:
    @pytest.mark.parametrize(
        ("actual", "expected", "said"),
        [
            ("Steady", "steady", "differs in capitals or blanks alone"),
            ("low", "steady", "is another one than the task asks for"),
            (1, True, "is a number, where True or False is asked for"),
            (None, "steady", "is None, where text is asked for"),
            (["b", "a"], ["a", "b"], "has the right items in another order"),
            (["a", "c"], ["a", "b"], "is right for the first item and wrong from then on"),
            (["a"], ["a", "b"], "has one item less than it should"),
            ("ab", ["a", "b"], "is text, where a list is asked for"),
            ({"a": 1}, {"a": 1, "b": 2}, "lacks a key"),
            ({"a": 1, "c": 1, "b": 2}, {"a": 1, "b": 2}, "has a key too many"),
            ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "has a wrong value under 1 of its 2 keys"),
            ([], {}, "is a list, where a dict is asked for"),
            (np.zeros(2), "a", "is an array, where text is asked for"),
        ],
    )
    def test_a_mistake_is_told_by_what_it_does(self, actual, expected, said):
        with pytest.raises(Mismatch) as caught:
            assert_same(actual, expected, what="the name")
        assert caught.value.words.startswith(f"the name {said}")

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
    def test_a_value_is_the_same_as_itself(self, value):
        assert_same(value, value)

    def test_a_list_is_the_same_as_a_tuple_and_an_array_is_not_for_it(self):
        assert_same(("a", [1]), ["a", (1,)])
        with pytest.raises(TypeError, match="there is assert_close"):
            assert_same([1], np.zeros(1))


def test_a_shape_is_asked_for_by_name():
    assert_shape(np.zeros((2, 3)), (2, 3))
    assert_shape(0.3, ())
    with pytest.raises(Mismatch, match=r"the answer has the shape \(3, 2\), where \(2, 3\) is asked for"):
        assert_shape(np.zeros((3, 2)), (2, 3))


def test_a_condition_is_true_or_false():
    assert_that(np.float64(1) > 0, "the rate is negative")
    with pytest.raises(Mismatch, match="the rate is negative"):
        assert_that(np.float64(-1) > 0, "the rate is negative")
    with pytest.raises(TypeError, match="must be True or False"):
        assert_that(np.zeros(2) > 0, "x")


@pytest.mark.parametrize("compare", [assert_close, assert_same, assert_shape])
def test_what_is_still_on_the_students_side_is_no_value(compare):
    with pytest.raises(TypeError, match="still on the student's side"):
        compare(Student(None).f, 1)


@given(st.lists(st.floats(0.1, 10), min_size=4, max_size=8, unique=True), st.floats(2, 50))
def test_a_named_mistake_is_one_that_was_made(expected, factor):
    """Whatever is said of a factor holds: dividing by it gives the right answer."""
    assume(max(expected) - min(expected) > 0.5)
    said = words([factor * value for value in expected], expected)
    assert said.endswith(("factor everywhere", "degrees and radians", "the other way round"))
