"""A schedule at work in anybody's training loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

Rate = Callable[[int], float]


class ScheduleLR(LRScheduler):
    """Drives an optimizer from a schedule; a real `torch.optim.lr_scheduler.LRScheduler`.

    Call ``step()`` after each update of the weights, as with torch's own. The rate is ``schedule(last_epoch)``, where
    `last_epoch` is torch's name for the number of steps made, and is computed afresh each time: resuming needs that
    number and nothing else.

    In Lightning, give it the interval ``"step"``. Accelerate makes as many steps an update as there are processes, so a
    run of four on batches of their own comes to the schedule's end in a quarter of the updates; with its option
    ``split_batches`` it makes one.

    Parameters
    ----------
    optimizer : Optimizer
        Any of torch's kind.
    lr : callable, or sequence of callable
        Step -> rate: one for all parameter groups, or one a group. A `Schedule`, or any function.
    momentum : callable, optional
        Step -> momentum, for all groups; goes to ``momentum``, or to the first of ``betas``.
    last_epoch : int
        To resume at step k, k - 1.

    Raises
    ------
    ValueError
        When there are not as many schedules as groups, or a group has neither momentum nor betas to drive.

    Examples
    --------
    >>> import torch
    >>> from course_lib.optimizers import SGD
    >>> from course_lib.schedules import OneCycle
    >>> optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=0.9)
    >>> cycle = OneCycle(0.4, total_steps=100, div_factor=10)
    >>> scheduler = ScheduleLR(optimizer, cycle, cycle.momentum())
    >>> optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]
    (0.04, 0.95)
    """

    def __init__(
        self, optimizer: Optimizer, lr: Rate | Sequence[Rate], momentum: Rate | None = None, last_epoch: int = -1
    ) -> None:
        if isinstance(lr, Sequence) and len(lr) != len(optimizer.param_groups):
            raise ValueError(f"lr must be one schedule, or {len(optimizer.param_groups)} (one a group), got {len(lr)}")
        for group in optimizer.param_groups:
            # torch asks for it when it resumes; an absolute rate has no use for it.
            group.setdefault("initial_lr", group["lr"])
        self._lr = lr
        self._momentum = momentum
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The rate of each parameter group at the present step."""
        rates = [self._lr] * len(self.optimizer.param_groups) if callable(self._lr) else self._lr
        return [float(rate(self.last_epoch)) for rate in rates]

    def step(self, epoch: int | None = None) -> None:
        """Go on to the next step, after the optimizer's own."""
        super().step(epoch)
        self._write_momentum()

    def state_dict(self) -> dict[str, Any]:
        """The number of steps made."""
        return {"last_epoch": self.last_epoch}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from the step of `state_dict`: the optimizer gets its rate at once, whatever it had."""
        self.last_epoch = int(state_dict["last_epoch"])
        self._last_lr = self.get_lr()
        for group, rate in zip(self.optimizer.param_groups, self._last_lr, strict=True):
            group["lr"] = rate
        self._write_momentum()

    def _write_momentum(self) -> None:
        if self._momentum is not None:
            write_momentum(self.optimizer, float(self._momentum(self.last_epoch)))


def write_momentum(optimizer: Optimizer, momentum: float) -> None:
    """Set the momentum of every parameter group: its ``momentum``, or the first of its ``betas``.

    Raises
    ------
    ValueError
        When a group has neither.
    """
    for group in optimizer.param_groups:
        if "momentum" in group:
            group["momentum"] = momentum
        elif "betas" in group:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            raise ValueError(f"momentum cannot be driven: {type(optimizer).__name__} has neither momentum nor betas")
