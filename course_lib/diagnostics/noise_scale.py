"""Gradient-noise scale: the batch size at which noise and signal in the gradient balance."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from course_lib.data import ImageData
from course_lib.diagnostics.examples import examples
from course_lib.training.modes import evaluating


@dataclass(frozen=True)
class NoiseScale:
    r"""The simple gradient-noise scale, and what it is the ratio of.

    Attributes
    ----------
    value : float
        :math:`B_\text{simple} = \mathrm{tr}(\Sigma) / |G|^2`, in images; infinite where the estimate of :math:`|G|^2`
        is not positive, that is, where the gradient drowns in the noise of all the images together.
    standard_error : float
        Of `value`, by the jackknife over the batches; infinite where `value` is.
    squared_gradient : float
        Unbiased estimate of :math:`|G|^2`, G the gradient of the mean loss.
    covariance_trace : float
        Unbiased estimate of the trace of :math:`\Sigma`, the covariance of one image's gradient.
    """

    value: float
    standard_error: float
    squared_gradient: float
    covariance_trace: float


def gradient_noise_scale(
    model: nn.Module,
    data: ImageData,
    *,
    part: str = "train",
    batch_size: int = 32,
    batches: int = 64,
    seed: int = 0,
) -> NoiseScale:
    r"""Simple noise scale :math:`B_\text{simple} = \mathrm{tr}(\Sigma) / |G|^2` of the cross entropy at these weights.

    McCandlish et al. 2018, "An Empirical Model of Large-Batch Training", equation 2.9 and appendix A.1. Batches much
    smaller than this are mostly noise; batches much larger repeat what they know. It grows as training goes on.

    Parameters
    ----------
    model : nn.Module
        Looked at in evaluation mode (in training mode batch normalisation makes the gradient of one image depend on the
        others); it comes out as it went in.
    data : ImageData
        Whose images are drawn, without repetition.
    part : str
        ``train``, ``valid`` or ``test``.
    batch_size : int
        Images in the small batch, at least 1.
    batches : int
        How many, at least 2. The gradients of all are in memory at the same time.
    seed : int
        Which images.

    Returns
    -------
    NoiseScale
        In images, with its standard error.

    Raises
    ------
    ValueError
        When a number is too small, or there are not ``batch_size * batches`` images.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> scale = gradient_noise_scale(mlp(), load("fashion-mini"), batches=16)
    >>> scale.value > 0 and scale.covariance_trace > 0
    True
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size!r}")
    if batches < 2:
        raise ValueError(f"batches must be at least 2, got {batches!r}")
    drawn = examples(model, data, part, batch_size * batches, seed)
    if len(drawn) < batch_size * batches:
        raise ValueError(
            f"batch_size * batches must be at most the {len(drawn)} images of {part}, got {batch_size * batches}"
        )
    weights = [param for param in model.parameters() if param.requires_grad]
    gradients: list[Tensor] = []
    with evaluating(model):
        for inputs, labels in zip(drawn.inputs.split(batch_size), drawn.labels.split(batch_size), strict=True):
            loss = cross_entropy(model(inputs), labels)
            parts = torch.autograd.grad(loss, weights, materialize_grads=True)
            gradients.append(torch.cat([part.flatten() for part in parts]))
    return noise_scale(torch.stack(gradients), batch_size)


def noise_scale(gradients: Tensor, batch_size: int) -> NoiseScale:
    r"""Simple noise scale from the mean gradients of independent batches of one size.

    With batches of b images and mean gradients :math:`g_1, \dots, g_n`,

    .. math::
        |G|^2 \approx \frac{1}{n(n-1)} \sum_{i \ne j} g_i \cdot g_j, \qquad
        \mathrm{tr}(\Sigma) \approx \frac{b}{n-1} \sum_i |g_i - \bar g|^2,

    which are the two unbiased estimates of McCandlish et al. 2018, appendix A.1, with :math:`B_\text{small} = b` (the
    mean over the batches) and :math:`B_\text{big} = n b`.

    Parameters
    ----------
    gradients : Tensor
        Shape (n, weights), n at least 2; with n of 2, `standard_error` is NaN.
    batch_size : int
        The b of the formula; 1 for the gradients of single examples.

    Returns
    -------
    NoiseScale
        In examples.

    Raises
    ------
    ValueError
        When there are fewer than two gradients, or `batch_size` is below 1.

    Examples
    --------
    >>> noise_scale(torch.tensor([[3.0, 1.0], [3.0, -1.0], [3.0, 0.0]]), batch_size=4).covariance_trace
    4.0
    """
    if gradients.ndim != 2 or len(gradients) < 2:
        raise ValueError(f"gradients must have shape (n, weights) with n >= 2, got {tuple(gradients.shape)}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size!r}")
    count = len(gradients)
    # All estimates, those of the jackknife too, need nothing but the products of the gradients with each other.
    products = (gradients @ gradients.T).double()
    squares = products.diagonal()
    signal, noise = _estimates(products.sum(), squares.sum(), count, batch_size)
    if not signal > 0:
        return NoiseScale(float("inf"), float("inf"), float(signal), float(noise))
    error = float("nan")
    if count > 2:
        without_signal, without_noise = _estimates(
            products.sum() - 2 * products.sum(1) + squares, squares.sum() - squares, count - 1, batch_size
        )
        ratios = without_noise / without_signal
        jackknife = (count - 1) / count * (ratios - ratios.mean()).square().sum()
        error = float(jackknife.sqrt()) if bool((without_signal > 0).all()) else float("inf")
    return NoiseScale(float(noise / signal), error, float(signal), float(noise))


def _estimates(total: Tensor, squares: Tensor, count: int, batch_size: int) -> tuple[Tensor, Tensor]:
    """Squared gradient and trace of the covariance, from the sum over all products and the sum over the squares."""
    signal = (total - squares) / (count * (count - 1))
    noise = batch_size * (squares - total / count) / (count - 1)
    return signal, noise
