"""The scripts' numbers against those of course_lib, for random settings, in one browser."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from playwright.sync_api import Browser

from course_lib import schedules
from course_lib.explorers import AdaptiveSteps, DescentOnAValley, DropoutMasks, RangeTestReader, page
from course_lib.explorers.adaptive_steps import RULES
from course_lib.explorers.randomness import normal, uniform
from tests.conftest import needs
from tests.explorers.conftest import range_test_reader

pytestmark = [pytest.mark.slow, needs("chromium")]

Compute = Callable[[str, list[dict[str, Any]]], list[Any]]

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture(scope="module")
def compute(browser: Browser) -> Compute:
    """What a script computes from each of many settings; an error's message where it refuses them."""
    tab = browser.new_page()

    def run(script: str, settings: list[dict[str, Any]]) -> list[Any]:
        return tab.evaluate(
            f"""(all) => {{
            {page.body(script)}
            const one = (settings) => {{
              try {{ return mount.compute(settings); }} catch (error) {{
                if (!(error instanceof RangeError)) throw error;
                return error.message;
              }}
            }};
            return all.map(one);
            }}""",
            settings,
        )

    return run


def floats(values: Any) -> np.ndarray:
    """An array of what came from JavaScript, which writes a large number without a fraction as an integer."""
    return np.array(values, dtype=np.float64)


def rate(draw: random.Random) -> float:
    return draw.choice([0.0, 1e-4, 0.1, draw.uniform(0, 1), 10 ** draw.uniform(-5, 0)])


def count(draw: random.Random) -> int:
    return draw.choice([1, 2, 3, draw.randint(1, 60)])


ARGUMENTS: dict[str, Callable[[random.Random], Any]] = {
    **dict.fromkeys(("lr", "start_lr", "final_lr", "base_lr", "max_lr", "min_lr"), rate),
    **dict.fromkeys(("step_size", "every", "warmup_steps", "T_0"), count),
    "decay_steps": lambda draw: max(count(draw), 2),
    "gamma": lambda draw: draw.choice([1.0, 0.5, draw.uniform(0.8, 1)]),
    "shrink": lambda draw: draw.choice([1.0, draw.uniform(0.1, 1)]),
    "power": lambda draw: draw.choice([1.0, 2, draw.uniform(0.2, 5)]),
    "T_mult": lambda draw: draw.choice([1, 2, 3]),
    "pct_start": lambda draw: draw.choice([0.3, 0.25, 0.5, draw.uniform(0.01, 0.99)]),
    "div_factor": lambda draw: draw.choice([1, 25, draw.uniform(1, 100)]),
    "final_div_factor": lambda draw: draw.choice([1, 10000, draw.uniform(1, 1e5)]),
    "anneal": lambda draw: draw.choice(["cos", "linear"]),
    "three_phase": lambda draw: draw.random() < 0.5,
}
KINDS = {
    "Constant": "lr",
    "LinearWarmup": "start_lr lr",
    "StepDecay": "lr step_size gamma",
    "ExponentialDecay": "lr gamma every",
    "LinearDecay": "lr final_lr",
    "CosineAnnealing": "lr final_lr",
    "PolynomialDecay": "lr final_lr power",
    "InverseSqrtDecay": "lr warmup_steps",
    "Triangular": "base_lr max_lr step_size",
    "Triangular2": "base_lr max_lr step_size",
    "ExpRange": "base_lr max_lr step_size gamma",
    "SGDR": "max_lr min_lr T_0 T_mult shrink",
    "OneCycle": "max_lr pct_start div_factor final_div_factor anneal three_phase",
    "warmup_stable_decay": "lr warmup_steps decay_steps final_lr",
}
LASTING = {"LinearWarmup", "LinearDecay", "CosineAnnealing", "PolynomialDecay", "OneCycle", "warmup_stable_decay"}


def random_piece(kind: str, draw: random.Random) -> dict[str, Any]:
    piece = {name: ARGUMENTS[name](draw) for name in KINDS[kind].split()}
    return {"kind": kind, "steps": draw.choice([1, 2, 25, draw.randint(2, 150)]), **piece}


def schedule_of(piece: dict[str, Any]) -> schedules.Schedule:
    arguments = {name: value for name, value in piece.items() if name not in ("kind", "steps")}
    if piece["kind"] in LASTING:
        arguments["total_steps"] = piece["steps"]
    return getattr(schedules, piece["kind"])(**arguments)


