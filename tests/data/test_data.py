import gzip
import pickle

import numpy as np
import pytest
import torch
from PIL import Image

from course_lib.data import ImageData, Split, load
from course_lib.data.draw_fashion_mini import draw
from course_lib.data.fashion_mnist import DEBIAN_FOLDER, FILES

needs_fashion_mnist = pytest.mark.skipif(
    not DEBIAN_FOLDER.is_dir(), reason="Debian's package dataset-fashion-mnist is not installed"
)


@pytest.fixture(scope="module")
def mini() -> ImageData:
    return load("fashion-mini")


def random_split(count: int, shape: tuple[int, int, int] = (1, 4, 4)) -> Split:
    return Split(torch.randint(256, (count, *shape), dtype=torch.uint8), torch.arange(count) % 10)


def test_fashion_mini_is_balanced_over_the_classes(mini: ImageData):
    assert torch.bincount(mini.train.labels).tolist() == [1000] * 10
    assert torch.bincount(mini.test.labels).tolist() == [200] * 10
    assert mini.train.images.shape == (10_000, 1, 28, 28)
    assert len(mini.classes) == 10


@needs_fashion_mnist
@pytest.mark.slow
def test_fashion_mini_is_what_its_script_draws_from_the_whole(mini: ImageData):
    drawn = draw()
    np.testing.assert_array_equal(mini.train.images[:, 0], drawn["train_images"])
    np.testing.assert_array_equal(mini.test.labels, drawn["test_labels"])


@needs_fashion_mnist
def test_fashion_mnist_loads_whole_from_debians_folder():
    data = load("fashion-mnist")
    assert (len(data.train), len(data.test)) == (60_000, 10_000)
    assert torch.bincount(data.train.labels).tolist() == [6000] * 10


def test_fashion_mnist_is_found_where_torchvision_puts_it(tmp_path):
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    images = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
    for stem in FILES.values():
        header = b"\x00\x00\x08\x03" + np.array(images.shape, dtype=">i4").tobytes()
        (raw / f"{stem}-images-idx3-ubyte.gz").write_bytes(gzip.compress(header + images.tobytes()))
        (raw / f"{stem}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"\x00\x00\x08\x01\x00\x00\x00\x02\x05\x07"))
    data = load("fashion-mnist", root=tmp_path)
    np.testing.assert_array_equal(data.test.images[:, 0], images)
    assert data.train.labels.tolist() == [5, 7]


def test_a_missing_fashion_mnist_says_how_to_get_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"apt-get install dataset-fashion-mnist.*FashionMNIST.*fashion-mini"):
        load("fashion-mnist", root=tmp_path)


@pytest.mark.parametrize("root", [None, "there-is-no-such-folder"])
def test_a_missing_cifar10_says_how_to_get_it(root):
    with pytest.raises(FileNotFoundError, match=r"CIFAR10\(\"DIR\", download=True\)"):
        load("cifar10", root=root)


def test_cifar10_loads_from_a_folder_of_images(tmp_path):
    rng = np.random.default_rng(0)
    pixels = rng.integers(256, size=(2, 32, 32, 3), dtype=np.uint8)
    for part in ("train", "test"):
        for number, name in enumerate(("airplane", "cat")):
            folder = tmp_path / part / name
            folder.mkdir(parents=True)
            Image.fromarray(pixels[number]).save(folder / "0001.png")
    data = load("cifar10", root=tmp_path)
    assert data.classes == ("airplane", "cat")
    assert data.train.labels.tolist() == [0, 1]
    np.testing.assert_array_equal(data.test.images.permute(0, 2, 3, 1), pixels)


def test_cifar10_refuses_folders_whose_classes_differ(tmp_path):
    for folder in ("train/cat", "test/dog"):
        (tmp_path / folder).mkdir(parents=True)
        Image.fromarray(np.zeros((2, 2, 3), dtype=np.uint8)).save(tmp_path / folder / "1.png")
    with pytest.raises(ValueError, match=r"same classes, got \['cat'\]"):
        load("cifar10", root=tmp_path)


def test_cifar10_loads_as_torchvision_stores_it(tmp_path, monkeypatch):
    from torchvision.datasets import CIFAR10

    monkeypatch.setattr(CIFAR10, "_check_integrity", lambda self: True)  # two images have another checksum
    monkeypatch.setattr("torchvision.datasets.cifar.check_integrity", lambda path, md5: True)
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    pixels = np.arange(2 * 3072, dtype=np.uint8).reshape(2, 3072)
    for name, _ in [*CIFAR10.train_list, *CIFAR10.test_list]:
        (folder / name).write_bytes(pickle.dumps({"data": pixels, "labels": [3, 9]}))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": list("abcdefghij")}))
    data = load("cifar10", root=tmp_path)
    assert data.test.labels.tolist() == [3, 9]
    np.testing.assert_array_equal(data.test.images.flatten(1), pixels)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="fashion-mini, fashion-mnist, cifar10, got 'mnist'"):
        load("mnist")


def test_fashion_mini_takes_no_root():
    with pytest.raises(ValueError, match="root must be left out"):
        load("fashion-mini", root=".")


def test_hold_out_keeps_every_image_once_and_the_classes_balanced(mini: ImageData):
    data = mini.hold_out(2000, seed=1)
    assert data.valid is not None
    assert torch.bincount(data.valid.labels).tolist() == [200] * 10
    together = torch.cat([data.train.images, data.valid.images]).flatten(1).double()
    weights = torch.rand(together.shape[1], dtype=torch.float64)
    whole = mini.train.images.flatten(1).double()
    torch.testing.assert_close((together @ weights).sort().values, (whole @ weights).sort().values)


def test_hold_out_is_decided_by_its_seed(mini: ImageData):
    first, again, other = (mini.hold_out(100, seed=seed).valid for seed in (1, 1, 2))
    assert torch.equal(first.images, again.images)
    assert not torch.equal(first.images, other.images)


@pytest.mark.parametrize("count", [0, 15, -10, 10_000, 10_010])
def test_hold_out_refuses_a_count_that_leaves_a_class_short(mini: ImageData, count: int):
    with pytest.raises(ValueError, match="count must be a multiple of 10"):
        mini.hold_out(count)


def test_statistics_are_the_mean_and_deviation_of_the_training_pixels():
    data = ImageData("random", random_split(50, (3, 5, 5)), random_split(10, (3, 5, 5)), tuple("abcdefghij"))
    pixels = data.train.images.double() / 255
    mean, std = data.statistics()
    torch.testing.assert_close(mean, pixels.mean((0, 2, 3)).float())
    torch.testing.assert_close(std, pixels.std((0, 2, 3), correction=0).float())


def test_a_split_says_what_is_wrong_with_its_tensors():
    with pytest.raises(ValueError, match=r"images must be uint8 .* got torch.int64"):
        Split(torch.zeros(2, 1, 4, 4, dtype=torch.int64), torch.zeros(2, dtype=torch.int64))
    with pytest.raises(ValueError, match=r"labels must be int64 of shape \(2,\)"):
        Split(torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.zeros(3, dtype=torch.int64))
