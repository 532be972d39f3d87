from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_lib.data import AlternatingFlip, Batch, Cutout, GaussianNoise, Mixup, RandomCrop, RandomFlip


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def batch_of(images: Tensor, **changes) -> Batch:
    count = len(images)
    return replace(Batch(images, torch.arange(count) % 10, torch.arange(count), classes=10), **changes)


def test_a_random_crop_is_a_window_of_the_mirrored_image_at_every_shift_alike():
    image = torch.arange(30.0).view(1, 1, 5, 6)
    padded = torch.nn.functional.pad(image, [2] * 4, mode="reflect")
    windows = [padded[0, :, down : down + 5, right : right + 6] for down in range(5) for right in range(5)]
    crops = RandomCrop(2)(batch_of(image.expand(5000, 1, 5, 6))).images
    which = torch.tensor([[torch.equal(crop, window) for window in windows] for crop in crops[:500]])
    assert (which.sum(1) == 1).all()  # each is one of the 25, which all differ
    all_crops, counts = crops.flatten(1).unique(dim=0, return_counts=True)
    assert len(all_crops) == 25
    assert counts.min() > 130  # 200 expected, with a deviation of 14
    assert counts.max() < 270


def test_a_random_crop_moves_all_channels_together():
    image = torch.randn(1, 1, 8, 8).expand(50, 3, 8, 8)
    crops = RandomCrop(3)(batch_of(image)).images
    assert torch.equal(crops[:, 0], crops[:, 2])


def test_a_random_flip_mirrors_about_half():
    images = torch.randn(2000, 1, 3, 4)
    flipped = RandomFlip()(batch_of(images)).images
    mirrored = (flipped == images.flip(-1)).flatten(1).all(1)
    kept = (flipped == images).flatten(1).all(1)
    assert (mirrored ^ kept).all()
    assert 900 < mirrored.sum() < 1100


def test_alternating_flips_show_each_image_both_ways_in_two_epochs_wherever_it_lies_in_the_batch():
    images = torch.randn(2000, 1, 3, 4)
    shown = [AlternatingFlip()(batch_of(images, epoch=epoch, seed=3)).images for epoch in range(3)]
    assert torch.equal(shown[1], shown[0].flip(-1))
    assert torch.equal(shown[2], shown[0])
    mirrored = (shown[0] == images.flip(-1)).flatten(1).all(1)
    assert 900 < mirrored.sum() < 1100
    order = torch.randperm(2000)
    shuffled = AlternatingFlip()(replace(batch_of(images[order], seed=3), indices=order)).images
    assert torch.equal(shuffled, shown[0][order])


def test_alternating_flips_of_two_seeds_are_independent_and_those_of_neighbours_too():
    images = torch.randn(4000, 1, 2, 3)
    first, second = (
        (AlternatingFlip()(batch_of(images, seed=seed)).images != images).flatten(1).any(1) for seed in (0, 1)
    )
    assert 0.45 < (first == second).float().mean() < 0.55
    assert 0.45 < (first[1:] == first[:-1]).float().mean() < 0.55


def test_cutout_greys_one_square_and_nothing_else():
    images = torch.rand(300, 2, 9, 9) + 1
    cut = Cutout(3)(batch_of(images)).images
    hole = cut == 0
    assert torch.equal(cut[~hole], images[~hole])
    assert torch.equal(hole[:, 0], hole[:, 1])
    heights, widths = (hole[:, 0].any(axis).sum(1) for axis in (2, 1))
    assert torch.equal(hole[:, 0].flatten(1).sum(1), heights * widths)  # a full rectangle
    assert heights.max() == widths.max() == 3
    assert 1 <= heights.min() < 3  # some lie partly outside


def test_noise_has_the_deviation_asked_for():
    noise = GaussianNoise(0.3)(batch_of(torch.zeros(1000, 50))).images
    assert abs(noise.std() - 0.3) < 0.01
    assert abs(noise.mean()) < 0.01


def test_mixup_mixes_targets_as_it_mixes_images():
    # Images that are their own one-hot targets show both mixtures.
    mixed = Mixup(0.4)(batch_of(torch.eye(10)[torch.arange(40) % 10]))
    torch.testing.assert_close(mixed.images, mixed.targets)
    assert (mixed.targets.max(1).values < 1).any()
    assert torch.allclose(mixed.targets.sum(1), torch.ones(40))


def test_mixup_after_mixup_mixes_probabilities():
    twice = Mixup(1.0)(Mixup(1.0)(batch_of(torch.eye(10))))
    torch.testing.assert_close(twice.images, twice.targets)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RandomCrop(0), "padding must be a whole number of pixels, at least 1, got 0"),
        (lambda: Cutout(2.5), "size must be a whole number"),
        (lambda: GaussianNoise(0), "std must be a finite number above 0"),
        (lambda: Mixup(float("nan")), "alpha must be a finite number above 0, got nan"),
        (lambda: RandomCrop(8)(batch_of(torch.zeros(1, 1, 8, 9))), "padding must be below the images' height"),
        (lambda: RandomFlip()(batch_of(torch.zeros(4, 2))), r"shape \(B, C, H, W\) for this, got \(4, 2\)"),
    ],
)
def test_a_wrong_argument_is_named(make, message: str):
    with pytest.raises(ValueError, match=message):
        make()
