"""Adam, its AMSGrad variant, and AdamW."""

from typing import ClassVar

import torch
from torch import Tensor

from course_lib.optimizers.base import (
    AT_LEAST_ZERO,
    BETAS,
    CourseOptimizer,
    Group,
    Params,
    State,
    buffers,
    with_decay,
    zeros,
)


class Adam(CourseOptimizer):
    r"""Adam (Kingma and Ba 2015, algorithm 1).

    At a parameter's update number :math:`t` (from 1), with gradient :math:`g` (plus :math:`\lambda\theta` for a weight
    decay of :math:`\lambda`), elementwise:

    .. math::
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \qquad
        \theta \leftarrow \theta
        - \mathrm{lr} \, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \varepsilon}

    AMSGrad (Reddi, Kale and Kumar 2018) puts the largest :math:`v` so far in the place of :math:`v` in the root.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        What to optimise, or parameter groups with options of their own.
    lr : float
        Learning rate, at least 0.
    betas : tuple of float
        How much of the mean gradient and of the mean squared gradient is kept each step; each 0 to below 1.
    eps : float
        Added to the root, at least 0.
    amsgrad : bool
        Never let the denominator fall.
    weight_decay : float
        At least 0; added to the gradient times the parameter, and so divided like it: see `AdamW`.
    foreach : bool
        Update all tensors at once rather than one after the other; the same numbers, faster.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> weight = torch.tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = Adam([weight], lr=0.1)
    >>> (weight**2).sum().backward()
    >>> optimizer.step()
    >>> weight.detach()  # the first step is lr for every parameter, whatever the size of the gradient
    tensor([ 0.9000, 99.9000])
    """

    ranges: ClassVar = {"lr": AT_LEAST_ZERO, "betas": BETAS, "eps": AT_LEAST_ZERO, "weight_decay": AT_LEAST_ZERO}
    decoupled: ClassVar = False
    """Whether weight decay shrinks the parameter apart from the gradient's step."""

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        amsgrad: bool = False,
        weight_decay: float = 0.0,
        foreach: bool = True,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "amsgrad": amsgrad, "weight_decay": weight_decay}
        super().__init__(params, defaults, foreach)

    def _initial_state(self, param: Tensor, group: Group) -> State:
        names = ["exp_avg", "exp_avg_sq"] + (["max_exp_avg_sq"] if group["amsgrad"] else [])
        return {"step": 0} | {name: zeros(param) for name in names}

    def _update(self, param: Tensor, grad: Tensor, state: State, group: Group) -> None:
        beta1, beta2 = group["betas"]
        if self.decoupled:
            param.mul_(1 - group["lr"] * group["weight_decay"])
        else:
            grad = grad + group["weight_decay"] * param
        state["step"] += 1
        mean = state["exp_avg"].mul_(beta1).add_((1 - beta1) * grad)
        square = state["exp_avg_sq"].mul_(beta2).add_((1 - beta2) * grad**2)
        if group["amsgrad"]:
            square = torch.maximum(state["max_exp_avg_sq"], square, out=state["max_exp_avg_sq"])
        unbiased_mean = mean / (1 - beta1 ** state["step"])
        unbiased_square = square / (1 - beta2 ** state["step"])
        param.sub_(group["lr"] * unbiased_mean / (unbiased_square.sqrt() + group["eps"]))

    def _update_many(self, params: list[Tensor], grads: list[Tensor], states: list[State], group: Group) -> None:
        if self.decoupled:
            torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
        else:
            grads = with_decay(grads, params, group["weight_decay"])
        means, denominators, sizes = self._moments(grads, states, group)
        torch._foreach_addcdiv_(params, means, denominators, sizes)

    def _moments(
        self, grads: list[Tensor], states: list[State], group: Group
    ) -> tuple[list[Tensor], list[Tensor], list[float]]:
        """Mean gradients, denominators, and the factor ``-lr / (1 - beta1**t)`` of each."""
        beta1, beta2 = group["betas"]
        for state in states:
            state["step"] += 1
        means, squares = buffers(states, "exp_avg"), buffers(states, "exp_avg_sq")
        torch._foreach_lerp_(means, grads, 1 - beta1)
        torch._foreach_mul_(squares, beta2)
        torch._foreach_addcmul_(squares, grads, grads, 1 - beta2)
        if group["amsgrad"]:
            largest = buffers(states, "max_exp_avg_sq")
            torch._foreach_maximum_(largest, squares)
            squares = largest
        denominators = list(torch._foreach_sqrt(squares))
        # A parameter without a gradient has made fewer steps than the others, so each has corrections of its own.
        torch._foreach_div_(denominators, [(1 - beta2 ** state["step"]) ** 0.5 for state in states])
        torch._foreach_add_(denominators, group["eps"])
        return means, denominators, [-group["lr"] / (1 - beta1 ** state["step"]) for state in states]


class AdamW(Adam):
    r"""Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2, in torch's form).

    Before Adam's step on the bare gradient, :math:`\theta \leftarrow (1 - \mathrm{lr} \cdot \lambda)\,\theta`:
    the decay is not divided by the root of the squared gradients, as it is in `Adam`.

    Parameters
    ----------
    params, lr, betas, eps, amsgrad, foreach
        As in `Adam`.
    weight_decay : float
        At least 0; the part of a parameter that is taken off in a step is `lr` times this.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> optimizer = AdamW([weight], lr=0.1, weight_decay=0.5)
    >>> weight.grad = torch.tensor([0.0])
    >>> optimizer.step()
    >>> round(weight.item(), 6)
    0.95
    """

    decoupled: ClassVar = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        amsgrad: bool = False,
        weight_decay: float = 0.01,
        foreach: bool = True,
    ) -> None:
        super().__init__(params, lr, betas, eps, amsgrad, weight_decay, foreach)
