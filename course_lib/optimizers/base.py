"""What the course's optimizers share: gathering gradients, the two paths, and saying which argument is wrong."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, overload

import torch
from torch import Tensor
from torch.optim import Optimizer

Params = Iterable[Tensor] | Iterable[dict[str, Any]]
State = dict[str, Any]
Group = dict[str, Any]


class CourseOptimizer(Optimizer):
    """An optimizer whose rule is written twice: once to be read, once to be fast.

    `_update` treats one tensor and mirrors the formula. `_update_many` treats a list of tensors with torch's
    ``_foreach_`` functions, which cost one launch where a loop over the tensors costs hundreds. Tests hold the two to
    each other and to the oracles.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        What to optimise, or parameter groups with options of their own.
    defaults : dict
        The options, for groups that do not set them.
    foreach : bool
        Take the fast path.
    """

    ranges: ClassVar[dict[str, tuple[str, Callable[[Any], bool]]]]
    """For each option that has a range: the range in words, and the test of a value."""

    def __init__(self, params: Params, defaults: dict[str, Any], foreach: bool) -> None:
        self.foreach = foreach
        super().__init__(params, defaults)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters with options of their own, checked as the constructor's are.

        Raises
        ------
        ValueError
            When an option lies outside its range.
        """
        options = self.defaults | param_group
        for name, (words, holds) in self.ranges.items():
            if not holds(options[name]):
                raise ValueError(f"{name} must be {words}, got {options[name]!r}")
        self._check_together(options)
        super().add_param_group(param_group)

    def _check_together(self, options: dict[str, Any]) -> None:
        """Raise ValueError where options do not go together."""

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

        Raises
        ------
        ValueError
            When a gradient is sparse.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            params = [param for param in group["params"] if param.grad is not None]
            grads = [param.grad for param in params]
            if any(grad.is_sparse for grad in grads):
                raise ValueError(f"{type(self).__name__} needs dense gradients, got a sparse one")
            states = [self.state[param] for param in params]
            for param, state in zip(params, states, strict=True):
                if not state:
                    state.update(self._initial_state(param, group))
            if self.foreach and params:
                self._update_many(params, grads, states, group)
            else:
                for param, grad, state in zip(params, grads, states, strict=True):
                    self._update(param, grad, state, group)
        return loss

    @abstractmethod
    def _initial_state(self, param: Tensor, group: Group) -> State:
        """What is remembered of `param` before its first update."""

    @abstractmethod
    def _update(self, param: Tensor, grad: Tensor, state: State, group: Group) -> None:
        """One update of one tensor, as the formula says it."""

    @abstractmethod
    def _update_many(self, params: list[Tensor], grads: list[Tensor], states: list[State], group: Group) -> None:
        """The same update of every tensor of a list."""


def zeros(param: Tensor) -> Tensor:
    """A buffer of the shape, type, device and layout of `param`."""
    return torch.zeros_like(param, memory_format=torch.preserve_format)


def with_decay(grads: list[Tensor], params: list[Tensor], weight_decay: float) -> list[Tensor]:
    """The gradients of the loss plus half of `weight_decay` times the squared norm of the parameters."""
    return list(torch._foreach_add(grads, params, alpha=weight_decay)) if weight_decay else grads


def buffers(states: list[State], name: str) -> list[Tensor]:
    """The buffer called `name` of every tensor."""
    return [state[name] for state in states]


def at_least_zero(value: float) -> bool:
    """Whether a rate, a decay or an epsilon is usable; false for NaN."""
    return value >= 0


def below_one(value: float) -> bool:
    """Whether a decay factor is usable."""
    return 0 <= value < 1


AT_LEAST_ZERO = ("at least 0", at_least_zero)
BELOW_ONE = ("from 0 to below 1", below_one)
BETAS = ("two numbers from 0 to below 1", lambda betas: len(betas) == 2 and all(map(below_one, betas)))
