import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import TensorDataset

from course_lib.data import from_datasets

POINTS = TensorDataset(torch.randn(6, 3), torch.tensor([0, 1, 2] * 2))


def pictures(mode: str) -> list:
    shape = (4, 5) if mode == "L" else (4, 5, 3)
    arrays = [np.random.default_rng(label).integers(256, size=shape).astype(np.uint8) for label in range(3)]
    return [(Image.fromarray(array), label) for label, array in enumerate(arrays)]


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3)])
def test_pictures_become_bytes_by_channel(mode: str, channels: int):
    data = from_datasets(pictures(mode), pictures(mode))
    assert data.train.images.shape == (3, channels, 4, 5)
    assert data.train.images.dtype == torch.uint8
    pixels = np.asarray(pictures(mode)[2][0]).reshape(4, 5, channels)
    np.testing.assert_array_equal(data.train.images[2].permute(1, 2, 0), pixels)


def test_floating_point_data_keeps_its_values_and_has_no_statistics():
    data = from_datasets(POINTS, POINTS, valid=POINTS, classes=("a", "b", "c"))
    assert torch.equal(data.train.images, POINTS.tensors[0])
    assert data.statistics() is None
    assert data.shape == (3,)
    assert data.hold_out(3).valid.labels.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"train": []}, "train must hold at least one pair"),
        ({"train": [torch.zeros(3)]}, r"train\[0\] must be a pair"),
        ({"test": [("cat.png", 0)]}, r"test\[0\]: the image must be a PIL image, a tensor or an array, got str"),
        (
            {"test": [(torch.zeros(2), 0), (torch.zeros(3), 0)]},
            r"images of test must have one shape, got \(2,\), \(3,\)",
        ),
        ({"classes": ["a", "b"]}, "labels must lie from 0 to 1, one for each of 2 classes"),
        ({"test": [(torch.zeros(3), -1)]}, "labels must lie from 0"),
        ({"test": [(torch.zeros(3, dtype=torch.int64), 0)]}, r"images must be uint8 .* got torch.int64"),
    ],
)
def test_data_that_cannot_be_used_is_refused_with_the_reason(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        from_datasets(**({"train": POINTS, "test": POINTS} | arguments))
