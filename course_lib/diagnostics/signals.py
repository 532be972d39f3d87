"""What flows through a network on one batch: the input of the first layer, gradients on their way down, ReLU units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.overrides import TorchFunctionMode

from course_lib.training.evaluation import Prepared

LAYER_CALLS = {"linear", "conv1d", "conv2d", "conv3d"}
RELU_CALLS = {"relu", "relu_"}


@dataclass(frozen=True)
class Signals:
    """Measured on one batch, in training mode.

    Attributes
    ----------
    input_mean, input_std : float
        Of the numbers that reach the first layer with weights.
    loss : float
        Cross entropy of the batch.
    gradients : tuple of (str, float)
        For each layer with weights, in the order of the forward pass, its weight's name and the mean norm, over the
        images, of the loss's gradient with respect to the layer's output.
    dead : tuple of float
        For each ReLU in the order of the forward pass, the fraction of its units (channels, after a convolution) that
        gave zero for every image.
    without_gradient : tuple of str
        Parameters that require a gradient and got none at all.
    """

    input_mean: float
    input_std: float
    loss: float
    gradients: tuple[tuple[str, float], ...]
    dead: tuple[float, ...]
    without_gradient: tuple[str, ...]


def measure_signals(model: nn.Module, batch: Prepared) -> Signals:
    """One forward and one backward pass, watched. Changes gradients and buffers: call it inside `preserved`."""
    model.train()
    model.zero_grad()
    watch = _Watch({id(param): name for name, param in model.named_parameters()})
    with watch:
        logits = model(batch.inputs)
    loss = cross_entropy(logits, batch.labels)
    loss.backward()
    first = batch.inputs if watch.first_input is None else watch.first_input
    return Signals(
        input_mean=float(first.mean()),
        input_std=float(first.std()),
        loss=float(loss.detach()),
        gradients=tuple(
            (name, float(output.grad.flatten(1).norm(dim=1).mean()))
            for name, output in watch.outputs
            if output.grad is not None
        ),
        dead=tuple(watch.dead),
        without_gradient=tuple(
            name for name, param in model.named_parameters() if param.requires_grad and param.grad is None
        ),
    )


class _Watch(TorchFunctionMode):
    """Sees every call of a torch function, so that modules and plain functions are treated alike."""

    def __init__(self, names: Mapping[int, str]) -> None:
        super().__init__()
        self.names = names
        self.first_input: Tensor | None = None
        self.outputs: list[tuple[str, Tensor]] = []
        self.dead: list[float] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401  # whatever the torch function gives
        result = func(*args, **(kwargs or {}))
        call = getattr(func, "__name__", "")
        if not isinstance(result, Tensor):
            return result
        if call in RELU_CALLS:
            self.dead.append(_never_positive(result.detach()))
        weights = [arg for arg in args if isinstance(arg, nn.Parameter) and arg.ndim >= 2]
        data = [arg for arg in args if isinstance(arg, Tensor) and not isinstance(arg, nn.Parameter)]
        if (call in LAYER_CALLS or weights) and data and result.requires_grad and result.ndim >= 2:
            if self.first_input is None:
                self.first_input = data[0].detach().clone()
            name = self.names.get(id(weights[0]), call) if weights else call
            result.retain_grad()
            self.outputs.append((name, result))
            return result.clone()  # an activation in place would overwrite what is watched
        return result


def _never_positive(activation: Tensor) -> float:
    units = activation.transpose(0, 1).flatten(1) if activation.ndim >= 2 else activation.unsqueeze(1)
    return float((units.amax(1) <= 0).float().mean())
