"""The tests that give points in *annealing*. They run in the grader's process; `student` reaches the answers.

Settings are drawn afresh for each run of the grader. Where it can be, a rate is held against the student's own rate at
another step, so that each test sees one mistake only, and one mistake costs points once.
"""

import random
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, isclose, pi
from statistics import mean, stdev

from course_lib.grading import assert_close, assert_same, assert_that, points

Settings = dict[str, float]


def rates(schedule, steps: Iterable[int], **settings: float) -> Sequence[float]:
    """A schedule at many steps, asked for in one question."""
    return schedule.map([(step,) for step in steps], **settings)


# --- Epochs and steps ---------------------------------------------------------------------------------------------


@points(
    1,
    topic="T3",
    hint="Count the batches of one epoch first; each epoch has as many. Read the note *Epochs and steps*.",
)
def test_steps_of_full_batches(student, draw):
    """Steps, when every batch is full."""
    epochs, batches, size = draw.randint(2, 9), draw.randint(3, 50), draw.randint(2, 64)
    assert_close(student.steps_of(epochs, batches * size, size), epochs * batches, what="the number of steps")


@points(
    1,
    topic="T3",
    hint="The images that are left over at the end of an epoch make a smaller batch, and a step. "
    "Read the note *Epochs and steps*.",
)
def test_steps_of_a_smaller_last_batch(student, draw):
    """Steps of one epoch, when the last batch is not full, down to one image in it, or one batch in all."""
    for batches, left in ((draw.randint(3, 50), None), (draw.randint(3, 50), 1), (0, None)):
        size = draw.randint(20, 64)
        images = batches * size + (left or draw.randint(2, size - 1))
        assert_close(student.steps_of(1, images, size), batches + 1, what="the number of steps")


@points(
    1,
    topic="T3",
    hint="No batch takes images from two epochs: each epoch ends with a smaller batch of its own. "
    "Read the note *Epochs and steps*.",
)
def test_steps_of_several_epochs(student, draw):
    """Steps of several epochs, when the last batch of each is not full."""
    size = draw.randint(20, 64)
    images = draw.randint(3, 50) * size + size // 3
    epochs = (2, draw.randint(3, 9), draw.randint(10, 30))
    one, *several = student.steps_of.map([(n, images, size) for n in (1, *epochs)])
    right = all(bool(actual == n * one) for n, actual in zip(epochs, several, strict=True))
    assert_that(right, "several epochs do not have as many steps as one epoch so many times")


# --- Step decay ---------------------------------------------------------------------------------------------------


def step_settings(draw: random.Random) -> Settings:
    return {"lr": draw.uniform(0.01, 1), "factor": draw.uniform(0.2, 0.8), "drop_every": draw.randint(6, 20)}


@points(1, topic="T3", hint="At step 0 no drop lies behind you. Read the section *Step decay*.")
def test_step_decay_starts_at_lr(student, draw):
    """Step decay at step 0."""
    settings = step_settings(draw)
    assert_close(student.step_decay(0, **settings), settings["lr"], what="the rate of step 0")


