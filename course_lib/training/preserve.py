"""Everything that a trial run would change, given back when it ends."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer

from course_lib.training.stateful import Stateful


@contextmanager
def preserved(model: nn.Module, optimizer: Optimizer, *others: Stateful | torch.Generator) -> Iterator[None]:
    """Give back, however the block ends, the model, the optimizer, the random states and `others` as they were.

    Weights (the optimizer's, too) and buffers (bit for bit, in the same tensors), training or evaluation mode of every
    module, gradients (the same tensors, with the same bits), the optimizer's state and options, and the generators of
    Python, NumPy and torch (CPU and every GPU). Whether the block completes, raises or is interrupted makes no
    difference.

    Parameters
    ----------
    model : nn.Module
        Whose weights, buffers, modes and gradients come back.
    optimizer : Optimizer
        Whose state and parameter groups' options come back.
    *others : object with ``state_dict`` and ``load_state_dict``, or torch.Generator
        What else a step would change: a `torch.amp.GradScaler`, a learning-rate scheduler, a moving average of the
        weights, the generator that a data loader shuffles with.

    Returns
    -------
    context manager
        For a ``with`` block.

    Raises
    ------
    TypeError
        When one of `others` is of neither kind; before anything has happened.

    Examples
    --------
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> model = mlp()
    >>> weight = model[1].weight.detach().clone()
    >>> with preserved(model, SGD(model.parameters(), lr=0.1)):
    ...     _ = nn.init.zeros_(model[1].weight)
    >>> torch.equal(model[1].weight, weight)
    True
    """
    for other in others:
        if not isinstance(other, torch.Generator) and not hasattr(other, "load_state_dict"):
            raise TypeError(f"others must have state_dict and load_state_dict, or be a torch.Generator, got {other!r}")
    driven = (param for group in optimizer.param_groups for param in group["params"])
    params = list(dict.fromkeys([*model.parameters(), *driven]))  # the optimizer may drive more than the model
    tensors = [*params, *model.buffers()]
    values = [tensor.detach().clone() for tensor in tensors]
    gradients = [(param, param.grad, None if param.grad is None else param.grad.clone()) for param in params]
    modes = [(module, module.training) for module in model.modules()]
    # Copied, for a state that is given out may go on changing with its owner.
    optimizer_state = copy.deepcopy(optimizer.state_dict())
    undo = [_undo(other) for other in others]
    python_state, numpy_state = random.getstate(), np.random.get_state()
    torch_state = torch.random.get_rng_state()
    cuda_states = torch.cuda.get_rng_state_all()
    try:
        yield
    finally:
        with torch.no_grad():
            for tensor, value in zip(tensors, values, strict=True):
                tensor.copy_(value)
            for param, gradient, bits in gradients:
                param.grad = gradient if bits is None else gradient.copy_(bits)
        for module, training in modes:
            module.training = training
        optimizer.load_state_dict(optimizer_state)
        for give_back in undo:
            give_back()
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        torch.random.set_rng_state(torch_state)
        torch.cuda.set_rng_state_all(cuda_states)


def _undo(other: Stateful | torch.Generator) -> Callable[[], object]:
    if isinstance(other, torch.Generator):
        return partial(other.set_state, other.get_state())
    return partial(other.load_state_dict, copy.deepcopy(other.state_dict()))
