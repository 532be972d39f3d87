"""The tests that give points in *annealing*. They run in the grader's process; `student` reaches the answers.

Settings are drawn anew for each test from a fixed seed, so that a regrade asks the same questions.
"""

import random
from collections.abc import Callable, Iterable
from math import cos, pi

from numpy.testing import assert_allclose

from course_lib.grading import points


def rates(schedule: Callable, steps: Iterable[int], **settings: float) -> list[float]:
    return [schedule(step, **settings) for step in steps]


def assert_rates(actual: list[float], expected: float | list[float]) -> None:
    assert_allclose(actual, expected, rtol=1e-9, atol=1e-12)


def step_settings(seed: int) -> dict[str, float]:
    draw = random.Random(seed)
    return {"lr": draw.uniform(0.01, 1), "factor": draw.uniform(0.2, 0.8), "drop_every": draw.randint(6, 20)}


@points(1, topic="T3", hint="At step 0 no drop lies behind you. Read the section *Step decay*.")
def test_step_decay_starts_at_lr(student):
    settings = step_settings(1)
    assert_rates(rates(student.step_decay, [0], **settings), settings["lr"])


@points(
    1,
    topic="T3",
    hint="Between two drops the rate does not move at all, up to and including the last step "
    "before a drop. Read *Step decay*.",
)
def test_step_decay_holds_still_between_drops(student):
    settings = step_settings(2)
    every = settings["drop_every"]
    first, second = [1, every // 2, every - 1], [every + 1, 2 * every - 1]
    actual = rates(student.step_decay, first + second, **settings)
    assert_rates(actual[1:3], actual[0])
    assert_rates(actual[4], actual[3])
    assert actual[3] != actual[0]


@points(
    1, topic="T3", hint="The first step with the lower rate is step `drop_every` itself. Read the section *Step decay*."
)
def test_step_decay_drops_at_the_boundary(student):
    settings = step_settings(3)
    boundaries = [settings["drop_every"] * drop for drop in (1, 2)]
    assert_rates(
        rates(student.step_decay, boundaries, **settings), [settings["lr"] * settings["factor"] ** n for n in (1, 2)]
    )


@points(
    1, topic="T3", hint="Each drop multiplies the rate that the drop before it left. Read the section *Step decay*."
)
def test_step_decay_keeps_dropping(student):
    settings = step_settings(4)
    middles = [settings["drop_every"] * drop + 2 for drop in (3, 7)]
    assert_rates(
        rates(student.step_decay, middles, **settings), [settings["lr"] * settings["factor"] ** n for n in (3, 7)]
    )


@points(1, topic="T3", hint="Multiplying by 1 changes nothing, however often. Read the section *Step decay*.")
def test_step_decay_with_factor_one_is_constant(student):
    assert_rates(rates(student.step_decay, [0, 9, 10, 57], lr=0.3, factor=1.0, drop_every=10), 0.3)


def exponential_settings(seed: int) -> dict[str, float]:
    draw = random.Random(seed)
    return {"lr": draw.uniform(0.01, 1), "rate": draw.uniform(0.6, 0.95), "steps_per_epoch": draw.randint(30, 90)}


@points(1, topic="T3", hint="At step 0 nothing has decayed. Read the section *Exponential decay*.")
def test_exponential_decay_starts_at_lr(student):
    settings = exponential_settings(5)
    assert_rates(rates(student.exponential_decay, [0], **settings), settings["lr"])


@points(
    2,
    topic="T3",
    hint="Each epoch, not each step, multiplies the rate by `rate`. Read the section *Exponential decay*.",
)
def test_exponential_decay_over_whole_epochs(student):
    settings = exponential_settings(6)
    ends = [settings["steps_per_epoch"] * epoch for epoch in (1, 2, 5)]
    assert_rates(
        rates(student.exponential_decay, ends, **settings), [settings["lr"] * settings["rate"] ** n for n in (1, 2, 5)]
    )


@points(
    2,
    topic="T3",
    hint="The rate falls at every step, each time by the same factor; there are no stairs. "
    "Read the section *Exponential decay*.",
)
def test_exponential_decay_falls_at_every_step(student):
    settings = exponential_settings(7)
    first, second, third, later, after = rates(student.exponential_decay, [0, 1, 2, 101, 102], **settings)
    assert second < first
    assert_rates([third / second, after / later], second / first)


def cosine_settings(seed: int) -> dict[str, float]:
    draw = random.Random(seed)
    return {
        "lr": draw.uniform(0.2, 1),
        "final_lr": draw.uniform(0.01, 0.1),
        "total_steps": 2 * draw.randint(10, 40) + 1,
    }


@points(
    1, topic="T3", hint="At step 0 the cosine is at its top, and the rate is `lr`. Read the section *Cosine annealing*."
)
def test_cosine_starts_at_lr(student):
    settings = cosine_settings(8)
    assert_rates(rates(student.cosine_annealing, [0], **settings), settings["lr"])


@points(
    1,
    topic="T3",
    hint="Steps are counted from 0, so the last of `total_steps` is `total_steps - 1`: there "
    "the rate stops falling. Read *Cosine annealing*.",
)
def test_cosine_stops_falling_at_the_last_step(student):
    settings = cosine_settings(9)
    last = settings["total_steps"] - 1
    before, end, after = rates(student.cosine_annealing, [last - 1, last, last + 1], **settings)
    assert end < before
    assert after >= end or abs(after - end) < 1e-12


@points(1, topic="T3", hint="The rate comes down to `final_lr`, not to 0. Read the section *Cosine annealing*.")
def test_cosine_ends_at_final_lr(student):
    settings = cosine_settings(10)
    lowest = min(rates(student.cosine_annealing, [settings["total_steps"] - 1, settings["total_steps"]], **settings))
    assert_rates([lowest], settings["final_lr"])


@points(
    2,
    topic="T3",
    hint="Put a quarter and three quarters of the way into the formula by hand, angle in "
    "radians. Read the section *Cosine annealing*.",
)
def test_cosine_in_between(student):
    # The end points have tests of their own: a run so long that one step more or less does not matter, down to 0.
    settings = {"lr": 0.9, "final_lr": 0.0, "total_steps": 201}
    expected = [0.9 * (1 + cos(pi * quarters / 4)) / 2 for quarters in (1, 2, 3)]
    assert_allclose(rates(student.cosine_annealing, [50, 100, 150], **settings), expected, rtol=0.05)


@points(
    1,
    topic="T3",
    hint="When training goes on after the last step, the rate stays where it is. Read the section *Cosine annealing*.",
)
def test_cosine_stays_down_after_the_end(student):
    settings = cosine_settings(11)
    last = settings["total_steps"] - 1
    end, *after = rates(student.cosine_annealing, [last + 1, last + 7, 3 * last], **settings)
    assert_rates(after, end)


def composed_settings(seed: int) -> dict[str, float]:
    draw = random.Random(seed)
    warm, total = draw.randint(5, 15), draw.randint(50, 90)
    return {
        "start_lr": draw.uniform(0.01, 0.05),
        "lr": draw.uniform(0.2, 1),
        "final_lr": draw.uniform(0.001, 0.01),
        "warmup_steps": warm,
        "total_steps": total,
    }


def own_cosine(student, step: int, settings: dict[str, float]) -> float:
    """The student's own piece: an error in it has cost points already, and costs none again here."""
    left = settings["total_steps"] - settings["warmup_steps"]
    return student.cosine_annealing(
        step - settings["warmup_steps"], lr=settings["lr"], final_lr=settings["final_lr"], total_steps=left
    )


@points(1, topic="T3", hint="The very first step has `start_lr`. Read the section *Composing schedules*.")
def test_composed_starts_at_start_lr(student):
    settings = composed_settings(12)
    assert_rates(rates(student.warmup_then_cosine, [0], **settings), settings["start_lr"])


@points(
    2,
    topic="T3",
    hint="Each step of the warm-up adds the same amount, and the next one after it would reach "
    "`lr`. Read the section *Composing schedules*.",
)
def test_composed_warms_up_in_a_straight_line(student):
    settings = composed_settings(13)
    start, lr, warm = settings["start_lr"], settings["lr"], settings["warmup_steps"]
    expected = [start + (lr - start) * step / warm for step in (1, warm // 2, warm - 1)]
    assert_rates(rates(student.warmup_then_cosine, [1, warm // 2, warm - 1], **settings), expected)


@points(
    2,
    topic="T3",
    hint="The annealing has a step count of its own: it starts at 0 after the warm-up and has "
    "the steps that are left. Read *Composing schedules*.",
)
def test_composed_anneals_over_the_steps_that_are_left(student):
    settings = composed_settings(14)
    steps = [settings["warmup_steps"] + 1, 30, settings["total_steps"] - 1]
    assert_rates(
        rates(student.warmup_then_cosine, steps, **settings), [own_cosine(student, step, settings) for step in steps]
    )


@points(
    1,
    topic="T3",
    hint="With `warmup_steps=0` the annealing starts at step 0, and nothing is divided by 0. "
    "Read *Composing schedules*.",
)
def test_composed_without_warmup(student):
    settings = composed_settings(15) | {"warmup_steps": 0}
    actual = rates(student.warmup_then_cosine, [0, 20], **settings)
    assert_rates(actual, [own_cosine(student, 0, settings), own_cosine(student, 20, settings)])


@points(
    1,
    topic="T3",
    hint="The best schedule has the highest mean; one lucky seed does not count. Read the "
    "section *Reading the result*.",
)
def test_reading_goes_by_the_mean(student):
    best, _ = student.read_result({"lucky": [0.99, 0.60, 0.61], "steady": [0.80, 0.81, 0.82], "low": [0.5, 0.5, 0.51]})
    assert best == "steady"


@points(
    1,
    topic="T3",
    hint="A difference beyond the noise is a difference, however small it looks. Read the "
    "section *Reading the result*.",
)
def test_reading_sees_a_real_difference(student):
    # Single runs of "d" scatter by more than its distance from "b", but the mean of sixteen is far more certain.
    runs = {"a": [0.8000, 0.8002, 0.8001], "b": [0.8101, 0.8100, 0.8102], "c": [0.2, 0.3, 0.4], "d": [0.783, 0.803] * 8}
    best, as_good = student.read_result(runs)
    assert best == "b"
    assert list(as_good) == []


@points(
    1,
    topic="T3",
    hint="Schedules whose difference is smaller than the noise are as good, and the best one "
    "is not in its own list. Read *Reading the result*.",
)
def test_reading_finds_those_within_the_noise(student):
    runs = {"a": [0.70, 0.80, 0.90], "b": [0.71, 0.81, 0.91], "c": [0.69, 0.78, 0.90], "d": [0.1, 0.1, 0.2]}
    best, as_good = student.read_result(runs)
    assert best == "b"
    assert sorted(as_good) == ["a", "c"]


@points(
    1,
    topic="T3",
    hint="Look at the denominators: one sum is divided by `n - 1`, the other by `n`. Read the "
    "section *Reading the result*.",
)
def test_reading_with_two_seeds(student):
    # The means differ by 0.025; the noise by the rule is 0.028, and with the population's deviation 0.020.
    _, as_good = student.read_result({"a": [0.80, 0.82], "b": [0.775, 0.795]})
    assert list(as_good) == ["b"]
