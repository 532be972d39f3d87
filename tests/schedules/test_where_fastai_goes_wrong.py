"""What fastai's schedules do at their edges, and what ours do instead.

Each test shows both. A release of fastai that mends one of these fails the first half of its test: then it is time to
shorten the course's warnings.
"""

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course_lib.schedules import SGDR, OneCycle
from tests.conftest import needs_package

pytestmark = needs_package("fastai")

BATCHES = 10


@pytest.fixture
def learner(tmp_path):
    """A learner whose epochs have ten updates."""
    from fastai.callback import schedule  # noqa: F401 - gives a Learner its fit_one_cycle
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner

    loader = DataLoader(TensorDataset(torch.randn(BATCHES, 1), torch.randn(BATCHES, 1)), batch_size=1)
    made = Learner(DataLoaders(loader, loader), nn.Linear(1, 1), loss_func=nn.MSELoss(), path=tmp_path)
    with made.no_bar(), made.no_logging():
        yield made


def test_one_cycle_ends_above_its_final_rate_in_fastai(learner):
    learner.fit_one_cycle(2, lr_max=0.1, div=25, div_final=1e5)
    theirs = learner.recorder.hps["lr"]
    assert len(theirs) == 2 * BATCHES
    assert theirs[-1] > 100 * 0.1 / 1e5  # its last position is 19/20
    ours = OneCycle(0.1, total_steps=2 * BATCHES, pct_start=0.25, div_factor=25, final_div_factor=1e5 / 25)
    assert ours(2 * BATCHES - 1) == pytest.approx(0.1 / 1e5, rel=1e-15)


def test_cycles_of_one_length_divide_by_zero_in_fastai(learner):
    with pytest.raises(ZeroDivisionError):
        learner.fit_sgdr(2, 1, lr_max=0.1, cycle_mult=1)
    schedule = SGDR(0.1, 0.0, T_0=BATCHES, T_mult=1)
    assert schedule(schedule.starts(until=3 * BATCHES)).tolist() == [0.1] * 4


def test_the_place_in_a_phase_has_seven_digits_in_fastai():
    from fastai.callback.schedule import SchedLin, combine_scheds

    line = combine_scheds([0.3, 0.7], [SchedLin(0.0, 0.3), SchedLin(0.3, 1.0)])  # lr = position
    positions = np.arange(1, 100) / 100
    error = max(abs(line(position) / position - 1) for position in positions)
    assert 1e-8 < error < 1e-5
    ours = OneCycle(1.0, 101, 31 / 101, div_factor=1e6, final_div_factor=1.0, anneal="linear")
    up, down = np.linspace(1e-6, 1, 31), np.linspace(1, 1e-6, 71)
    np.testing.assert_allclose(ours(np.arange(101)), [*up, *down[1:]], rtol=1e-12)
