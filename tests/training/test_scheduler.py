import copy
import itertools

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import LRScheduler

from course_lib.optimizers import SGD, AdaGrad, Adam
from course_lib.schedules import CosineAnnealing, LinearWarmup, OneCycle
from course_lib.training import ScheduleLR

SCHEDULE = LinearWarmup(0.01, 0.1, total_steps=10).then(CosineAnnealing(0.1, 0.0, total_steps=40), at=10)


def optimizer_of(kind=SGD, groups: int = 1, **options) -> torch.optim.Optimizer:
    return kind([{"params": [torch.ones(1, requires_grad=True)]} for _ in range(groups)], lr=0.5, **options)


def used_rates(optimizer, scheduler, steps: int) -> list[float]:
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def test_it_is_a_real_scheduler_and_the_optimizer_uses_the_schedule():
    optimizer = optimizer_of(torch.optim.SGD)
    scheduler = ScheduleLR(optimizer, SCHEDULE)
    assert isinstance(scheduler, LRScheduler)
    assert used_rates(optimizer, scheduler, 50) == [SCHEDULE(step) for step in range(50)]
    assert scheduler.get_last_lr() == [SCHEDULE(50)]


@pytest.mark.parametrize("kind", [SGD, torch.optim.SGD])
def test_it_drives_the_momentum(kind):
    cycle = OneCycle(0.4, total_steps=20)
    optimizer = optimizer_of(kind, momentum=0.9)
    scheduler = ScheduleLR(optimizer, cycle, cycle.momentum())
    for step in range(20):
        assert optimizer.param_groups[0]["momentum"] == cycle.momentum()(step)
        optimizer.step()
        scheduler.step()


def test_it_drives_the_first_beta_and_leaves_the_second():
    optimizer = optimizer_of(Adam)
    ScheduleLR(optimizer, SCHEDULE, momentum=lambda step: 0.8)
    assert optimizer.param_groups[0]["betas"] == (0.8, 0.999)


def test_each_group_can_have_a_schedule_of_its_own():
    optimizer = optimizer_of(groups=2)
    scheduler = ScheduleLR(optimizer, [SCHEDULE, lambda step: 0.2])
    optimizer.step()
    scheduler.step()
    assert [group["lr"] for group in optimizer.param_groups] == [SCHEDULE(1), 0.2]
    with pytest.raises(ValueError, match=r"lr must be one schedule, or 2 \(one a group\), got 1"):
        ScheduleLR(optimizer, [SCHEDULE])


def test_momentum_without_a_place_to_go_is_refused():
    with pytest.raises(ValueError, match="AdaGrad has neither momentum nor betas"):
        ScheduleLR(optimizer_of(AdaGrad), SCHEDULE, momentum=lambda step: 0.9)


ORDERS = list(itertools.permutations(["construct", "load optimizer", "load scheduler"]))


@pytest.mark.parametrize(
    "order", [order for order in ORDERS if order.index("construct") < order.index("load scheduler")]
)
@pytest.mark.parametrize("at", [1, 9, 10, 11, 37])
def test_resuming_gives_the_identical_sequence_in_any_order_of_construction_and_loading(order, at: int):
    optimizer = optimizer_of(momentum=0.9)
    scheduler = ScheduleLR(optimizer, SCHEDULE)
    used_rates(optimizer, scheduler, at)
    saved = copy.deepcopy(optimizer.state_dict()), copy.deepcopy(scheduler.state_dict())
    expected = used_rates(optimizer, scheduler, 30)

    resumed = optimizer_of(momentum=0.9)
    for action in order:
        if action == "construct":
            again = ScheduleLR(resumed, SCHEDULE)
        elif action == "load optimizer":
            resumed.load_state_dict(copy.deepcopy(saved[0]))
        else:
            again.load_state_dict(copy.deepcopy(saved[1]))
    assert used_rates(resumed, again, 30) == expected


def test_resuming_needs_the_step_number_alone():
    optimizer = optimizer_of()
    scheduler = ScheduleLR(optimizer, SCHEDULE, last_epoch=24)
    assert used_rates(optimizer, scheduler, 10) == [SCHEDULE(step) for step in range(25, 35)]
    assert scheduler.state_dict() == {"last_epoch": 35}
    scheduler.load_state_dict({"last_epoch": 3})
    scheduler.load_state_dict({"last_epoch": 3})  # twice is as good as once
    np.testing.assert_array_equal(optimizer.param_groups[0]["lr"], SCHEDULE(3))
