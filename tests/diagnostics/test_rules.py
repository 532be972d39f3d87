"""Rules on measurements made up for them, where a tiny run would not show the case reliably."""

from dataclasses import replace

import pandas as pd
import pytest

from course_lib.diagnostics.behaviour import Behaviour, Scores
from course_lib.diagnostics.case import Case
from course_lib.diagnostics.diagnose import judge
from course_lib.diagnostics.reference import Reference
from course_lib.diagnostics.rules import inputs, rates
from course_lib.diagnostics.trials import Trials
from course_lib.training import History

FINE = Scores(loss=0.5, accuracy=0.85, training_loss=0.5, training_accuracy=0.85)
CASE = Case(
    history=History(
        steps=pd.DataFrame(
            {"step": range(6), "epoch": range(6), "lr": 0.1, "train_loss": [2.3, 1, 0.9, 0.7, 0.6, 0.5]}
        ),
        epochs=pd.DataFrame({"lr": 0.1, "train_loss": [2.0, 1, 0.9, 0.7, 0.6, 0.5], "valid_loss": 0.5}),
    ),
    classes=10,
    finite=True,
    unoptimized=(),
    peak_lr=0.1,
    reference=Reference(accuracy=0.8, chance=0.1, images=1000),
    end=None,
    start=None,
    behaviour=Behaviour(FINE, FINE, repeat=0.0, company=0.0, deaf=(), probabilities=False),
    from_end=Trials(0.5, {0.1: 0.49, 1.0: 0.48, 10.0: 2.0, 100.0: float("inf")}),
    from_start=Trials(2.3, {0.1: 1.5, 1.0: 0.9}),
)


def with_losses(losses: list[float], lr: list[float] | float = 0.1) -> Case:
    epochs = pd.DataFrame({"lr": lr, "train_loss": losses, "valid_loss": 0.5})
    return replace(CASE, history=replace(CASE.history, epochs=epochs))


def trials(tenth: float, same: float, ten: float = 2.0, hundred: float = 9.0) -> Trials:
    return Trials(0.5, {0.1: tenth, 1.0: same, 10.0: ten, 100.0: hundred})


def test_a_fine_case_has_no_findings():
    assert judge(CASE).findings == ()


@pytest.mark.parametrize(
    ("losses", "lr", "tenth", "found"),
    [
        ([2.0, 1.0, 0.6, 0.55, 0.54, 0.53], 0.1, 0.35, True),
        ([2.0, 1.0, 0.6, 0.55, 0.54, 0.53], 0.1, 0.49, False),  # a smaller rate would not help
        ([2.0, 1.5, 1.2, 0.9, 0.7, 0.5], 0.1, 0.35, False),  # still falling
        ([2.0, 1.0, 0.6, 0.55, 0.54, 0.53], [0.1, 0.1, 0.1, 0.1, 0.01, 0.01], 0.35, False),  # annealed already
        ([2.0, 0.5], 0.1, 0.35, False),  # too short to tell
    ],
)
def test_a_plateau_is_level_at_a_steady_rate_and_moved_by_a_smaller_one(losses, lr, tenth: float, found: bool):
    case = replace(with_losses(losses, lr), from_end=trials(tenth, 0.5))
    assert (rates.plateau(case) is not None) == found


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (trials(0.499, 0.49, ten=0.3), True),
        (trials(0.499, 0.3, ten=0.28), False),  # the run's own rate is as good
        (trials(0.49999, 0.4999, ten=0.499, hundred=0.49), True),  # each ten times the rate, ten times the fall
        (trials(0.49, 0.495, ten=0.6), False),
    ],
)
def test_a_rate_is_too_low_when_a_larger_one_falls_faster_or_in_proportion(after: Trials, found: bool):
    assert (rates.rate_too_low(replace(CASE, from_end=after)) is not None) == found


def test_without_fresh_weights_a_loss_that_jumped_up_says_the_rate_was_too_high():
    losses = [2.3] * 5 + [9.0] * 20
    steps = pd.DataFrame({"step": range(25), "epoch": 0, "lr": 0.1, "train_loss": losses})
    case = replace(CASE, from_start=None, history=replace(CASE.history, steps=steps))
    assert "rose to 9" in rates.rate_too_high(case)


def test_a_validation_loss_recorded_in_training_mode_is_recognised():
    noisy = Scores(loss=0.4, accuracy=0.87, training_loss=0.5, training_accuracy=0.8)
    behaviour = replace(CASE.behaviour, valid=noisy)
    assert "is that of training mode" in inputs.evaluation_mode(replace(CASE, behaviour=behaviour))


def test_images_that_only_the_model_can_read_do_not_have_shuffled_labels():
    blind = replace(CASE, reference=Reference(accuracy=0.11, chance=0.1, images=1000))
    assert inputs.shuffled_labels(blind) is None
    at_chance = replace(FINE, accuracy=0.1)
    guessing = replace(blind, behaviour=replace(CASE.behaviour, valid=at_chance))
    assert inputs.shuffled_labels(guessing) is not None
