import pytest
import torch

from course_lib.data import ImageData, Split


@pytest.fixture(scope="session")
def data() -> ImageData:
    """A thousand small images of ten classes that can be learned: each is brighter in a column of its own."""
    generator = torch.Generator().manual_seed(0)

    def split(count: int) -> Split:
        labels = torch.arange(count) % 10
        images = torch.randint(100, (count, 1, 8, 10), generator=generator)
        images[torch.arange(count), :, :, labels] += 60
        return Split(images.to(torch.uint8), labels)

    return ImageData("columns", split(1000), split(200), tuple("abcdefghij")).hold_out(200)
