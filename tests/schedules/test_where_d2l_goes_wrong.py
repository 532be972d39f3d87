"""What the schedulers of "Dive into Deep Learning" (Zhang et al. 2023, section 12.11) do, and what ours do instead.

The book's library is not needed here: what it does is acted out in a few lines of our own.
"""

import numpy as np

from course_lib import plots
from course_lib.schedules import ExponentialDecay, LinearWarmup


class Forgetful:
    """A rate that is multiplied at each call and forgets the step it is asked for, as the book's factor scheduler."""

    def __init__(self, lr: float, factor: float) -> None:
        self.lr, self.factor = lr, factor

    def __call__(self, step: int) -> float:
        self.lr *= self.factor
        return self.lr


def test_plotting_consumes_the_scheduler_in_d2l():
    theirs = Forgetful(1.0, 0.9)
    plots.schedule({"theirs": theirs}, steps=50)
    assert theirs(0) < 0.005  # training goes on at the plot's last rate
    ours = ExponentialDecay(1.0, 0.9)
    plots.schedule({"ours": ours}, steps=50)
    assert ours(0) == 1.0


def test_a_warmup_asked_for_after_each_epoch_begins_with_the_optimizers_own_rate_in_d2l():
    def warmup(epoch: int) -> float:
        return 0.3 * epoch / 5

    lr, used = 0.3, []  # the optimizer is built with the peak rate, and the scheduler speaks when an epoch is over
    for epoch in range(4):
        used.append(lr)
        lr = warmup(epoch)
    np.testing.assert_allclose(used, [0.3, 0.0, 0.06, 0.12])
    # Ours is asked before each update.
    np.testing.assert_allclose(LinearWarmup(0.0, 0.3, total_steps=6)(np.arange(4)), [0.0, 0.06, 0.12, 0.18])
