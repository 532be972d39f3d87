"""What every data set of the course looks like, whatever it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Split:
    """Images and their labels.

    Attributes
    ----------
    images : Tensor
        uint8, shape (N, C, H, W), values 0 to 255, which training normalises; or floating point, shape (N, ...), which
        is taken as it is, for data of one's own.
    labels : Tensor
        int64, shape (N,), values 0 to the number of classes minus one.

    Raises
    ------
    ValueError
        When the shapes or types are not these.
    """

    images: Tensor
    labels: Tensor

    def __post_init__(self) -> None:
        pixels = self.images.dtype == torch.uint8 and self.images.ndim == 4
        if not (pixels or (self.images.is_floating_point() and self.images.ndim >= 2)):
            raise ValueError(
                "images must be uint8 of shape (N, C, H, W) or floating point of shape (N, ...), "
                f"got {self.images.dtype} of shape {tuple(self.images.shape)}"
            )
        if self.labels.dtype != torch.int64 or self.labels.shape != self.images.shape[:1]:
            raise ValueError(
                f"labels must be int64 of shape ({len(self.images)},), one an image, "
                f"got {self.labels.dtype} of shape {tuple(self.labels.shape)}"
            )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: Tensor) -> Split:
        return Split(self.images[index], self.labels[index])

    def to(self, device: torch.device | str) -> Split:
        """Copy to `device`; the same object when it is there already."""
        return Split(self.images.to(device), self.labels.to(device))


@dataclass(frozen=True)
class ImageData:
    """A data set of labelled images, with what is trained on kept apart from what is looked at.

    Attributes
    ----------
    name : str
        What `load` was asked for.
    train : Split
        What the weights are fitted to.
    valid : Split or None
        What choices (rates, schedules, when to stop) are made on; `hold_out` makes it.
    test : Split
        For the last figure only, when every choice has been made.
    classes : tuple of str
        Names of the classes, by label.
    """

    name: str
    train: Split
    test: Split
    classes: tuple[str, ...]
    valid: Split | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of an image: channels, height and width."""
        return tuple(self.train.images.shape[1:])

    def statistics(self) -> tuple[Tensor, Tensor] | None:
        """Mean and standard deviation of the training pixels.

        Returns
        -------
        mean, std : Tensor
            float32, shape (C,), on the scale where a pixel goes from 0 to 1. None instead of the two where the images
            are floating point, and so taken as they are.
        """
        pixels = self.train.images
        if pixels.is_floating_point():
            return None
        # Counted rather than averaged: exact, and it makes no float copy of the whole set.
        levels = torch.arange(256, dtype=torch.float64) / 255
        counts = torch.stack([torch.bincount(c.flatten(), minlength=256) for c in pixels.unbind(1)]).cpu()
        weights = counts.double() / counts.sum(1, keepdim=True)
        mean = weights @ levels
        variance = weights @ levels.square() - mean.square()
        return mean.float(), variance.sqrt().float()

    def hold_out(self, count: int, seed: int = 0) -> ImageData:
        """Move `count` training images into `valid`, as many from each class.

        Parameters
        ----------
        count : int
            Number of images, a multiple of the number of classes.
        seed : int
            Which images: the same seed always gives the same ones.

        Returns
        -------
        ImageData
            A new data set; this one stays as it is.

        Raises
        ------
        ValueError
            When `count` is not a positive multiple of the number of classes, or a class has too few images.

        Examples
        --------
        >>> from course_lib.data import load
        >>> data = load("fashion-mini").hold_out(2000)
        >>> len(data.train), len(data.valid), len(data.test)
        (8000, 2000, 2000)
        """
        per_class, rest = divmod(count, len(self.classes))
        smallest = int(torch.bincount(self.train.labels, minlength=len(self.classes)).min())
        if rest or not 0 < per_class < smallest:
            raise ValueError(
                f"count must be a multiple of {len(self.classes)} (the classes) from {len(self.classes)} to "
                f"{(smallest - 1) * len(self.classes)}, got {count}"
            )
        generator = torch.Generator().manual_seed(seed)
        held = torch.zeros(len(self.train), dtype=torch.bool)
        for label in range(len(self.classes)):
            members = torch.nonzero(self.train.labels == label).flatten()
            held[members[torch.randperm(len(members), generator=generator)[:per_class]]] = True
        return replace(self, train=self.train[~held], valid=self.train[held])
