"""What every kind of schedule can do: be called, compared, written down, and shown."""

import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from course_lib.schedules import (
    SGDR,
    Constant,
    CosineAnnealing,
    ExponentialDecay,
    ExpRange,
    InverseSqrtDecay,
    LinearDecay,
    LinearWarmup,
    MultiStepDecay,
    OneCycle,
    PolynomialDecay,
    Schedule,
    StepDecay,
    Triangular,
    Triangular2,
    warmup_stable_decay,
)

EXAMPLES: list[Schedule] = [
    Constant(0.1),
    StepDecay(0.1, step_size=7, gamma=0.5),
    MultiStepDecay(0.1, milestones=(3, 9), gamma=0.1),
    ExponentialDecay(0.1, gamma=0.9, every=4),
    PolynomialDecay(0.1, 0.001, total_steps=20, power=2.0),
    LinearDecay(0.1, 0.001, total_steps=20),
    CosineAnnealing(0.1, 0.001, total_steps=20),
    InverseSqrtDecay(0.1, warmup_steps=5),
    LinearWarmup(0.0, 0.1, total_steps=5),
    Triangular(0.1, 0.2, step_size=5),
    Triangular2(0.1, 0.2, step_size=5),
    ExpRange(0.1, 0.2, step_size=5, gamma=0.9),
    SGDR(0.2, 0.1, T_0=5, T_mult=2, shrink=0.5),
    OneCycle(0.2, total_steps=30),
    OneCycle(0.2, total_steps=30, anneal="linear", three_phase=True),
    OneCycle(0.2, total_steps=30).momentum(),
    warmup_stable_decay(0.1, warmup_steps=4, decay_steps=5, total_steps=20),
    LinearWarmup(0.01, 0.1, total_steps=5).then(CosineAnnealing(0.1, 0.0, total_steps=15), at=5).scale(0.5),
    LinearDecay(0.3, 0.1, total_steps=3).repeat(3),
]
every_kind = pytest.mark.parametrize("schedule", EXAMPLES, ids=repr)


def test_no_kind_is_forgotten_here():
    assert {type(schedule) for schedule in EXAMPLES} | {type(EXAMPLES[-2].part)} == set(Schedule.__subclasses__())


@every_kind
def test_an_array_of_steps_gives_what_single_steps_give(schedule: Schedule):
    steps = np.arange(40).reshape(2, 20)
    together = schedule(steps)
    assert together.shape == steps.shape
    assert together.dtype == np.float64
    # NumPy's vectorised power may round the last bit differently from its scalar one.
    np.testing.assert_allclose(together.ravel(), [schedule(step) for step in range(40)], rtol=1e-15)


@every_kind
def test_a_schedule_survives_json(schedule: Schedule):
    again = Schedule.from_dict(json.loads(json.dumps(schedule.to_dict())))
    assert again == schedule


@every_kind
def test_a_schedule_prints_as_the_code_that_makes_it(schedule: Schedule):
    kinds = {kind.__name__: kind for kind in Schedule.__subclasses__()}
    assert eval(repr(schedule), kinds) == schedule


@every_kind
def test_a_table_has_the_steps_and_what_the_schedule_gives_there(schedule: Schedule):
    table = pd.DataFrame(schedule.table(range(0, 40, 3)))
    assert list(table.columns) == ["step", schedule.quantity]
    assert table["step"].tolist() == list(range(0, 40, 3))
    np.testing.assert_array_equal(table[schedule.quantity], schedule(np.arange(0, 40, 3)))


@pytest.mark.parametrize("steps", [100, np.zeros((2, 2), dtype=int)])
def test_a_table_of_no_sequence_is_refused(steps):
    with pytest.raises(ValueError, match="steps must be a sequence of steps"):
        Constant(0.1).table(steps)


@every_kind
def test_a_notebook_shows_a_line_for_each_part_with_every_value_put_in(schedule: Schedule):
    latex = schedule._repr_latex_()
    assert latex.startswith(r"$$\begin{aligned} ")
    assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert set(re.findall(r"\\mathrm\{(.*?)\}", latex)) <= {"cos", "linear"}  # the shape; no argument's name
    assert r"\gamma" not in latex
    assert latex.count("&=") == 1 + repr(schedule.to_dict()).count("{'kind'") - 1


def test_what_a_notebook_shows_reads_as_one_would_write_it():
    assert StepDecay(0.1, 10, 0.5)._repr_latex_() == (
        r"$$\begin{aligned} \eta_t &= 0.1 \cdot 0.5^{\lfloor t / 10 \rfloor} \end{aligned}$$"
    )
    assert Constant(0.1).then(Constant(1e-6), at=5).scale(2)._repr_latex_() == (
        r"$$\begin{aligned} \eta_t &= 2 \cdot f_{1}(t) \\"
        r" f_{1}(t) &= f_{2}(t) \text{ if } t < 5, \text{ else } f_{3}(t - 5) \\"
        r" f_{2}(t) &= 0.1 \\ f_{3}(t) &= (1 \cdot 10^{-6}) \end{aligned}$$"
    )
    two_phases = OneCycle(1.0, 100, div_factor=10, final_div_factor=1000)
    assert two_phases._repr_latex_().count(r"\to") == 2
    assert OneCycle(1.0, 100, three_phase=True)._repr_latex_().count(r"\to") == 3
    assert two_phases.momentum().scale(0.5)._repr_latex_().startswith(r"$$\begin{aligned} \mu_t &= 0.5 \cdot f_{1}(t)")


def test_data_that_describes_no_schedule_is_refused():
    with pytest.raises(ValueError, match=r"kind must be one of .*StepDecay.*got 'Steps'"):
        Schedule.from_dict({"kind": "Steps"})
    with pytest.raises(ValueError, match="StepDecay takes lr, step_size, gamma, got lr"):
        Schedule.from_dict({"kind": "StepDecay", "lr": 0.1})


def test_schedules_import_neither_torch_nor_plots():
    code = "import sys, course_lib.schedules; sys.exit(bool({'torch', 'matplotlib', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
