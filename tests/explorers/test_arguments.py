"""A wrong argument gets an error at the door, and a schedule is taken apart into its pieces."""

import numpy as np
import pytest

from course_lib.explorers import AdaptiveSteps, DescentOnAValley, DropoutMasks, RangeTestReader, ScheduleComposer
from course_lib.explorers.picture import Axis, Line, picture
from course_lib.schedules import Constant, CosineAnnealing, LinearWarmup, MultiStepDecay, StepDecay, warmup_stable_decay
from tests.explorers.conftest import range_test_reader


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: DescentOnAValley(lr=3), "lr must be a number from 0 to 2, got 3"),
        (lambda: DescentOnAValley(lr=float("nan")), "lr must be a number from 0 to 2, got nan"),
        (lambda: DescentOnAValley(momentum=1.0), "momentum must be a number from 0 to 0.99"),
        (lambda: DescentOnAValley(condition=0.5), "condition must be a number from 1 to 1000"),
        (lambda: DescentOnAValley(noise=-1), "noise must be a number from 0 to 5"),
        (lambda: DescentOnAValley(seed=0.5), "seed must be a whole number from 0 to 99"),
        (lambda: DescentOnAValley(steps=0), "steps must be a whole number from 1 to 300"),
        (lambda: DescentOnAValley(start=(0.0, 0.0)), "start must be two finite numbers, not both 0"),
        (lambda: AdaptiveSteps({"Adma": 0.1}), "each rule of rates must be one of 'SGD', .*, got 'Adma'"),
        (lambda: AdaptiveSteps({"Adam": 3}), "the rate of Adam must be a number from 0 to 2"),
        (lambda: AdaptiveSteps(shown=["Adma"]), "each rule of shown"),
        (lambda: AdaptiveSteps(method="Adma"), "method must be one of"),
        (lambda: AdaptiveSteps().path("Adma"), "rule must be one of"),
        (lambda: DropoutMasks(p=1.0), "p must be a number from 0 to 0.95"),
        (lambda: DropoutMasks(scaling="none"), "scaling must be one of 'inverted'"),
        (lambda: DropoutMasks(values=()), "values must be 1 to 40 numbers"),
        (lambda: DropoutMasks(values=(1.0, -1.0)), "each of values must be a number from 0"),
        (lambda: ScheduleComposer(steps=0), "steps must be a whole number from 1"),
        (lambda: ScheduleComposer(CosineAnnealing(0.1, 0.0, total_steps=50), 40), "must not be cut short"),
        (
            lambda: ScheduleComposer(MultiStepDecay(0.1, (5,), 0.1), 10),
            "each piece must be one of Constant, .*, got Multi",
        ),
        (lambda: ScheduleComposer(Constant(0.1), 6000), r"the length of each piece \(Constant\) must be"),
    ],
)
def test_a_wrong_argument_is_named_with_its_value_and_what_would_be_right(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("results", "thresholds", "words"),
    [
        ({}, (None, None), "results must have at least one rate"),
        ({0.0: [0.5]}, (None, None), "each rate of results must be above 0"),
        ({0.1: []}, (None, None), "at least one accuracy for each rate, got none for 0.1"),
        ({0.1: [84.0]}, (None, None), "each accuracy at the rate 0.1 must be a number from 0 to 1, got 84.0"),
        ({0.1: [0.8]}, (0.1, 0.01), "low must be above 0 and at most high"),
        ({0.1: [0.8]}, (0.0, 0.01), "low must be above 0 and at most high"),
    ],
)
def test_a_reader_refuses_what_is_no_result(results, thresholds, words):
    with pytest.raises(ValueError, match=words):
        RangeTestReader(range_test_reader().test, results, *thresholds)


def test_more_pieces_than_can_be_shown_are_refused():
    schedule = Constant(0.1)
    for number in range(1, 9):
        schedule = schedule.then(Constant(0.1), at=number)
    with pytest.raises(ValueError, match="at most 8 pieces, got 9"):
        ScheduleComposer(schedule, 9)


def pieces(schedule, steps):
    return [(each["kind"], each["steps"]) for each in ScheduleComposer(schedule, steps).settings()["pieces"]]


def test_a_composition_is_taken_apart_however_it_was_put_together():
    warmup, cosine = LinearWarmup(0.0, 0.1, total_steps=5), CosineAnnealing(0.1, 0.0, total_steps=10)
    expected = [("LinearWarmup", 5), ("Constant", 3), ("CosineAnnealing", 10)]
    assert pieces(warmup.then(Constant(0.1), at=5).then(cosine, at=8), 18) == expected
    assert pieces(warmup.then(Constant(0.1).then(cosine, at=3), at=5), 18) == expected
    assert pieces(warmup_stable_decay(0.1, 5, 4, 20), 20) == [("LinearWarmup", 5), ("Constant", 11), ("LinearDecay", 4)]


def test_a_piece_that_has_ended_is_followed_by_what_it_holds():
    composer = ScheduleComposer(CosineAnnealing(0.1, 0.01, total_steps=10), 15)
    assert composer.settings()["pieces"][1] == {"kind": "Constant", "steps": 5, "lr": 0.01}


def test_what_lies_past_the_end_is_left_out():
    assert pieces(StepDecay(0.1, 5, 0.5).then(Constant(0.1), at=50), 20) == [("StepDecay", 20)]


def test_a_readers_thresholds_do_not_give_the_answer_away():
    settings = range_test_reader().settings()
    rates = settings["curve"]["lr"]
    thirds = np.geomspace(rates[0], rates[-1], 4)[1:3]
    assert [settings["low"], settings["high"]] == pytest.approx(thirds, rel=0.01)


def test_a_reader_carries_no_more_points_than_can_be_seen():
    reader = range_test_reader()
    assert len(reader.settings()["curve"]["lr"]) <= 250


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        (Axis("x", 0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (Axis("x", -2.5, 2.5), [-2, -1, 0, 1, 2]),
        (Axis("x", 5e-4, 2, log=True), [0.001, 0.01, 0.1, 1]),
    ],
)
def test_ticks_are_round_numbers_within_the_axis(axis, expected):
    assert axis.ticks() == pytest.approx(expected)


def test_a_picture_leaves_out_what_lies_outside_and_says_what_it_shows():
    svg = picture(Axis("a & b", 0, 10), Axis("y", 0, 1), [Line([0, 5, 10], [0.5, 1e9, float("inf")])], 'of "it"')
    assert svg.count("L") == 0
    assert "a &amp; b" in svg
    assert 'aria-label="of &quot;it&quot;"' in svg
