"""The networks that the course trains: small enough for two CPU cores, large enough to show every effect."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from torch import Tensor, nn


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


class Residual(nn.Module):
    """Adds its input to what `branch` makes of it. He et al. 2016, "Deep Residual Learning", equation 1.

    Parameters
    ----------
    branch : nn.Module
        Gives an output of its input's shape.

    Examples
    --------
    >>> import torch
    >>> Residual(nn.Identity())(torch.ones(2))
    tensor([2., 2.])
    """

    def __init__(self, branch: nn.Module) -> None:
        super().__init__()
        self.branch = branch

    def forward(self, inputs: Tensor) -> Tensor:
        """The input plus the branch's output."""
        return inputs + self.branch(inputs)  # type: ignore[no-any-return]  # a module's call is untyped in torch


def resnet9(shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10, width: int = 64) -> nn.Sequential:
    """Eight convolutions with batch normalisation, two residual blocks and a linear layer: for a GPU.

    Page 2018, "How to Train Your ResNet", the form that reaches 94 % on CIFAR-10 within seconds.

    Parameters
    ----------
    shape : tuple of int
        Channels, height and width of an image; height and width of at least 8.
    classes : int
        Number of classes.
    width : int
        Channels after the first convolution; they double three times.

    Returns
    -------
    nn.Sequential
        Takes float images (N, C, H, W), gives logits (N, classes). Weights are drawn from torch's global generator.

    Examples
    --------
    >>> import torch
    >>> resnet9(width=8)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """

    def convolution(inputs: int, outputs: int) -> list[nn.Module]:
        return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]

    def residual(channels: int) -> Residual:
        return Residual(nn.Sequential(*convolution(channels, channels), *convolution(channels, channels)))

    return nn.Sequential(
        *convolution(shape[0], width),
        *convolution(width, 2 * width),
        nn.MaxPool2d(2),
        residual(2 * width),
        *convolution(2 * width, 4 * width),
        nn.MaxPool2d(2),
        *convolution(4 * width, 8 * width),
        nn.MaxPool2d(2),
        residual(8 * width),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(8 * width, classes),
    )
