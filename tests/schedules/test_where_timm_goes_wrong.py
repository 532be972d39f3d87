"""What timm's schedulers do at their edges, and what ours do instead.

Each test shows both. A release of timm that mends one of these fails the first half of its test: then it is time to
shorten the course's warnings.
"""

import numpy as np
import pytest

from course_lib.schedules import SGDR, CosineAnnealing, LinearWarmup, MultiStepDecay
from tests.conftest import needs_package
from tests.schedules.oracles import timm_rates, torch_rates

pytestmark = needs_package("timm")


def test_a_milestone_counts_one_step_early_in_timm():
    import torch

    theirs = timm_rates(1.0, 20, "MultiStepLRScheduler", decay_t=[10], decay_rate=0.1)
    assert theirs[8:11] == [1.0, 0.1, 0.1]  # its documentation says so, and keeps it for the sake of old recipes
    expected = torch_rates(1.0, 20, torch.optim.lr_scheduler.MultiStepLR, milestones=[10], gamma=0.1)
    assert MultiStepDecay(1.0, [10], 0.1)(np.arange(20)).tolist() == expected
    assert expected[8:11] == [1.0, 1.0, 0.1]


@pytest.mark.parametrize("kind", ["CosineLRScheduler", "PolyLRScheduler"])
def test_a_warmup_by_default_jumps_at_its_end_and_never_reaches_the_base_rate_in_timm(kind: str):
    theirs = timm_rates(1.0, 40, kind, t_initial=40, warmup_t=10, warmup_lr_init=0.1)
    assert theirs[9] == pytest.approx(0.91)
    assert max(theirs) < 0.92  # step 10 has the rate of a decay that has been going on for ten steps
    ours = LinearWarmup(0.1, 1.0, total_steps=11).then(CosineAnnealing(1.0, 0.0, total_steps=30), at=10)
    assert ours([9, 10, 39]).tolist() == pytest.approx([0.91, 1.0, 0.0])


def test_growing_cycles_miss_a_boundary_in_timm():
    theirs = timm_rates(1.0, 122, "CosineLRScheduler", t_initial=1, cycle_mul=3, cycle_limit=9)
    assert theirs[121] == pytest.approx(0.0, abs=1e-9)  # 1 + 3 + 9 + 27 + 81: a restart
    assert SGDR(1.0, 0.0, T_0=1, T_mult=3)(121) == 1.0


def test_the_final_rate_comes_one_step_after_the_last_in_timm():
    theirs = timm_rates(1.0, 11, "CosineLRScheduler", t_initial=10)
    assert theirs[9] > 0.02
    assert theirs[10] == 0.0
    assert CosineAnnealing(1.0, 0.0, total_steps=10)(9) == 0.0
