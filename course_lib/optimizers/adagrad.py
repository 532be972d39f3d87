"""AdaGrad: every parameter has a rate of its own, which falls with all the gradients that it has met."""

from typing import ClassVar

import torch
from torch import Tensor

from course_lib.optimizers.base import AT_LEAST_ZERO, CourseOptimizer, Group, Params, State, buffers, with_decay, zeros


class AdaGrad(CourseOptimizer):
    r"""AdaGrad (Duchi, Hazan and Singer 2011), in its diagonal form.

    With gradient :math:`g` (plus :math:`\lambda\theta` for a weight decay of :math:`\lambda`) and the sum :math:`s` of
    all squared gradients so far, elementwise:

    .. math::
        s \leftarrow s + g^2, \qquad
        \theta \leftarrow \theta - \mathrm{lr} \, \frac{g}{\sqrt{s} + \varepsilon}

    The sum only grows, so the rate only falls.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        What to optimise, or parameter groups with options of their own.
    lr : float
        Learning rate, at least 0: the size of the first step of every parameter.
    eps : float
        Keeps the denominator from zero; at least 0.
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
    >>> optimizer = AdaGrad([weight], lr=0.1)
    >>> (weight**2).sum().backward()
    >>> optimizer.step()
    >>> weight.detach()  # the same step for both, whatever the size of the gradient
    tensor([ 0.9000, 99.9000])
    """

    ranges: ClassVar = {"lr": AT_LEAST_ZERO, "eps": AT_LEAST_ZERO, "weight_decay": AT_LEAST_ZERO}

    def __init__(
        self, params: Params, lr: float, eps: float = 1e-10, weight_decay: float = 0.0, foreach: bool = True
    ) -> None:
        super().__init__(params, {"lr": lr, "eps": eps, "weight_decay": weight_decay}, foreach)

    def _initial_state(self, param: Tensor, group: Group) -> State:
        return {"sum": zeros(param)}

    def _update(self, param: Tensor, grad: Tensor, state: State, group: Group) -> None:
        grad = grad + group["weight_decay"] * param
        state["sum"].add_(grad**2)
        param.sub_(group["lr"] * grad / (state["sum"].sqrt() + group["eps"]))

    def _update_many(self, params: list[Tensor], grads: list[Tensor], states: list[State], group: Group) -> None:
        grads = with_decay(grads, params, group["weight_decay"])
        sums = buffers(states, "sum")
        torch._foreach_addcmul_(sums, grads, grads)
        denominators = torch._foreach_sqrt(sums)
        torch._foreach_add_(denominators, group["eps"])
        torch._foreach_addcdiv_(params, grads, denominators, value=-group["lr"])
