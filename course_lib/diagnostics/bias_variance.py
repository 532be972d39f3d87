"""Bias and variance over seeds: how far the error is shared by all runs, and how far each run has its own."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

from course_lib.data import ImageData
from course_lib.diagnostics.examples import examples
from course_lib.training.modes import evaluating

Floats = NDArray[np.float64]


def log_probabilities(models: Iterable[nn.Module], data: ImageData, part: str = "test") -> Floats:
    """Log-probabilities of the classes that each of several trained models gives, in evaluation mode.

    Parameters
    ----------
    models : iterable of nn.Module
        Trained alike, each with a seed (or a training set) of its own, as ``Recipe.run`` does.
    data : ImageData
        Whose images they look at.
    part : str
        ``train``, ``valid`` or ``test``.

    Returns
    -------
    array
        Shape (models, N, classes), in nats; the images in the order of the data.

    Raises
    ------
    ValueError
        When there is no model, or no such part.

    Examples
    --------
    >>> from course_lib.data import load
    >>> from course_lib.models import mlp
    >>> log_probabilities([mlp(hidden=()), mlp(hidden=())], load("fashion-mini")).shape
    (2, 2000, 10)
    """
    results: list[Floats] = []
    for model in models:
        images = examples(model, data, part, None).inputs
        with evaluating(model), torch.no_grad():
            logits = torch.cat([model(inputs) for inputs in images.split(1000)])
        results.append(logits.double().log_softmax(1).cpu().numpy())
    if not results:
        raise ValueError("models must hold at least one model")
    return np.stack(results)


def bias_variance(log_probs: ArrayLike, labels: ArrayLike) -> pd.DataFrame:
    r"""Split the mean error of several runs into what they share (bias) and where they differ (variance), for 3 losses.

    For each, ``error = bias + variance`` exactly, over the runs given; an expectation :math:`E` is the mean over them.
    The label is taken as the truth, so noise in the labels is part of the bias (see `squared_error_parts` for a noise
    that is known).

    squared (Brier score)
        :math:`E \|p - y\|^2 = \|E p - y\|^2 + E \|p - E p\|^2`, y one-hot.
    cross_entropy
        :math:`E[-\log p_y] = -\log \bar p_y + E\, \mathrm{KL}(\bar p \| p)`, with
        :math:`\bar p \propto \exp(E \log p)`, the normalised geometric mean (Heskes 1998, "Bias/Variance
        Decompositions for Likelihood-Based Estimators"; used for networks by Yang et al. 2020, "Rethinking
        Bias-Variance Trade-off for Generalization of Neural Networks").
    zero_one
        Domingos 2000, "A Unified Bias-Variance Decomposition": the main prediction is the one that most runs make (the
        smallest label where they tie); bias is 1 where it is wrong; where it is right, variance adds the runs that
        depart from it, and where it is wrong, variance *takes away* the runs that are right.

    Parameters
    ----------
    log_probs : array
        Shape (runs, N, classes), natural logarithms of probabilities, at least 2 runs: see `log_probabilities`.
    labels : array of int
        Shape (N,).

    Returns
    -------
    DataFrame
        One row a loss, in the order above: `loss`, `error`, `bias`, `variance`, means over the N images. Few runs make
        the bias look large: the squared one holds on average a (runs - 1)-th part of the `variance` beside it.

    Raises
    ------
    ValueError
        When the shapes do not fit, there is one run only, or the rows are no probabilities.

    Examples
    --------
    >>> one, other = [[0.9, 0.1]], [[0.5, 0.5]]
    >>> bias_variance(np.log([one, other]), [0])["error"].round(3).tolist()
    [0.26, 0.399, 0.0]
    """
    logs = np.asarray(log_probs, dtype=np.float64)
    truth = np.asarray(labels)
    if logs.ndim != 3 or len(logs) < 2 or truth.shape != logs.shape[1:2]:
        raise ValueError(
            "log_probs must have shape (runs, N, classes) with at least 2 runs, and labels (N,), "
            f"got {logs.shape} and {truth.shape}"
        )
    probs = np.exp(logs)
    if not np.allclose(probs.sum(2), 1, atol=1e-4):
        raise ValueError("log_probs must be logarithms of probabilities: each row of exp(log_probs) has to sum to 1")
    rows = {
        "squared": _squared(probs, np.eye(logs.shape[2])[truth]),
        "cross_entropy": _cross_entropy(logs, truth),
        "zero_one": _zero_one(logs.argmax(2), truth, logs.shape[2]),
    }
    table = [
        {"loss": loss, "error": bias + variance, "bias": bias, "variance": variance}
        for loss, (bias, variance) in rows.items()
    ]
    return pd.DataFrame(table)


def squared_error_parts(predictions: ArrayLike, targets: ArrayLike, noise_variance: float = 0.0) -> dict[str, float]:
    r"""Split the mean squared error of several runs of a regression: bias squared, variance, noise.

    :math:`E (f - y)^2 = (E f - y)^2 + E (f - E f)^2`, exactly, the expectation over the runs. The first term, over
    targets that carry independent noise of variance :math:`\sigma^2`, is on average the squared bias against the
    noiseless truth plus :math:`\sigma^2`, which is taken off it where it is known (Geman et al. 1992, "Neural Networks
    and the Bias/Variance Dilemma").

    Parameters
    ----------
    predictions : array
        Shape (runs, N) or (runs, N, outputs), at least 2 runs.
    targets : array
        Shape (N,) or (N, outputs), not those that the runs were trained on.
    noise_variance : float
        The targets' :math:`\sigma^2`, an output; at least 0.

    Returns
    -------
    dict
        `error`, `bias` (squared; may come out below 0 where the noise's sample is small), `variance`, `noise`: means
        over N and outputs, with error = bias + variance + noise.

    Raises
    ------
    ValueError
        When the shapes do not fit, there is one run only, or the noise is negative.

    Examples
    --------
    >>> squared_error_parts([[1.0, 3.0], [3.0, 3.0]], [1.0, 3.0])
    {'error': 1.0, 'bias': 0.5, 'variance': 0.5, 'noise': 0.0}
    """
    values = np.asarray(predictions, dtype=np.float64)
    truth = np.asarray(targets, dtype=np.float64)
    if len(values) < 2 or values.shape[1:] != truth.shape:
        raise ValueError(
            f"predictions must have shape (runs, *targets.shape) with at least 2 runs, got {values.shape} "
            f"and {truth.shape}"
        )
    if not noise_variance >= 0:
        raise ValueError(f"noise_variance must be at least 0, got {noise_variance!r}")
    mean = values.mean(0)
    bias_and_noise = float(((mean - truth) ** 2).mean())
    variance = float(((values - mean) ** 2).mean())
    return {
        "error": bias_and_noise + variance,
        "bias": bias_and_noise - noise_variance,
        "variance": variance,
        "noise": float(noise_variance),
    }


def _squared(probs: Floats, one_hot: Floats) -> tuple[float, float]:
    mean = probs.mean(0)
    return float(((mean - one_hot) ** 2).sum(1).mean()), float(((probs - mean) ** 2).sum(2).mean())


def _cross_entropy(logs: Floats, labels: NDArray[np.int64]) -> tuple[float, float]:
    unnormalised = logs.mean(0)
    # KL(mean || p) = -log(sum of the unnormalised geometric mean), once averaged over the runs.
    variance = -np.logaddexp.reduce(unnormalised, axis=1)
    bias = -unnormalised[np.arange(len(labels)), labels] - variance
    return float(bias.mean()), float(variance.mean())


def _zero_one(predicted: NDArray[np.int64], labels: NDArray[np.int64], classes: int) -> tuple[float, float]:
    votes = (predicted[..., None] == np.arange(classes)).mean(0)
    main = votes.argmax(1)
    right = votes[np.arange(len(labels)), labels]
    biased = main != labels
    return float(biased.mean()), float(np.where(biased, -right, 1 - right).mean())
