"""diffGrad: Adam, slowed down where the gradient hardly changes."""

import torch
from torch import Tensor

from course_lib.optimizers.adam import Adam
from course_lib.optimizers.base import Group, Params, State, buffers, with_decay, zeros


class DiffGrad(Adam):
    r"""diffGrad (Dubey et al. 2019, algorithm 1).

    Adam's step, elementwise times the friction coefficient

    .. math::
        \xi = \frac{1}{1 + e^{-|g_{t-1} - g_t|}} \in [0.5, 1),

    with the gradient before the first taken as 0. Adam's symbols are those of `Adam`.

    Parameters
    ----------
    params, lr, betas, eps, weight_decay, foreach
        As in `Adam`. The gradient that :math:`\xi` compares has the weight decay in it.

    Raises
    ------
    ValueError
        When an argument lies outside its range.

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> optimizer = DiffGrad([weight], lr=0.1)
    >>> for _ in range(2):
    ...     weight.grad = torch.tensor([2.0])
    ...     before = weight.item()
    ...     optimizer.step()
    ...     print(f"{(before - weight.item()) / 0.1:.4f}")  # sigmoid(|0 - 2|), then sigmoid(0)
    0.8808
    0.5000
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        foreach: bool = True,
    ) -> None:
        super().__init__(params, lr, betas, eps, amsgrad=False, weight_decay=weight_decay, foreach=foreach)

    def _initial_state(self, param: Tensor, group: Group) -> State:
        return super()._initial_state(param, group) | {"previous_grad": zeros(param)}

    def _update(self, param: Tensor, grad: Tensor, state: State, group: Group) -> None:
        beta1, beta2 = group["betas"]
        grad = grad + group["weight_decay"] * param
        state["step"] += 1
        friction = torch.sigmoid((state["previous_grad"] - grad).abs())
        # A copy: `zero_grad(set_to_none=False)` would turn the gradient that we remember into zeros.
        state["previous_grad"].copy_(grad)
        mean = state["exp_avg"].mul_(beta1).add_((1 - beta1) * grad)
        square = state["exp_avg_sq"].mul_(beta2).add_((1 - beta2) * grad**2)
        unbiased_mean = mean / (1 - beta1 ** state["step"])
        unbiased_square = square / (1 - beta2 ** state["step"])
        param.sub_(group["lr"] * friction * unbiased_mean / (unbiased_square.sqrt() + group["eps"]))

    def _update_many(self, params: list[Tensor], grads: list[Tensor], states: list[State], group: Group) -> None:
        grads = with_decay(grads, params, group["weight_decay"])
        means, denominators, sizes = self._moments(grads, states, group)
        previous = buffers(states, "previous_grad")
        friction = torch._foreach_sub(previous, grads)
        torch._foreach_abs_(friction)
        torch._foreach_sigmoid_(friction)
        torch._foreach_copy_(previous, grads)  # a copy, as above
        torch._foreach_addcdiv_(params, torch._foreach_mul(means, friction), denominators, sizes)
