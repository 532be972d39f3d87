"""Robustness curves: what noise in the inputs, in the weights and in the labels does to a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from course_lib.data import ImageData, Split
from course_lib.diagnostics.examples import device_of, examples
from course_lib.training import Recipe, evaluate
from course_lib.training.evaluation import Prepared, mean_scores

BATCH = 1000  # images at a time; no result depends on it

Scores = Callable[[float, int], tuple[float, float]]


def input_noise_curve(
    model: nn.Module,
    data: ImageData,
    levels: Iterable[float],
    *,
    part: str = "test",
    seeds: Iterable[int] = range(5),
) -> pd.DataFrame:
    r"""Loss and accuracy as independent Gaussian noise is added to every input, :math:`x + \sigma \epsilon`.

    For a linear classifier of two classes with logits' difference :math:`w \cdot x + b`, the accuracy on one image is
    :math:`\Phi(m / (\sigma |w|))`, m its signed margin and :math:`\Phi` the normal distribution function.

    Parameters
    ----------
    model : nn.Module
        Looked at in evaluation mode; it comes out as it went in.
    data : ImageData
        Whose images are disturbed.
    levels : iterable of float
        Standard deviations :math:`\sigma`, at least 0, in units of the *normalised* input (1 is the deviation of the
        training pixels).
    part : str
        ``train``, ``valid`` or ``test``.
    seeds : iterable of int
        Of the noise; one draw a level and seed. The draws of a seed are the same at every level, but for their size.

    Returns
    -------
    DataFrame
        One row a level and seed: `perturbation` (``input``), `level`, `seed`, `loss` (nats), `accuracy` (0 to 1).

    Raises
    ------
    ValueError
        When a level is negative or not finite, there is no level or seed, or no such part.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> input_noise_curve(mlp(hidden=()), load("fashion-mini"), [0.0, 0.5], seeds=[0, 1])["level"].tolist()
    [0.0, 0.0, 0.5, 0.5]
    """
    clean = examples(model, data, part, None)

    def scores(level: float, seed: int) -> tuple[float, float]:
        return mean_scores(model, replace(clean, inputs=_disturbed(clean, level, seed)), BATCH)

    return _curve("input", levels, seeds, scores)


def weight_noise_curve(
    model: nn.Module,
    data: ImageData,
    levels: Iterable[float],
    *,
    part: str = "test",
    seeds: Iterable[int] = range(5),
) -> pd.DataFrame:
    r"""Loss and accuracy as Gaussian noise, relative to each weight, is added: :math:`w + \rho |w| \epsilon`.

    Noise relative to the weight does not notice a rescaling between layers that leaves the function as it is. The rise
    of the mean loss over the clean one is the average-case adaptive sharpness at radius :math:`\rho` of Andriushchenko
    et al. 2023, "A Modern Look at the Relationship between Sharpness and Generalization" (their equation for
    :math:`S_{avg}` with :math:`c = |w|`).

    Parameters
    ----------
    model : nn.Module
        Looked at in evaluation mode; its weights come back, bit for bit.
    data, part, seeds
        As in `input_noise_curve`.
    levels : iterable of float
        Relative standard deviations :math:`\rho`, at least 0.

    Returns
    -------
    DataFrame
        As from `input_noise_curve`; `perturbation` is ``weight``.

    Raises
    ------
    ValueError
        As `input_noise_curve`.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> table = weight_noise_curve(mlp(hidden=()), load("fashion-mini"), [0.0, 0.1], seeds=[0])
    >>> table["perturbation"].unique().tolist()
    ['weight']
    """
    clean = examples(model, data, part, None)

    def scores(level: float, seed: int) -> tuple[float, float]:
        with _weights_disturbed(model, level, seed):
            return mean_scores(model, clean, BATCH)

    return _curve("weight", levels, seeds, scores)


def label_noise_curve(
    recipe: Recipe, data: ImageData, levels: Iterable[float], *, part: str = "test", seeds: Iterable[int] = range(5)
) -> pd.DataFrame:
    """Loss and accuracy, on clean labels, of models *trained* on labels of which a fraction is wrong.

    Parameters
    ----------
    recipe : Recipe
        How to train; one training run a level and seed.
    data : ImageData
        Its training labels are corrupted (`corrupt_labels`), the others stay.
    levels : iterable of float
        Fractions of wrong labels, 0 to 1.
    part : str
        Where the models are looked at.
    seeds : iterable of int
        Each decides the weights, the order and the labels that are wrong.

    Returns
    -------
    DataFrame
        As from `input_noise_curve`; `perturbation` is ``label``.

    Raises
    ------
    ValueError
        As `input_noise_curve`, and when a level is above 1.

    Examples
    --------
    >>> from functools import partial
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> from course_lib.optimizers import SGD
    >>> recipe = Recipe(partial(mlp, hidden=()), partial(SGD, lr=0.05), epochs=1)
    >>> label_noise_curve(recipe, load("fashion-mini"), [0.0, 0.8], seeds=[0])["accuracy"].is_monotonic_decreasing
    True
    """

    def scores(level: float, seed: int) -> tuple[float, float]:
        model, _ = recipe.run(replace(data, train=corrupt_labels(data.train, level, seed, len(data.classes))), seed)
        return evaluate(model, data, part)

    return _curve("label", levels, seeds, scores)


def corrupt_labels(split: Split, fraction: float, seed: int, classes: int) -> Split:
    """Give a fraction of the images a label that is wrong: another class, each as likely.

    Parameters
    ----------
    split : Split
        It stays as it is.
    fraction : float
        Of the images, 0 to 1; their number is rounded.
    seed : int
        Which images, and which labels. With one seed, what is wrong at a smaller fraction is wrong at a larger one.
    classes : int
        Number of classes, at least 2.

    Returns
    -------
    Split
        The same images, other labels.

    Raises
    ------
    ValueError
        When `fraction` is outside 0 to 1, or there are fewer than 2 classes.

    Examples
    --------
    >>> from course_lib.data import load
    >>> split = load("fashion-mini").train
    >>> int((corrupt_labels(split, 0.25, seed=0, classes=10).labels != split.labels).sum())
    2500
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must lie between 0 and 1, got {fraction!r}")
    if classes < 2:
        raise ValueError(f"classes must be at least 2, got {classes!r}")
    generator = torch.Generator().manual_seed(seed)
    wrong = torch.randperm(len(split), generator=generator)[: round(fraction * len(split))]
    # Drawn for every image, so that an image's wrong label does not depend on the fraction.
    shifts = torch.randint(1, classes, (len(split),), generator=generator)
    device = split.labels.device
    labels = split.labels.clone()
    labels[wrong.to(device)] = (labels[wrong.to(device)] + shifts[wrong].to(device)) % classes
    return replace(split, labels=labels)


