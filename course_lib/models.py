"""The networks that the course trains: small enough for two CPU cores, large enough to show every effect."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from torch import nn


def mlp(shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10, hidden: Sequence[int] = (128,)) -> nn.Sequential:
    """Multilayer perceptron: flatten, then fully connected layers with ReLU between them.

    Parameters
    ----------
    shape : tuple of int
        Channels, height and width of an image.
    classes : int
        Number of classes.
    hidden : sequence of int
        Units of each hidden layer.

    Returns
    -------
    nn.Sequential
        Takes float images (N, C, H, W), gives logits (N, classes). Weights are drawn from torch's global generator.

    Examples
    --------
    >>> import torch
    >>> mlp()(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """
    sizes = [prod(shape), *hidden, classes]
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])  # no ReLU after the logits


def small_cnn(shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10, width: int = 8) -> nn.Sequential:
    """Two 3x3 convolutions with ReLU and 2x2 max pooling after each, then one fully connected layer.

    Parameters
    ----------
    shape : tuple of int
        Channels, height and width of an image; height and width of at least 4.
    classes : int
        Number of classes.
    width : int
        Channels after the first convolution; the second has twice as many.

    Returns
    -------
    nn.Sequential
        Takes float images (N, C, H, W), gives logits (N, classes). Weights are drawn from torch's global generator.

    Examples
    --------
    >>> import torch
    >>> model = small_cnn()
    >>> model(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    >>> sum(parameter.numel() for parameter in model.parameters())
    9098
    """
    channels, height, img_width = shape
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, 2 * width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(2 * width * (height // 4) * (img_width // 4), classes),
    )
