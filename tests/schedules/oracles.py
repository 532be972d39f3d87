"""Other libraries' schedulers, asked for their rates step by step."""

from collections.abc import Callable

import torch


def torch_rates(lr: float, steps: int, scheduler, **options) -> list[float]:
    """The rates that an optimizer has under torch's `scheduler`, one an update."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    theirs = scheduler(optimizer, **options)
    used = []
    for _ in range(steps):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        theirs.step()
    return used


def timm_rates(lr: float, steps: int, kind: str, **options) -> list[float]:
    """The rates that an optimizer has under timm's scheduler called `kind`, stepped after each update."""
    import timm.scheduler  # not installed everywhere

    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    theirs = getattr(timm.scheduler, kind)(optimizer, t_in_epochs=False, **options)
    used = []
    for step in range(steps):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        theirs.step_update(step + 1)
    return used


def fastai_rates(annealer: Callable[[float], float], total_steps: int) -> list[float]:
    """What one of fastai's functions of the position, 0 to 1, gives at `total_steps` steps, the last at position 1."""
    return [float(annealer(step / (total_steps - 1))) for step in range(total_steps)]
