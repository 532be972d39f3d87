"""What is said of comparisons and claims, in words."""

from dataclasses import replace
from operator import attrgetter

import pytest

from course_lib.evidence import Claim, Comparison, Judgement, Outcome, Verdict, judge, read_claims, read_record
from course_lib.evidence.claims import SHARES
from course_lib.evidence.records import FOLDER
from course_lib.evidence.verdict import Effect
from course_lib.evidence.wording import comparison_words, counts_words, effect_words, levels_words, told

ACCURACY = Comparison(
    name="accuracy",
    sides=("side A", "side B"),
    metric="test accuracy",
    unit="points",
    direction="higher",
    smallest_effect=1.0,
    why="Because.",
    measure="test_accuracy",
    a=("a",),
    b=("b",),
)


def outcome(comparison=ACCURACY, *, low=4.0, high=6.0, verdict=Verdict.SUPPORTED):
    return Outcome(comparison, Effect((low + high) / 2, low, high, 10, verdict), 85.0, 80.0)


def claim(levels):
    """A claim whose comparisons have these names and levels."""
    comparisons = tuple(replace(ACCURACY, name=name, level=level) for name, level in levels)
    return Claim("C1", "It is so.", "chapter", "It is.", comparisons, ("somebody2020",), "It is.", factor="the factor")


def test_a_comparison_is_told_in_the_order_in_which_one_asks():
    assert told(outcome()) == (
        ("Measured", "test accuracy"),
        ("A", "side A, mean 85.0 %"),
        ("B", "side B, mean 80.0 %"),
        ("A \N{MINUS SIGN} B", "+5.0 percentage points [+4.0, +6.0], 10 seeds"),
        ("Expected", "A above B by more than 1 percentage point"),
    )


def test_a_measurement_that_another_claim_has_told_is_told_in_short():
    earlier = claim([("too-small-mlp", None)])
    same = outcome(replace(earlier.comparisons[0], name="worse-mlp", level="the end"))
    other = outcome(replace(same.comparison, measure="valid_accuracy"))
    before = [Judgement(earlier, Verdict.SUPPORTED, (outcome(earlier.comparisons[0]),))]
    assert told(same, before) == (
        ("Measured", "already for claim C1: too small, MLP"),
        ("A \N{MINUS SIGN} B", "+5.0 percentage points [+4.0, +6.0], 10 seeds"),
    )
    assert told(other, before) == told(other)


def test_a_fixed_side_is_no_mean_and_a_movement_is_no_share():
    fixed = replace(ACCURACY, b=0.8)
    assert ("B", "side B, 80.0 %") in told(outcome(fixed))
    movement = replace(ACCURACY, measure="wobble")
    assert ("A", "side A, mean 85.0 percentage points") in told(outcome(movement))


@pytest.mark.parametrize(
    ("direction", "smallest", "words"),
    [
        ("higher", 0.5, "A above B by more than 0.5 percentage points"),
        ("lower", 1.0, "A below B by more than 1 percentage point"),
        ("different", 2.0, "A above or below B by more than 2 percentage points"),
        ("higher", -0.5, "A less than 0.5 percentage points below B"),
        ("lower", -5.0, "A less than 5 percentage points above B"),
    ],
)
def test_what_would_count_says_which_side_lies_where(direction, smallest, words):
    assert counts_words(replace(ACCURACY, direction=direction, smallest_effect=smallest)) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (87.5, 102.5, "; the interval reaches beyond +100, the largest difference possible"),
        (-102.5, -87.5, "; the interval reaches beyond \N{MINUS SIGN}100, the largest difference possible"),
        (-120.0, 120.0, "; the interval reaches beyond ±100, the largest difference possible"),
        (-100.0, 100.0, ""),
    ],
)
def test_an_interval_that_holds_what_cannot_be_says_so(low, high, words):
    assert effect_words(outcome(low=low, high=high)).partition(" seeds")[2] == words


def test_what_is_no_share_has_no_largest_difference():
    loss = replace(ACCURACY, measure="train_loss", unit="nats")
    assert effect_words(outcome(loss, low=-200.0, high=200.0)).endswith("10 seeds")


def test_the_record_keeps_shares_between_0_and_1():
    for name in {claim.experiment for claim in read_claims().values() if claim.experiment}:
        for row in read_record(name, "full", FOLDER).rows:
            assert all(0 <= row.measures[measure] <= 1 for measure in SHARES & set(row.measures))


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ([("too-small-cnn", None), ("end", None)], ["too small, CNN", "end"]),
        ([("architecture", "the architecture"), ("loss", "the loss")], ["the architecture", "the loss"]),
        (
            [("stuck-cnn", "gets stuck"), ("stuck-mlp", "gets stuck"), ("early-cnn", "seems to converge too early")],
            ["gets stuck, CNN", "gets stuck, MLP", "seems to converge too early"],
        ),
        (
            [("exact-speed", "all images"), ("exact-turning", "all images"), ("noisy-speed", "mini-batches")],
            ["all images, speed", "all images, turning", "mini-batches"],
        ),
        ([("noisy", "noisy"), ("noisy-spread", "noisy")], ["noisy", "noisy, spread"]),
    ],
)
def test_a_label_does_not_say_twice_what_the_level_says(levels, words):
    made = claim(levels)
    assert [comparison_words(comparison, made) for comparison in made.comparisons] == words


@pytest.mark.parametrize("made", read_claims().values(), ids=attrgetter("id"))
def test_the_labels_of_a_claim_of_the_course_tell_its_comparisons_apart(made):
    labels = [comparison_words(comparison, made) for comparison in made.comparisons]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def judged_at(*levels):
    """A judgement with two comparisons at the level "few" and one at "many"."""
    made = claim([("one-few", "few"), ("two-few", "few"), ("one-many", "many")])
    pairs = zip(made.comparisons, levels, strict=True)
    return Judgement(made, Verdict.UNDECIDED, tuple(outcome(comparison, verdict=word) for comparison, word in pairs))


def test_levels_that_do_not_agree_are_told_one_by_one():
    judgement = judged_at(Verdict.SUPPORTED, Verdict.UNDECIDED, Verdict.NOT_SUPPORTED)
    assert levels_words(judgement) == "few: undecided; many: not supported here"
    depends = replace(judged_at(Verdict.SUPPORTED, Verdict.SUPPORTED, Verdict.NOT_SUPPORTED), verdict=Verdict.DEPENDS)
    assert levels_words(depends) == "few: supported here; many: not supported here"


def test_levels_that_agree_on_a_clear_verdict_need_no_words():
    agreed = replace(judged_at(*3 * [Verdict.SUPPORTED]), verdict=Verdict.SUPPORTED)
    assert levels_words(agreed) == ""


def test_without_a_factor_or_a_record_there_are_no_levels():
    for made in read_claims().values():
        judgement = judge(made)
        assert bool(judgement.levels) == bool(made.factor and judgement.outcomes)
