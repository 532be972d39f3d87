"""Stochastic gradient descent, with momentum in its two forms."""

from collections.abc import Callable, Iterable
from typing import Any, overload

import torch
from torch import Tensor
from torch.optim import Optimizer


class SGD(Optimizer):
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
    ...     _ = optimizer.step()
    >>> round(weight.item(), 6)  # 1 - 0.1 * 2, then - 0.1 * (0.9 * 2 + 1.6)
    0.46
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "nesterov": nesterov, "weight_decay": weight_decay}
        super().__init__(params, defaults)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters with options of their own, checked as the constructor's are."""
        options = self.defaults | param_group
        if not options["lr"] >= 0:
            raise ValueError(f"lr must be at least 0, got {options['lr']!r}")
        if not 0 <= options["momentum"] < 1:
            raise ValueError(f"momentum must be from 0 to below 1, got {options['momentum']!r}")
        if not options["weight_decay"] >= 0:
            raise ValueError(f"weight_decay must be at least 0, got {options['weight_decay']!r}")
        if options["nesterov"] and options["momentum"] == 0:
            raise ValueError("nesterov needs a momentum above 0, got momentum=0")
        super().add_param_group(param_group)

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Update every parameter that has a gradient.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss and its gradients anew, and returns the loss.

        Returns
        -------
        float or None
            The closure's loss.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            params = [param for param in group["params"] if param.grad is not None]
            if params:
                self._update(params, [param.grad for param in params], group)
        return loss

    def _update(self, params: list[Tensor], grads: list[Tensor], group: dict[str, Any]) -> None:
        # The _foreach_ calls do the same to every tensor of a list at once: one launch where a loop makes hundreds.
        lr, momentum = group["lr"], group["momentum"]
        if group["weight_decay"]:
            grads = list(torch._foreach_add(grads, params, alpha=group["weight_decay"]))
        if momentum == 0:
            torch._foreach_add_(params, grads, alpha=-lr)
            return
        # Buffers start at zero, which makes the first velocity the first gradient.
        velocities = [self._velocity(param) for param in params]
        torch._foreach_mul_(velocities, momentum)
        torch._foreach_add_(velocities, grads)
        if group["nesterov"]:
            torch._foreach_add_(params, grads, alpha=-lr)
            torch._foreach_add_(params, velocities, alpha=-lr * momentum)
        else:
            torch._foreach_add_(params, velocities, alpha=-lr)

    def _velocity(self, param: Tensor) -> Tensor:
        state = self.state[param]
        if "momentum_buffer" not in state:  # torch.optim.SGD's name for it
            state["momentum_buffer"] = torch.zeros_like(param, memory_format=torch.preserve_format)
        return state["momentum_buffer"]  # type: ignore[no-any-return]  # an optimizer's state holds anything
