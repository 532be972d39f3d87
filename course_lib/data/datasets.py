"""Anybody's data set, read once into memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from course_lib.data.images import ImageData, Split


class MapDataset(Protocol):
    """What torch calls a map-style data set: a length, and a pair (image, label) for each index."""

    def __len__(self) -> int:
        """How many pairs there are."""
        ...

    def __getitem__(self, index: int, /) -> Any:  # noqa: ANN401  # torch's data sets give anything
        """The pair at `index`."""
        ...


def from_datasets(
    train: MapDataset,
    test: MapDataset,
    valid: MapDataset | None = None,
    classes: Sequence[str] | None = None,
    name: str = "own",
) -> ImageData:
    """Read data sets of torch's or torchvision's kind into memory, for `fit` and everything else here.

    Every item is read once, so a random transform would be frozen: leave augmentation to `fit`, which does it on
    whole batches.

    Parameters
    ----------
    train, test, valid : map-style data set
        Items are pairs (image, label). An image is a PIL image, or a tensor or array of uint8 (C, H, W), or one of
        floating point and any shape, which is taken as it is. A label is a whole number from 0.
    classes : sequence of str, optional
        Names of the classes, by label; the labels' numbers when left out.
    name : str
        What the data set is called.

    Returns
    -------
    ImageData
        With `valid` where it was given; `ImageData.hold_out` makes one otherwise.

    Raises
    ------
    ValueError
        When a data set is empty, an item is no such pair, the images differ in shape, or a label has no class.

    Examples
    --------
    >>> from torch.utils.data import TensorDataset
    >>> points = TensorDataset(torch.randn(6, 2), torch.tensor([0, 1] * 3))
    >>> data = from_datasets(points, points)
    >>> data.train.images.shape, data.classes
    (torch.Size([6, 2]), ('0', '1'))
    """
    splits = {"train": _read(train, "train"), "test": _read(test, "test")}
    if valid is not None:
        splits["valid"] = _read(valid, "valid")
    count = 1 + max(int(split.labels.max()) for split in splits.values())
    names = tuple(map(str, range(count))) if classes is None else tuple(classes)
    if min(int(split.labels.min()) for split in splits.values()) < 0 or count > len(names):
        raise ValueError(f"labels must lie from 0 to {len(names) - 1}, one for each of {len(names)} classes")
    return ImageData(name, splits["train"], splits["test"], names, splits.get("valid"))


def _read(dataset: MapDataset, part: str) -> Split:
    if len(dataset) == 0:
        raise ValueError(f"{part} must hold at least one pair, got an empty data set")
    images: list[Tensor] = []
    labels: list[int] = []
    for index in range(len(dataset)):
        try:
            image, label = dataset[index]
            labels.append(int(label))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{part}[{index}] must be a pair (image, whole-number label): {error}") from error
        images.append(_tensor(image, f"{part}[{index}]"))
    shapes = {tuple(image.shape) for image in images}
    if len(shapes) > 1:
        raise ValueError(f"the images of {part} must have one shape, got {', '.join(map(str, sorted(shapes)[:3]))}")
    return Split(torch.stack(images), torch.tensor(labels))


def _tensor(image: object, where: str) -> Tensor:
    if isinstance(image, Tensor | np.ndarray):
        return torch.as_tensor(image)
    from PIL.Image import Image  # only those whose images are pictures wait for it

    if isinstance(image, Image):
        pixels = np.array(image)
        return torch.from_numpy(pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1).copy())
    raise ValueError(f"{where}: the image must be a PIL image, a tensor or an array, got {type(image).__name__}")
