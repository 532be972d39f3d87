import pytest
import torch
from torch import nn

from course_lib.data import ImageData, Split
from course_lib.models import small_cnn


@pytest.fixture(scope="module")
def data() -> ImageData:
    """A thousand small images of ten classes that can be learned: each is brighter in a column of its own."""
    generator = torch.Generator().manual_seed(0)

    def split(count: int) -> Split:
        labels = torch.arange(count) % 10
        images = torch.randint(100, (count, 1, 8, 10), generator=generator)
        images[torch.arange(count), :, :, labels] += 100
        return Split(images.to(torch.uint8), labels)

    return ImageData("columns", split(1000), split(200), tuple("abcdefghij")).hold_out(200)


def model_of() -> nn.Module:
    """A small CNN for these images, with the same weights each time."""
    torch.manual_seed(0)
    return small_cnn((1, 8, 10), width=4)
