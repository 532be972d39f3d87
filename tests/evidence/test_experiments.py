import math
from dataclasses import replace

import pandas as pd
import pytest

from course_lib.evidence import Row, judge, read_claims
from course_lib.evidence.experiments import EXPERIMENTS, decays, overshoot, rates
from course_lib.evidence.experiments.base import best_rate
from course_lib.evidence.experiments.training import GUESSING, SCHEDULES, of_curves, schedule_of
from course_lib.evidence.run import run
from course_lib.training import History
from tests.evidence.test_claims import BOOK

BEST = {"cnn": 0.3, "mlp": 0.1, "cnn-squared": 3.0}


def smaller(experiment):
    images = 250 if experiment.name == "overshoot" else 100  # several mini-batches, or the curve has one epoch
    scale = experiment.scales["page"]
    return replace(scale, images=images, rates=scale.rates[-1:])


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_runs_at_the_scale_of_a_page_and_every_claim_gets_a_verdict(name, tmp_path):
    experiment = EXPERIMENTS[name]
    small = replace(experiment, scales={"page": smaller(experiment)})
    record = run(small, "page", tmp_path, report=lambda line: None)
    assert record.complete
    for claim in read_claims(BOOK / "evidence").values():
        if claim.experiment == name:
            assert len(judge(claim, tmp_path, "page").outcomes) == len(claim.comparisons)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=lambda experiment: experiment.name)
def test_the_full_scale_has_ten_seeds_and_tunes_every_group_alike(experiment):
    scale = experiment.scales["full"]
    assert len(scale.seeds) >= 10
    trials = pd.DataFrame(
        [(t.side, t.settings["lr"], t.seed) for t in experiment.tuning(scale)], columns=["g", "lr", "s"]
    )
    budgets = {group: (tuple(rows["lr"]), tuple(rows["s"])) for group, rows in trials.groupby("g")}
    assert len(set(budgets.values())) == 1


def test_too_small_and_too_large_are_a_factor_of_ten():
    sides = rates.sides(rates.FULL, BEST)
    assert sides["cnn.tenth"]["lr"] == pytest.approx(0.03)
    assert sides["cnn.tenfold"]["lr"] == pytest.approx(3.0)
    assert sides["mlp.cnn-rate"]["lr"] == 0.3
    assert sides["cnn.squared-rate"] == sides["cnn.tuned"] | {"lr": 3.0}


def test_a_tenth_of_the_rate_for_long_makes_ten_times_the_epochs():
    sides = rates.sides(rates.FULL, BEST)
    long, tuned = sides["cnn.tenth-long"], sides["cnn.tuned"]
    assert long["lr"] * long["epochs"] == pytest.approx(tuned["lr"] * tuned["epochs"])


def test_mini_batches_and_whole_batches_make_as_many_updates():
    scale = overshoot.FULL
    groups = overshoot.groups(scale)
    updates = {name: group["epochs"] * -(-scale.images // group["batch_size"]) for name, group in groups.items()}
    assert len(set(updates.values())) == 1


def test_step_and_exponential_decay_lose_as_much_of_the_rate():
    step, exponential = (schedule_of(name, 1.0, 1000) for name in ("step", "exponential"))
    assert step(999) == pytest.approx(0.01)
    assert exponential(1000) == pytest.approx(0.01)
    assert set(decays.groups(decays.FULL)) == set(SCHEDULES)


def test_an_unknown_schedule_is_said_so():
    with pytest.raises(ValueError, match="schedule must be one of constant, step"):
        schedule_of("saw", 0.1, 10)


def history(losses, accuracies=None, diverged_at=None):
    accuracies = accuracies or [0.5] * len(losses)
    return History(pd.DataFrame(), pd.DataFrame({"train_loss": losses, "valid_accuracy": accuracies}), diverged_at)


@pytest.mark.parametrize(
    ("losses", "share"),
    [([4.0, 3.0, 2.0], 0.0), ([4.0, 5.0, 3.0], 0.5), ([4.0, 3.0, 3.5, 3.2, 2.0], 0.5), ([1.0, 1.0, 1.0], 1.0)],
)
def test_a_setback_is_an_epoch_without_a_new_lowest_loss(losses, share):
    assert of_curves(history(losses), len(losses))["setbacks"] == share


def test_epochs_lost_to_divergence_are_setbacks():
    curves = of_curves(history([4.0, 3.0, math.nan], diverged_at=7), epochs=5)
    assert curves == {"setbacks": 0.75}


def test_wobble_and_jump_are_read_off_the_end_of_the_curves():
    curves = of_curves(history([9.0, 5.0, 2.0, 1.5, 1.4, 1.1], [0.1, 0.9, 0.50, 0.52, 0.50, 0.53]), 6)
    assert curves["wobble"] == pytest.approx((0.02 + 0.02 + 0.03) / 3)
    assert curves["jump"] == pytest.approx(0.5)


def test_a_run_that_diverges_counts_as_guessing_and_can_be_kept():
    experiment = EXPERIMENTS["rates"]
    scale = smaller(experiment)
    settings = {**experiment.groups(scale)["mlp"], "lr": 1e6, "plateau": "stop"}
    measures, curves = experiment.train(settings, 0, experiment.data(scale))
    assert measures["diverged"] == 1.0
    assert measures["test_accuracy"] == measures["valid_accuracy"] == GUESSING
    assert all(math.isfinite(value) for value in (*measures.values(), *curves["train_loss"]))


def test_the_plateau_rule_fires_after_two_epochs_without_gain_and_stops_where_it_is_told_to():
    experiment = EXPERIMENTS["rates"]
    scale = smaller(experiment)
    settings = {**experiment.groups(scale)["mlp"], "lr": 1e-9, "epochs": 5}
    data = experiment.data(scale)
    noted, curves = experiment.train({**settings, "plateau": "note"}, 0, data)
    assert (noted["plateau_epoch"], len(curves["valid_accuracy"])) == (3.0, 5)
    stopped, curves = experiment.train({**settings, "plateau": "stop"}, 0, data)
    assert (stopped["plateau_epoch"], len(curves["valid_accuracy"])) == (3.0, 3)
    assert stopped["plateau_accuracy"] == noted["plateau_accuracy"]


def test_the_best_rate_has_the_best_mean_and_is_the_smallest_of_those_that_are_level():
    rows = [
        Row("tuning", "g", {"lr": lr}, 0, {"valid_accuracy": a, "train_loss": a}) for lr, a in ((0.3, 0.8), (0.1, 0.8))
    ]
    rows.append(Row("tuning", "g", {"lr": 1.0}, 0, {"valid_accuracy": 0.5, "train_loss": 0.5}))
    assert best_rate(rows, "g", "valid_accuracy") == 0.1
    assert best_rate(rows, "g", "train_loss") == 1.0
    with pytest.raises(ValueError, match="group must be one that was tuned, got 'h'"):
        best_rate(rows, "h", "valid_accuracy")
