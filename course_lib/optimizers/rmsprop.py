"""RMSprop: AdaGrad that forgets."""

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


class RMSprop(CourseOptimizer):
    r"""RMSprop (Hinton 2012, lecture 6e), with the centring of Graves 2013 and momentum, in torch's form.

    With gradient :math:`g` (plus :math:`\lambda\theta` for a weight decay of :math:`\lambda`), elementwise:

    .. math::
        s \leftarrow \alpha s + (1 - \alpha) g^2, \qquad
        \bar g \leftarrow \alpha \bar g + (1 - \alpha) g, \qquad
        u = \frac{g}{\sqrt{s - c\,\bar g^2} + \varepsilon}

    with :math:`c = 1` where centred, else 0; then :math:`\theta \leftarrow \theta - \mathrm{lr} \cdot u`, or with
    momentum :math:`v \leftarrow \mu v + u`, :math:`\theta \leftarrow \theta - \mathrm{lr} \cdot v`.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        What to optimise, or parameter groups with options of their own.
    lr : float
        Learning rate, at least 0.
    alpha : float
        How much of the mean square is kept each step; 0 to below 1.
    eps : float
        Added to the root, at least 0.
    momentum : float
        0 (none) to below 1.
    centered : bool
        Divide by the deviation of the gradient rather than by its root mean square.
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
    >>> weight = torch.tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = RMSprop([weight], lr=0.1, alpha=0.0)
    >>> (weight**2).sum().backward()
    >>> optimizer.step()
    >>> weight.detach()
    tensor([ 0.9000, 99.9000])
    """

    ranges: ClassVar = {
        "lr": AT_LEAST_ZERO,
        "alpha": BELOW_ONE,
        "eps": AT_LEAST_ZERO,
        "momentum": BELOW_ONE,
        "weight_decay": AT_LEAST_ZERO,
    }

    def __init__(
        self,
        params: Params,
        lr: float,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        centered: bool = False,
        weight_decay: float = 0.0,
        foreach: bool = True,
    ) -> None:
        defaults = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "momentum": momentum,
            "centered": centered,
            "weight_decay": weight_decay,
        }
        super().__init__(params, defaults, foreach)

    def _initial_state(self, param: Tensor, group: Group) -> State:
        names = ["square_avg"]
        names += ["grad_avg"] if group["centered"] else []
        names += ["momentum_buffer"] if group["momentum"] else []
        return {name: zeros(param) for name in names}

    def _update(self, param: Tensor, grad: Tensor, state: State, group: Group) -> None:
        alpha = group["alpha"]
        grad = grad + group["weight_decay"] * param
        square = state["square_avg"].mul_(alpha).add_((1 - alpha) * grad**2)
        if group["centered"]:
            square = square - state["grad_avg"].mul_(alpha).add_((1 - alpha) * grad) ** 2
        update = grad / (square.sqrt() + group["eps"])
        if group["momentum"]:
            update = state["momentum_buffer"].mul_(group["momentum"]).add_(update)
        param.sub_(group["lr"] * update)

    def _update_many(self, params: list[Tensor], grads: list[Tensor], states: list[State], group: Group) -> None:
        alpha, lr = group["alpha"], group["lr"]
        grads = with_decay(grads, params, group["weight_decay"])
        squares = buffers(states, "square_avg")
        torch._foreach_mul_(squares, alpha)
        torch._foreach_addcmul_(squares, grads, grads, value=1 - alpha)
        if group["centered"]:
            means = buffers(states, "grad_avg")
            torch._foreach_lerp_(means, grads, 1 - alpha)
            denominators = torch._foreach_addcmul(squares, means, means, value=-1)
            torch._foreach_sqrt_(denominators)
        else:
            denominators = torch._foreach_sqrt(squares)
        torch._foreach_add_(denominators, group["eps"])
        if group["momentum"]:
            velocities = buffers(states, "momentum_buffer")
            torch._foreach_mul_(velocities, group["momentum"])
            torch._foreach_addcdiv_(velocities, grads, denominators)
            torch._foreach_add_(params, velocities, alpha=-lr)
        else:
            torch._foreach_addcdiv_(params, grads, denominators, value=-lr)
