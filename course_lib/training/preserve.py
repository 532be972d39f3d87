"""Everything that a trial run would change, given back when it ends."""

import copy
import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer


@contextmanager
def preserved(model: nn.Module, optimizer: Optimizer) -> Iterator[None]:
    """Give back, however the block ends, the model, the optimizer and the random states as they were.

    Weights and buffers (bit for bit, in the same tensors), training or evaluation mode of every module, gradients, the
    optimizer's state and options, and the generators of Python, NumPy and torch (CPU and every GPU).

    Parameters
    ----------
    model : nn.Module
        Whose weights, buffers, modes and gradients come back.
    optimizer : Optimizer
        Whose state and parameter groups' options come back.
    """
    tensors = [*model.parameters(), *model.buffers()]
    values = [tensor.detach().clone() for tensor in tensors]
    gradients = [(param, None if param.grad is None else param.grad.clone()) for param in model.parameters()]
    modes = [(module, module.training) for module in model.modules()]
    optimizer_state = copy.deepcopy(optimizer.state_dict())
    python_state, numpy_state = random.getstate(), np.random.get_state()
    torch_state = torch.random.get_rng_state()
    cuda_states = torch.cuda.get_rng_state_all()
    try:
        yield
    finally:
        with torch.no_grad():
            for tensor, value in zip(tensors, values, strict=True):
                tensor.copy_(value)
        for param, gradient in gradients:
            param.grad = gradient
        for module, training in modes:
            module.training = training
        optimizer.load_state_dict(optimizer_state)
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        torch.random.set_rng_state(torch_state)
        torch.cuda.set_rng_state_all(cuda_states)
