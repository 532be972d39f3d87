"""Other libraries' schedulers, asked for their rates step by step."""

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
