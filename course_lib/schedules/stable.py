"""Warm-up, stable, decay: three pieces put together."""

from course_lib.schedules.base import Schedule
from course_lib.schedules.checks import require_steps
from course_lib.schedules.decays import Constant
from course_lib.schedules.ramps import LinearDecay, LinearWarmup


def warmup_stable_decay(
    lr: float, warmup_steps: int, decay_steps: int, total_steps: int, final_lr: float = 0.0
) -> Schedule:
    """Rise in a straight line, stay, and come down in a straight line at the end. Hu et al. 2024 (MiniCPM), section 4.

    Parameters
    ----------
    lr, final_lr : float
        The rate of the long middle, and that of step `total_steps` - 1, which later steps hold.
    warmup_steps : int
        Steps of the warm-up, at least 1: its first has `lr` / `warmup_steps`, its last `lr`.
    decay_steps : int
        Steps of the way down, at least 2: its first has `lr`.
    total_steps : int
        Steps of the run, more than the other two together.

    Returns
    -------
    Schedule
        A composition, as one could write it oneself.

    Raises
    ------
    ValueError
        When a number of steps is too small, or the pieces do not fit.

    Examples
    --------
    >>> warmup_stable_decay(0.4, warmup_steps=4, decay_steps=5, total_steps=20)([0, 3, 4, 14, 15, 17, 19])
    array([0.1, 0.4, 0.4, 0.4, 0.4, 0.2, 0. ])
    """
    require_steps("warmup_steps", warmup_steps, least=1)
    require_steps("decay_steps", decay_steps, least=2)
    require_steps("total_steps", total_steps, least=warmup_steps + decay_steps + 1)
    decay_at = total_steps - decay_steps
    steady = Constant(lr).then(LinearDecay(lr, final_lr, decay_steps), at=decay_at - warmup_steps)
    if warmup_steps == 1:
        return Constant(lr).then(steady, at=1)
    return LinearWarmup(lr / warmup_steps, lr, warmup_steps).then(steady, at=warmup_steps)