@points(
    1,
    topic="T3",
    hint="Between two drops the rate does not move at all, up to and including the last step before a drop. "
    "Read the section *Step decay*.",
)
def test_step_decay_holds_still_between_drops(student, draw):
    """Step decay between two drops."""
    settings = step_settings(draw)
    every = settings["drop_every"]
    for stair in (0, 1, draw.randint(2, 5)):
        steps = (every * stair + n for n in (1, 2, every // 2, every - 1))
        first, *others = rates(student.step_decay, steps, **settings)
        assert_close(others, [first] * 3, what="the rate between two drops")
    start, later = rates(student.step_decay, (0, 3 * every), **settings)
    assert_that(bool(start != later), "the rate never drops at all")


@points(
    1, topic="T3", hint="The first step with the lower rate is step `drop_every` itself. Read the section *Step decay*."
)
def test_step_decay_drops_at_the_boundary(student, draw):
    """Step decay at its first boundary, also when there is a drop at every step."""
    settings = step_settings(draw)
    for every in (settings["drop_every"], 1):
        start, end = rates(student.step_decay, (0, every), **settings | {"drop_every": every})
        assert_close(end, start * settings["factor"], what="the rate of the first step after a drop")


@points(
    1, topic="T3", hint="Each drop multiplies the rate that the drop before it left. Read the section *Step decay*."
)
def test_step_decay_keeps_dropping(student, draw):
    """Step decay after several drops, seen from the middle of a stair to the middle of a later one."""
    settings = step_settings(draw)
    every, drops = settings["drop_every"], (1, 2, draw.randint(4, 7))
    start, *later = rates(student.step_decay, (every * drop + 2 for drop in (0, *drops)), **settings)
    assert_close(later, [start * settings["factor"] ** drop for drop in drops], what="the rate after several drops")


@points(
    1,
    topic="T3",
    hint="What does it do to a number to be multiplied by 1, however often? Read the section *Step decay*.",
)
def test_step_decay_with_factor_one_is_constant(student, draw):
    """Step decay with the factor 1."""
    settings = step_settings(draw) | {"factor": 1.0}
    steps = (0, settings["drop_every"], draw.randint(100, 999))
    assert_close(rates(student.step_decay, steps, **settings), [settings["lr"]] * 3, what="the rate with `factor=1`")


# --- Exponential decay --------------------------------------------------------------------------------------------


def exponential_settings(draw: random.Random) -> Settings:
    return {"lr": draw.uniform(0.01, 1), "rate": draw.uniform(0.6, 0.95), "steps_per_epoch": draw.randint(30, 90)}


@points(1, topic="T3", hint="At step 0 nothing has decayed. Read the section *Exponential decay*.")
def test_exponential_decay_starts_at_lr(student, draw):
    """Exponential decay at step 0."""
    settings = exponential_settings(draw)
    assert_close(student.exponential_decay(0, **settings), settings["lr"], what="the rate of step 0")


@points(
    2,
    topic="T3",
    hint="Each epoch, not each step, multiplies what is left by `rate`. Read the section *Exponential decay*.",
)
def test_exponential_decay_over_whole_epochs(student, draw, part):
    """Exponential decay after whole epochs."""
    settings = exponential_settings(draw)
    epochs = (2, 3, draw.randint(5, 9))
    ends = [settings["steps_per_epoch"] * epoch for epoch in (1, *epochs)]
    start, one, *several = rates(student.exponential_decay, (0, *ends), **settings)
    with part(1, "after one epoch"):
        assert_close(one, start * settings["rate"], what="the rate after one epoch")
    with part(1, "after several epochs"):
        assert_close(
            several, [start * settings["rate"] ** epoch for epoch in epochs], what="the rate after several epochs"
        )


@points(
    1,
    topic="T3",
    hint="The rate falls at every step, each time by the same factor; there are no stairs. "
    "Read the section *Exponential decay*.",
)
def test_exponential_decay_falls_at_every_step(student, draw):
    """Exponential decay from one step to the next, early and late."""
    settings = exponential_settings(draw)
    steps = (0, draw.randint(1, 20), settings["steps_per_epoch"] - 1, draw.randint(100, 200))
    before, after = (rates(student.exponential_decay, (step + n for step in steps), **settings) for n in (0, 1))
    assert_that(bool(after[0] < before[0]), "the rate does not fall from step 0 to step 1")
    factors = [float(later / earlier) for earlier, later in zip(before, after, strict=True)]
    assert_close(factors, [factors[0]] * 4, what="the factor from one step to the next")


@points(
    1,
    topic="T3",
    hint="`rate` is what is left after an epoch, not what is lost. What is left when it is 1? "
    "Read the section *Exponential decay*.",
)
def test_exponential_decay_with_rate_one_is_constant(student, draw):
    """Exponential decay with the rate 1."""
    settings = exponential_settings(draw) | {"rate": 1.0}
    actual = rates(student.exponential_decay, (0, 1, draw.randint(100, 999)), **settings)
    assert_close(actual[1:], [actual[0]] * 2, what="the rate with `rate=1`")


# --- Cosine annealing ---------------------------------------------------------------------------------------------


def cosine_settings(draw: random.Random) -> Settings:
    return {"lr": draw.uniform(0.2, 1), "final_lr": draw.uniform(0.01, 0.1), "total_steps": draw.randint(40, 80)}


@points(
    1, topic="T3", hint="At step 0 the cosine is at its top, and the rate is `lr`. Read the section *Cosine annealing*."
)
def test_cosine_starts_at_lr(student, draw):
    """Cosine annealing at step 0, also of a run of two steps."""
    settings = cosine_settings(draw)
    for total_steps in (settings["total_steps"], 2):
        start = student.cosine_annealing(0, **settings | {"total_steps": total_steps})
        assert_close(start, settings["lr"], what="the rate of step 0")


@points(
    1,
    topic="T3",
    hint="Steps are counted from 0, so the last of `total_steps` is `total_steps - 1`: there the rate stops falling. "
    "Read the section *Cosine annealing*.",
)
def test_cosine_stops_falling_at_the_last_step(student, draw):
    """Cosine annealing around the last step."""
    settings = cosine_settings(draw)
    total = int(settings["total_steps"])
    *before, end, after = rates(student.cosine_annealing, range(total - 9, total + 1), **settings)
    falls = all(later < earlier for earlier, later in pairwise([*before, end]))
    assert_that(falls, "the rate does not fall at each of the last steps")
    assert_that(bool(after > end - 1e-12), "the rate still falls after the last step")


@points(1, topic="T3", hint="The rate comes down to `final_lr`, not to 0. Read the section *Cosine annealing*.")
def test_cosine_ends_at_final_lr(student, draw):
    """The lowest rate of cosine annealing."""
    settings = cosine_settings(draw)
    # One step late is another test's matter.
    for total_steps in (settings["total_steps"], 2):
        ends = rates(
            student.cosine_annealing, (total_steps - 1, total_steps), **settings | {"total_steps": total_steps}
        )
        assert_close(min(ends), settings["final_lr"], what="the lowest rate")


@points(
    2,
    topic="T3",
    hint="Put a quarter and three quarters of the way into the formula by hand, the angle in radians. "
    "Read the section *Cosine annealing*.",
)
def test_cosine_in_between(student, draw):
    """Cosine annealing a quarter, half and three quarters of the way."""
    # The ends have tests of their own: a run so long that one step more or less does not matter, down to 0.
    quarter = draw.randint(80, 120)
    settings = {"lr": draw.uniform(0.2, 1), "final_lr": 0.0, "total_steps": 4 * quarter + 1}
    expected = [settings["lr"] * (1 + cos(pi * quarters / 4)) / 2 for quarters in (1, 2, 3)]
    actual = rates(student.cosine_annealing, (quarter, 2 * quarter, 3 * quarter), **settings)
    assert_close(actual, expected, rtol=0.04, what="the rate between the ends")


@points(
    1,
    topic="T3",
    hint="When training goes on after the last step, the rate stays where it is. Read the section *Cosine annealing*.",
)
def test_cosine_stays_down_after_the_end(student, draw):
    """Cosine annealing after the end of the run."""
    settings = cosine_settings(draw)
    total = settings["total_steps"]
    end, *after = rates(student.cosine_annealing, (total, total + draw.randint(1, 9), 3 * total), **settings)
    assert_close(after, [end] * 2, what="the rate after the end")


# --- Composing schedules ------------------------------------------------------------------------------------------


def composed_settings(draw: random.Random) -> Settings:
    return {
        "start_lr": draw.uniform(0.01, 0.05),
        "lr": draw.uniform(0.2, 1),
        "final_lr": draw.uniform(0.001, 0.01),
        "warmup_steps": draw.randint(5, 15),
        "total_steps": draw.randint(50, 90),
    }


def assert_anneals(student, settings: Settings, steps: tuple[int, ...]) -> None:
    """Hold the second piece against the right one, and else against the student's own: its errors have cost points."""
    lr, final_lr, warmup_steps = settings["lr"], settings["final_lr"], settings["warmup_steps"]
    left = settings["total_steps"] - warmup_steps
    actual = rates(student.warmup_then_cosine, steps, **settings)
    progress = [min((step - warmup_steps) / (left - 1), 1) for step in steps]
    right = [final_lr + (lr - final_lr) * (1 + cos(pi * each)) / 2 for each in progress]
    if all(isclose(*pair, rel_tol=1e-6) for pair in zip(actual, right, strict=True)):
        return
    own = {"lr": lr, "final_lr": final_lr, "total_steps": left}
    expected = rates(student.cosine_annealing, (step - warmup_steps for step in steps), **own)
    assert_close(actual, expected, what="the rate after the warm-up")


@points(1, topic="T3", hint="The very first step has `start_lr`. Read the section *Composing schedules*.")
def test_composed_starts_at_start_lr(student, draw):
    """The first step of the warm-up."""
    settings = composed_settings(draw)
    assert_close(student.warmup_then_cosine(0, **settings), settings["start_lr"], what="the rate of step 0")


@points(
    2,
    topic="T3",
    hint="Each step of the warm-up adds the same amount, and the next one after it would reach `lr`. "
    "Read the section *Composing schedules*.",
)
def test_composed_warms_up_in_a_straight_line(student, draw, part):
    """The warm-up after its first step."""
    settings = composed_settings(draw)
    rising = rates(student.warmup_then_cosine, range(int(settings["warmup_steps"])), **settings)
    amounts = [float(after - before) for before, after in pairwise(rising)]
    with part(1, "it adds the same amount at each step"):
        assert_close(amounts, [amounts[0]] * len(amounts), what="what each step of the warm-up adds")
    with part(1, "it arrives at the right place"):
        assert_close(
            float(rising[-1] + amounts[-1]), settings["lr"], what="where the warm-up would go with one step more"
        )


@points(
    2,
    topic="T3",
    hint="The annealing has a step count of its own: it starts at 0 after the warm-up and has the steps that are left. "
    "Read the section *Composing schedules*.",
)
def test_composed_anneals_over_the_steps_that_are_left(student, draw, part):
    """The annealing after the warm-up, from its first step to the end of the run and after."""
    settings = composed_settings(draw)
    with part(1, "it begins with its own step 0"):
        assert_anneals(student, settings, (int(settings["warmup_steps"]),))
    with part(1, "it ends with the run"):
        last = int(settings["total_steps"]) - 1
        assert_anneals(student, settings, (last - draw.randint(1, 9), last, last + draw.randint(1, 9)))


@points(
    1,
    topic="T3",
    hint="With `warmup_steps=0` the annealing starts at step 0, and nothing is divided by 0. "
    "Read the section *Composing schedules*.",
)
def test_composed_without_warmup(student, draw):
    """No warm-up at all."""
    settings = composed_settings(draw) | {"warmup_steps": 0}
    assert_anneals(student, settings, (0, int(settings["total_steps"]) - 1))


# --- Reading the result -------------------------------------------------------------------------------------------


def runs(draw: random.Random, middle: float, deviation: float, seeds: int) -> list[float]:
    """Accuracies at equal distances, in any order, with just this mean and (by `n - 1`) this standard deviation."""
    ranks = draw.sample(range(seeds), seeds)
    return [middle + deviation * (rank - mean(ranks)) / stdev(ranks) for rank in ranks]


def shuffled(draw: random.Random, accuracies: dict[str, list[float]]) -> dict[str, list[float]]:
    """In any order: the best schedule may stand anywhere."""
    return {name: accuracies[name] for name in draw.sample(sorted(accuracies), len(accuracies))}


def noise(*pieces: tuple[float, int]) -> float:
    """The right-hand side of the rule, for two schedules of so much deviation and so many seeds."""
    return 2 * sum(deviation**2 / seeds for deviation, seeds in pieces) ** 0.5


def read(student, accuracies: dict[str, list[float]]) -> tuple[str, list[str]]:
    answer = student.read_result(accuracies)
    pair = isinstance(answer, list | tuple) and len(answer) == 2 and isinstance(answer[1], list | tuple)
    assert_that(pair, "`read_result` should give back two things, a name and a list")
    return answer[0], sorted(answer[1])


@points(
    1,
    topic="T3",
    hint="The best schedule has the highest mean; one lucky seed does not count. "
    "Read the section *Reading the result*.",
)
def test_reading_goes_by_the_mean(student, draw):
    """Which schedule is the best."""
    middle = draw.uniform(0.6, 0.8)
    measured = {
        "lucky": [middle - 0.01, middle - 0.02, middle + 0.15, middle - 0.14],
        "steady": runs(draw, middle + 0.02, 0.01, 4),
        # Its median is the highest of the three.
        "lopsided": [middle + 0.05, middle + 0.05, middle + 0.05, middle - 0.15],
    }
    best, _ = read(student, shuffled(draw, measured))
    assert_same(best, "steady", what="`best`")


@points(
    1,
    topic="T3",
    hint="A difference beyond the noise is a difference, however small it looks: the mean of many runs is far more "
    "certain than one run. Read the section *Reading the result*.",
)
def test_reading_sees_a_real_difference(student, draw):
    """Differences that are small, and larger than the noise."""
    middle, deviation, seeds = draw.uniform(0.6, 0.8), draw.uniform(0.01, 0.02), draw.randint(12, 20)
    gap = 1.5 * noise((deviation, seeds), (deviation, seeds))
    measured = {
        "best": runs(draw, middle, deviation, seeds),
        "a little lower": runs(draw, middle - gap, deviation, seeds),
        "lower": runs(draw, middle - 2 * gap, deviation, seeds),
        "nearly half": runs(draw, 0.499 * middle, deviation, seeds),
    }
    _, as_good = read(student, shuffled(draw, measured))
    assert_same(as_good, [], what="`as_good`")


@points(
    1,
    topic="T3",
    hint="Schedules whose difference is smaller than the noise are as good, and the best one is not in its own list. "
    "Read the section *Reading the result*.",
)
def test_reading_finds_those_within_the_noise(student, draw):
    """Schedules within the noise of the best one."""
    middle, seeds = draw.uniform(0.6, 0.8), draw.randint(12, 20)
    best = draw.uniform(0.01, 0.02)
    wide = 3 * best  # so that the best single run is another's
    measured = {
        "m": runs(draw, middle, best, seeds),
        "b": runs(draw, middle - 0.8 * noise((best, seeds), (wide, seeds)), wide, seeds),
        "x": runs(draw, middle - 0.8 * noise((best, seeds), (best, seeds)), best, seeds),
        "d": runs(draw, middle - 1.2 * noise((best, seeds), (best, seeds)), best, seeds),
    }
    _, as_good = read(student, shuffled(draw, measured))
    assert_same(as_good, ["b", "x"], what="`as_good`")


@points(
    1,
    topic="T3",
    hint="Look at the denominators: one sum is divided by `n - 1`, the other by `n`. "
    "Read the section *Reading the result*.",
)
def test_reading_with_two_seeds(student, draw):
    """Two seeds of each schedule."""
    middle, deviation = draw.uniform(0.6, 0.8), draw.uniform(0.01, 0.02)
    yardstick = noise((deviation, 2), (deviation, 2))
    measured = {
        "best": runs(draw, middle, deviation, 2),
        "near": runs(draw, middle - 0.85 * yardstick, deviation, 2),
        "far": runs(draw, middle - 1.5 * yardstick, deviation, 2),
    }
    _, as_good = read(student, shuffled(draw, measured))
    assert_same(as_good, ["near"], what="`as_good`")


@points(
    1,
    topic="T3",
    hint="Each schedule has its own number of seeds, and stands in the rule with its own `n`. "
    "Read the section *Reading the result*.",
)
def test_reading_with_unequal_numbers_of_seeds(student, draw):
    """More seeds of one schedule than of another."""
    middle, deviation, many = draw.uniform(0.6, 0.8), draw.uniform(0.01, 0.02), draw.randint(40, 60)
    gap = 0.85 * noise((deviation, many), (deviation, 4))
    measured = {
        "a": runs(draw, middle, deviation, many),
        "b": runs(draw, middle - gap, deviation, 4),
        "c": runs(draw, middle - gap, deviation, many),
    }
    _, as_good = read(student, shuffled(draw, measured))
    assert_same(as_good, ["b"], what="`as_good`")