def _curve(perturbation: str, levels: Iterable[float], seeds: Iterable[int], scores: Scores) -> pd.DataFrame:
    grid = [float(level) for level in levels]
    draws = list(seeds)
    if not grid or not draws:
        raise ValueError("levels and seeds must each hold at least one")
    for level in grid:
        if not (np.isfinite(level) and level >= 0):
            raise ValueError(f"levels must be finite and at least 0, got {level!r}")
    rows: list[dict[str, object]] = []
    for level in grid:
        for seed in draws:
            loss, accuracy = scores(level, seed)
            rows.append(
                {"perturbation": perturbation, "level": level, "seed": seed, "loss": loss, "accuracy": accuracy}
            )
    return pd.DataFrame(rows)


def _disturbed(clean: Prepared, level: float, seed: int) -> Tensor:
    noise = torch.randn(clean.inputs.shape, generator=torch.Generator().manual_seed(seed))
    return clean.inputs + level * noise.to(clean.inputs)


@contextmanager
def _weights_disturbed(model: nn.Module, level: float, seed: int) -> Iterator[None]:
    generator = torch.Generator().manual_seed(seed)
    weights = list(model.parameters())
    values = [weight.detach().clone() for weight in weights]
    device = device_of(model)
    try:
        with torch.no_grad():
            for weight in weights:
                noise = torch.randn(weight.shape, generator=generator).to(device, weight.dtype)
                weight.add_(level * weight.abs() * noise)
        yield
    finally:
        with torch.no_grad():
            for weight, value in zip(weights, values, strict=True):
                weight.copy_(value)
