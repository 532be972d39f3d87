"""Sharpness of a minimum: the largest curvature of the loss, plain and free of the weights' scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from course_lib.data import ImageData
from course_lib.diagnostics.examples import examples
from course_lib.training.modes import evaluating

Operator = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Sharpness:
    """The largest eigenvalue of a Hessian, and how well it is known.

    Attributes
    ----------
    value : float
        The eigenvalue, in units of the loss (over the square of the weights' unit, where not adaptive).
    residual : float
        ``norm(H v - value v)`` for the unit vector v that was reached: an eigenvalue of H lies no further than this
        from `value`.
    iterations : int
        Hessian-vector products made.
    converged : bool
        Whether the residual came down to the tolerance times ``abs(value)``.
    """

    value: float
    residual: float
    iterations: int
    converged: bool


def sharpness(
    model: nn.Module,
    data: ImageData,
    *,
    part: str = "train",
    images: int | None = 1000,
    adaptive: bool = False,
    tolerance: float = 0.01,
    max_iterations: int = 200,
    seed: int = 0,
) -> Sharpness:
    r"""Top eigenvalue of the Hessian of the mean cross entropy, at the model's weights and in evaluation mode.

    Plain: :math:`\lambda_{\max}(H)`, :math:`H = \nabla^2_w L(w)`. It is not a property of the function that a network
    computes: scale one layer of a ReLU network up and the next one down, and it is another number for the same function
    (Dinh et al. 2017, "Sharp Minima Can Generalize for Deep Nets").

    Adaptive: :math:`\lambda_{\max}(D H D)` with :math:`D = \mathrm{diag}(|w|)`, which such a rescaling leaves as it is.
    At a minimum it is the leading term, for small :math:`\rho`, of the adaptive worst-case sharpness of Kwon et al.
    2021 ("ASAM", equation 1 with the operator :math:`T_w = |w|`) in the form of Andriushchenko et al. 2023 ("A Modern
    Look at the Relationship between Sharpness and Generalization"):
    :math:`\max_{\|\delta / |w|\|_2 \le \rho} L(w + \delta) - L(w) \approx \tfrac{1}{2} \rho^2 \lambda_{\max}(D H D)`.

    Parameters
    ----------
    model : nn.Module
        Takes what `data` gives, gives logits (N, classes); it comes out as it went in.
    data : ImageData
        Whose images the loss is the mean over.
    part : str
        ``train``, ``valid`` or ``test``.
    images : int, optional
        How many of them, drawn by the seed; None for all. Memory grows with it: the graph is kept.
    adaptive : bool
        Which of the two.
    tolerance : float
        Stop when the residual is at most this fraction of the eigenvalue.
    max_iterations : int
        Stop after this many Hessian-vector products.
    seed : int
        Which images, and the vector to start from.

    Returns
    -------
    Sharpness
        With its residual; look at ``converged``.

    Raises
    ------
    ValueError
        When `part` is absent, or `images`, `tolerance` or `max_iterations` is not positive.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> result = sharpness(mlp(hidden=()), load("fashion-mini"), images=200)
    >>> result.converged, result.value > 0  # one layer and cross entropy: convex
    (True, True)
    """
    batch = examples(model, data, part, images, seed)
    weights = [param for param in model.parameters() if param.requires_grad]
    with evaluating(model):
        return top_eigenvalue(
            lambda: cross_entropy(model(batch.inputs), batch.labels),
            weights,
            adaptive=adaptive,
            tolerance=tolerance,
            max_iterations=max_iterations,
            seed=seed,
        )


def top_eigenvalue(
    loss: Callable[[], Tensor],
    weights: Sequence[Tensor],
    *,
    adaptive: bool = False,
    tolerance: float = 0.01,
    max_iterations: int = 200,
    seed: int = 0,
) -> Sharpness:
    r"""Largest eigenvalue of the Hessian of any loss, by power iteration on Hessian-vector products.

    :math:`H v = \nabla_w (\nabla_w L \cdot v)` takes one more backward pass (Pearlmutter 1994, "Fast Exact
    Multiplication by the Hessian"). Power iteration finds the eigenvalue of the largest absolute value; where that one
    is negative, a second iteration on the shifted matrix :math:`H - \lambda I`, which has no negative eigenvalue, finds
    the largest.

    Parameters
    ----------
    loss : callable
        Computes the scalar loss from `weights` as they are; it is called once.
    weights : sequence of Tensor
        That require gradients; together, the w of the formula.
    adaptive, tolerance, max_iterations, seed
        As in `sharpness`.

    Returns
    -------
    Sharpness
        The eigenvalue, its residual, and the count of products.

    Raises
    ------
    ValueError
        When `weights` is empty, or `tolerance` or `max_iterations` is not positive.

    Examples
    --------
    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> curvatures = torch.tensor([3.0, 0.5])
    >>> result = top_eigenvalue(lambda: (curvatures * w**2).sum() / 2, [w], tolerance=1e-4)
    >>> round(result.value, 3)
    3.0
    """
    if not weights:
        raise ValueError("weights must hold at least one tensor that requires gradients")
    if not tolerance > 0:
        raise ValueError(f"tolerance must be positive, got {tolerance!r}")
    if max_iterations < 1:
        raise ValueError(f"max_iterations must be at least 1, got {max_iterations!r}")
    hessian = _hessian(loss(), weights, adaptive)
    size, device, dtype = sum(weight.numel() for weight in weights), weights[0].device, weights[0].dtype
    # Drawn on the CPU, so that the start does not depend on the device.
    start = torch.randn(size, generator=torch.Generator().manual_seed(seed), dtype=dtype).to(device)
    first = _power_iteration(hessian, start, tolerance, max_iterations)
    if first.value >= 0 or first.iterations == max_iterations:
        return first
    lowest = first.value
    shifted = _power_iteration(
        lambda v: hessian(v) - lowest * v, start, tolerance, max_iterations - first.iterations, offset=lowest
    )
    return Sharpness(shifted.value, shifted.residual, first.iterations + shifted.iterations, shifted.converged)


def _hessian(loss: Tensor, weights: Sequence[Tensor], adaptive: bool) -> Operator:
    gradients = torch.autograd.grad(loss, weights, create_graph=True, materialize_grads=True)
    gradient = torch.cat([part.flatten() for part in gradients])
    scale = torch.cat([weight.detach().abs().flatten() for weight in weights]) if adaptive else None

    def product(vector: Tensor) -> Tensor:
        if not gradient.requires_grad:  # a loss linear in the weights: no curvature, and no graph either
            return torch.zeros_like(vector)
        direction = vector if scale is None else scale * vector
        parts = torch.autograd.grad(gradient @ direction, weights, retain_graph=True, materialize_grads=True)
        curved = torch.cat([part.flatten() for part in parts])
        return curved if scale is None else scale * curved

    return product


def _power_iteration(
    operator: Operator, start: Tensor, tolerance: float, max_iterations: int, offset: float = 0.0
) -> Sharpness:
    """Largest eigenvalue by absolute value; `offset` is what the operator has been shifted down by."""
    vector = start / start.norm()
    value = residual = 0.0
    for iteration in range(1, max_iterations + 1):
        image = operator(vector)
        shifted_value = float(vector @ image)
        value = shifted_value + offset
        residual = float((image - shifted_value * vector).norm())
        if residual <= tolerance * abs(value):
            return Sharpness(value, residual, iteration, converged=True)
        vector = image / image.norm()
    return Sharpness(value, residual, max_iterations, converged=False)
