"""Data sets by name or of one's own, and random changes to their images. Nothing here downloads anything."""

from course_lib.data.augmentation import (
    AlternatingFlip,
    Batch,
    Cutout,
    GaussianNoise,
    Mixup,
    RandomCrop,
    RandomFlip,
)
from course_lib.data.datasets import from_datasets
from course_lib.data.images import ImageData, Split
from course_lib.data.loading import NAMES, load

__all__ = [
    "NAMES",
    "AlternatingFlip",
    "Batch",
    "Cutout",
    "GaussianNoise",
    "ImageData",
    "Mixup",
    "RandomCrop",
    "RandomFlip",
    "Split",
    "from_datasets",
    "load",
]
