"""A part of a data set, drawn by a seed and ready for a model: what every measurement here looks at."""

from __future__ import annotations

import torch
from torch import nn

from course_lib.data import ImageData, Split
from course_lib.training.evaluation import Prepared, dtype_of, prepare

PARTS = ("train", "valid", "test")


def examples(model: nn.Module, data: ImageData, part: str, count: int | None, seed: int = 0) -> Prepared:
    """Draw `count` images of one part, as `fit` would give them to `model`; all of them, in their order, where None.

    A part that has fewer than `count` gives what it has.

    Raises
    ------
    ValueError
        When `part` is another word or absent, or `count` is below 1.
    """
    if part not in PARTS:
        raise ValueError(f"part must be one of {', '.join(PARTS)}, got {part!r}")
    split: Split | None = getattr(data, part)
    if split is None:
        raise ValueError(f"the data has no {part} part; make one with data.hold_out(count)")
    if count is not None and count < 1:
        raise ValueError(f"the number of images must be at least 1, got {count!r}")
    if count is not None:
        drawn = torch.randperm(len(split), generator=torch.Generator().manual_seed(seed))[:count]
        split = split[drawn.to(split.labels.device)]
    return prepare(split, data.statistics(), device_of(model), dtype_of(model))


def device_of(model: nn.Module) -> torch.device:
    """Where the model's weights are."""
    return next(model.parameters()).device