def run_python(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    return names


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_piece_has_the_rates_of_the_library_and_refuses_what_it_refuses(kind, compute: Compute):
    draw = random.Random(kind)
    pieces = [random_piece(kind, draw) for _ in range(150)]
    accepted = 0
    for piece, found in zip(
        pieces, compute("schedule-composer", [{"pieces": [piece]} for piece in pieces]), strict=True
    ):
        try:
            schedule = schedule_of(piece)
        except ValueError:
            assert isinstance(found, str), piece
            continue
        assert not isinstance(found, str), (piece, found)
        steps = np.arange(piece["steps"])
        assert_allclose(found["lr"], schedule(steps), **CLOSE)
        if kind == "OneCycle":
            assert_allclose(found["momentum"], schedule.momentum()(steps), **CLOSE)
        accepted += 1
    assert accepted >= 30


def test_the_python_of_a_stack_makes_the_rates_that_are_drawn(compute: Compute):
    draw = random.Random(0)
    stacks = []
    while len(stacks) < 150:
        stack = [random_piece(draw.choice(list(KINDS)), draw) for _ in range(draw.randint(1, 5))]
        try:
            _ = [schedule_of(piece) for piece in stack]
        except ValueError:
            continue
        stacks.append(stack)
    with_momentum = 0
    for stack, found in zip(stacks, compute("schedule-composer", [{"pieces": s} for s in stacks]), strict=True):
        made = run_python(found["python"])
        expected = np.concatenate([schedule_of(piece)(np.arange(piece["steps"])) for piece in stack])
        steps = np.arange(len(expected))
        assert_allclose(found["lr"], expected, **CLOSE)
        assert_allclose(made["schedule"](steps), expected, **CLOSE)
        if found["momentum"] is not None:
            assert_allclose(found["momentum"], made["momentum"](steps), **CLOSE)
            with_momentum += 1
        else:
            assert "momentum" not in made
    assert with_momentum >= 10


def test_the_scripts_random_numbers_are_those_of_python(compute: Compute, browser: Browser):
    tab = browser.new_page()
    for seed in (0, 1, 99):
        script = "const draw = normal(seed), even = uniform(seed); return [1, 2, 3, 4].map(() => [draw(), even()]);"
        found = tab.evaluate(f"(seed) => {{ {page.body('descent-on-a-valley')} {script} }}", seed)
        bell, even = normal(seed), uniform(seed)
        assert_allclose(found, [[next(bell), next(even)] for _ in range(4)], rtol=1e-12)
    bell, even = normal(7), uniform(7)
    sample = np.array([[next(bell), next(even)] for _ in range(20_000)])
    assert_allclose(sample.mean(0), [0, 0.5], atol=0.03)
    assert_allclose(sample.std(0), [1, 12**-0.5], atol=0.03)


def random_valley(draw: random.Random) -> DescentOnAValley:
    return DescentOnAValley(
        lr=draw.choice([0.0, 10 ** draw.uniform(-3, 0)]),
        momentum=draw.choice([0.0, 0.9, draw.uniform(0, 0.99)]),
        nesterov=draw.random() < 0.5,
        condition=draw.choice([1.0, 25.0, 10 ** draw.uniform(0, 3)]),
        noise=draw.choice([0.0, draw.uniform(0, 2)]),
        seed=draw.randint(0, 99),
        steps=draw.randint(1, 60),
        start=(draw.uniform(-3, 3), draw.uniform(-1, 1)),
    )


def test_the_descent_goes_where_the_librarys_sgd_goes(compute: Compute):
    draw = random.Random(0)
    valleys = [random_valley(draw) for _ in range(150)]
    for valley, found in zip(valleys, compute("descent-on-a-valley", [v.settings() for v in valleys]), strict=True):
        path = np.array(valley.path())
        assert_allclose(floats(found["path"]), path, **CLOSE)
        assert_allclose(floats(found["loss"]), 0.5 * (path**2 @ [1, valley.condition]), **CLOSE)


def test_the_edge_is_where_the_update_stops_shrinking_the_steep_axis(compute: Compute):
    draw = random.Random(0)
    valleys = [random_valley(draw) for _ in range(100)]
    for valley, found in zip(valleys, compute("descent-on-a-valley", [v.settings() for v in valleys]), strict=True):
        for factor in (0.999, 1.001):
            lr, mu, steepest = factor * found["edge"], valley.momentum, valley.condition
            velocity = np.array([steepest, mu])  # of (position, velocity), the row of the new velocity
            nesterov = valley.nesterov
            update = np.array([steepest, 0.0]) + mu * velocity if nesterov else velocity
            largest = np.abs(np.linalg.eigvals(np.array([np.array([1.0, 0.0]) - lr * update, velocity]))).max()
            assert (largest > 1) == (factor > 1), valley


def test_the_adaptive_steps_are_those_of_the_librarys_optimizers(compute: Compute):
    draw = random.Random(0)
    bowls = [
        AdaptiveSteps(
            {name: 10 ** draw.uniform(-3, 0) for name in RULES},
            condition=10 ** draw.uniform(0, 2),
            steps=draw.randint(1, 80),
            start=(draw.uniform(-3, 3), draw.uniform(0.1, 1)),
        )
        for _ in range(25)
    ]
    for bowl, found in zip(bowls, compute("adaptive-steps", [bowl.settings() for bowl in bowls]), strict=True):
        for rule in RULES:
            assert_allclose(
                floats(found[rule]["path"]), bowl.path(rule), rtol=1e-9, atol=1e-9, err_msg=f"{rule}: {bowl}"
            )


@pytest.mark.parametrize(
    ("rule", "denominator"),
    [
        ("SGD", lambda state: 1.0),
        ("Momentum", lambda state: 1.0),
        ("AdaGrad", lambda state: state["sum"].sqrt() + 1e-10),
        ("RMSprop", lambda state: state["square_avg"].sqrt() + 1e-8),
        ("Adam", lambda state: (state["exp_avg_sq"] / (1 - 0.999 ** state["step"])).sqrt() + 1e-8),
    ],
)
def test_the_rates_shown_are_those_of_the_optimizers_state(rule, denominator, compute: Compute):
    bowl = AdaptiveSteps({rule: 0.03}, condition=9.0, steps=30, start=(-2.0, 0.5))
    (found,) = compute("adaptive-steps", [bowl.settings()])
    position = torch.tensor(bowl.start, dtype=torch.float64)
    optimizer = RULES[rule]([position], lr=0.03)
    for shown in found[rule]["effective"]:
        position.grad = torch.tensor([1.0, 9.0], dtype=torch.float64) * position
        optimizer.step()
        expected = 0.03 / denominator(optimizer.state[position]) * torch.ones(2, dtype=torch.float64)
        assert_allclose(shown, expected.numpy(), **CLOSE)


def test_diffgrads_rate_is_adams_times_its_friction(compute: Compute):
    bowl = AdaptiveSteps({"Adam": 0.1, "DiffGrad": 0.1}, steps=1)
    (found,) = compute("adaptive-steps", [bowl.settings()])
    gradient = np.array(bowl.start) * [1, bowl.condition]
    friction = 1 / (1 + np.exp(-np.abs(gradient)))
    assert_allclose(found["DiffGrad"]["effective"], friction * found["Adam"]["effective"], **CLOSE)


def test_dropped_units_scalings_and_means_are_those_of_dropout(compute: Compute):
    draw = random.Random(0)
    layers = [
        DropoutMasks(
            p=draw.choice([0.0, 0.5, draw.uniform(0, 0.95)]),
            scaling=draw.choice(["inverted", "at evaluation", "forgotten"]),
            values=[draw.uniform(0, 2) for _ in range(draw.randint(1, 40))],
            draws=draw.randint(1, 50),
            seed=draw.randint(0, 99),
        )
        for _ in range(60)
    ]
    for layer, found in zip(layers, compute("dropout-masks", [layer.settings() for layer in layers]), strict=True):
        masks, values = np.array(layer.masks()), np.array(layer.values)
        outputs = masks * values / (1 - layer.p if layer.scaling == "inverted" else 1)
        assert found["mask"] == masks[-1].tolist()
        assert_allclose(found["output"], outputs[-1], **CLOSE)
        assert_allclose(found["means"], outputs.sum(1).cumsum() / np.arange(1, layer.draws + 1), **CLOSE)
        kept = 1 - layer.p if layer.scaling == "at evaluation" else 1
        assert_allclose(found["evaluation"], kept * values, **CLOSE)


def test_inverted_dropout_is_torchs_for_the_same_mask(compute: Compute):
    layer = DropoutMasks(p=0.4, draws=3, seed=5)
    (found,) = compute("dropout-masks", [layer.settings()])
    torch.manual_seed(0)
    values = torch.tensor(layer.values, dtype=torch.float64)
    theirs = torch.nn.functional.dropout(values, 0.4)
    kept = (theirs != 0).numpy() & np.array(found["mask"])
    assert kept.any()
    assert_allclose(np.array(found["output"])[kept], theirs.numpy()[kept], **CLOSE)


@pytest.mark.parametrize("scaling", ["inverted", "at evaluation"])
def test_on_average_a_scaled_layer_gives_what_it_gives_in_evaluation(scaling, compute: Compute):
    layers = [DropoutMasks(p=0.5, scaling=scaling, draws=500, seed=seed) for seed in range(20)]
    found = compute("dropout-masks", [layer.settings() for layer in layers])
    mean = np.mean([each["means"][-1] for each in found])
    assert_allclose(mean, np.sum(found[0]["evaluation"]), rtol=0.02)


def test_the_reader_counts_the_rates_within_the_thresholds(compute: Compute):
    draw = random.Random(0)
    reader = range_test_reader()
    readers = []
    for _ in range(50):
        low, high = sorted(10 ** draw.uniform(-4, 0.5) for _ in range(2))
        readers.append(RangeTestReader(reader.test, reader.results, low, high))
    for each, found in zip(readers, compute("range-test-reader", [each.settings() for each in readers]), strict=True):
        low, high = each.settings()["low"], each.settings()["high"]
        means = {lr: float(np.mean(accuracies)) for lr, accuracies in reader.results.items()}
        assert_allclose([row["mean"] for row in found["rows"]], list(means.values()), **CLOSE)
        assert_allclose([row["lowest"] for row in found["rows"]], [min(a) for a in reader.results.values()])
        assert_allclose([row["highest"] for row in found["rows"]], [max(a) for a in reader.results.values()])
        within = {lr: mean for lr, mean in means.items() if low <= lr <= high}
        assert [row["lr"] for row in found["rows"] if row["inside"]] == list(within)
        assert found["best"]["lr"] == max(means, key=means.get)
        assert (found["bestInside"] or {}).get("lr") == (max(within, key=within.get) if within else None)
        assert found["worstInside"] == (min(within, key=within.get) if within else None)
