"""Stochastic gradient descent, with momentum in its two forms."""

from typing import ClassVar

import torch
from torch import Tensor

from course_lib.optimizers.base import (
    AT_LEAST_ZERO,
    BELOW_ONE,
    CourseOptimizer,
    Group,
    Params,
    State,
    buffers,
    with_decay,
    zeros,
)


class SGD(CourseOptimizer):
    r"""Gradient descent on the loss of a batch, with classical or Nesterov momentum.

    With gradient :math:`g` (plus :math:`\lambda\theta` for a weight decay of :math:`\lambda`), velocity :math:`v`
    and momentum :math:`\mu`:

    .. math::
        v \leftarrow \mu v + g, \qquad
        \theta \leftarrow \theta - \mathrm{lr} \cdot
        \begin{cases} v & \text{classical} \\ g + \mu v & \text{Nesterov} \end{cases}

    The first velocity is the first gradient. This is the form of Sutskever et al. 2013 with the rate outside the
    velocity, as in `torch.optim.SGD` (dampening 0): a change of the rate acts at once on the whole step.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        What to optimise, or parameter groups with options of their own.
    lr : float
        Learning rate, at least 0.
    momentum : float
        0 (none) to below 1.
    nesterov : bool
        Take the gradient's step from where the momentum leads; needs `momentum` above 0.
    weight_decay : float
        At least 0; added to the gradient times the parameter.
    foreach : bool
        Update all tensors at once rather than one after the other; the same numbers, faster.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> optimizer = SGD([weight], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (weight**2).sum().backward()
    ...     optimizer.step()
    >>> round(weight.item(), 6)  # 1 - 0.1 * 2, then - 0.1 * (0.9 * 2 + 1.6)
    0.46
    """

    ranges: ClassVar = {"lr": AT_LEAST_ZERO, "momentum": BELOW_ONE, "weight_decay": AT_LEAST_ZERO}

    def __init__(
        self,
        params: Params,
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        foreach: bool = True,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "nesterov": nesterov, "weight_decay": weight_decay}
        super().__init__(params, defaults, foreach)

    def _check_together(self, options: Group) -> None:
        if options["nesterov"] and options["momentum"] == 0:
            raise ValueError("nesterov needs a momentum above 0, got momentum=0")

    def _initial_state(self, param: Tensor, group: Group) -> State:
        # A velocity of zero makes the first one the first gradient.
        return {"momentum_buffer": zeros(param)} if group["momentum"] else {}

    def _update(self, param: Tensor, grad: Tensor, state: State, group: Group) -> None:
        grad = grad + group["weight_decay"] * param
        step = grad
        if group["momentum"]:
            velocity = state["momentum_buffer"]
            velocity.mul_(group["momentum"]).add_(grad)
            step = grad + group["momentum"] * velocity if group["nesterov"] else velocity
        param.sub_(group["lr"] * step)

    def _update_many(self, params: list[Tensor], grads: list[Tensor], states: list[State], group: Group) -> None:
        lr, momentum = group["lr"], group["momentum"]
        grads = with_decay(grads, params, group["weight_decay"])
        if momentum == 0:
            torch._foreach_add_(params, grads, alpha=-lr)
            return
        velocities = buffers(states, "momentum_buffer")
        torch._foreach_mul_(velocities, momentum)
        torch._foreach_add_(velocities, grads)
        if group["nesterov"]:
            torch._foreach_add_(params, grads, alpha=-lr)
            torch._foreach_add_(params, velocities, alpha=-lr * momentum)
        else:
            torch._foreach_add_(params, velocities, alpha=-lr)
