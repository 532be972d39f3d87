"""`load`: a data set by its name."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from course_lib.data.fashion_mnist import CLASSES, fashion_mnist_arrays
from course_lib.data.images import ImageData, Split

NAMES = ("fashion-mini", "fashion-mnist", "cifar10")
_MINI = Path(__file__).with_name("fashion-mini.npz")


def load(name: str, root: str | Path | None = None) -> ImageData:
    """Load a data set into memory.

    Parameters
    ----------
    name : str
        ``fashion-mini``: 10,000 training and 2,000 test images of Fashion-MNIST, balanced over the classes, shipped in
        the package. ``fashion-mnist``: the whole, 60,000 and 10,000, from Debian's package ``dataset-fashion-mnist``
        or from `root`. ``cifar10``: from `root`, as torchvision stores it or as a folder of images
        (``train/<class>/*``, ``test/<class>/*``).
    root : path, optional
        The folder to look in. ``cifar10`` needs it; ``fashion-mini`` takes none.

    Returns
    -------
    ImageData
        `train` and `test` (no `valid`: see `ImageData.hold_out`).

    Raises
    ------
    ValueError
        When the name is unknown, or `root` is given for ``fashion-mini``.
    FileNotFoundError
        When the files are not there; the message says how to get them. Nothing is downloaded.

    Examples
    --------
    >>> data = load("fashion-mini")
    >>> data.train.images.shape
    torch.Size([10000, 1, 28, 28])
    """
    folder = None if root is None else Path(root)
    if name == "fashion-mini":
        if folder is not None:
            raise ValueError(f"root must be left out for fashion-mini, which is in the package, got {root!r}")
        with np.load(_MINI) as mini:
            parts = {part: (mini[f"{part}_images"], mini[f"{part}_labels"]) for part in ("train", "test")}
        return ImageData(name, _grey(*parts["train"]), _grey(*parts["test"]), CLASSES)
    if name == "fashion-mnist":
        whole = fashion_mnist_arrays(folder)
        return ImageData(name, _grey(*whole["train"]), _grey(*whole["test"]), CLASSES)
    if name == "cifar10":
        return _cifar10(folder)
    raise ValueError(f"name must be one of {', '.join(NAMES)}, got {name!r}")


def _grey(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Split:
    return Split(torch.from_numpy(images.copy()).unsqueeze(1), torch.from_numpy(labels.astype(np.int64)))


def _cifar10(root: Path | None) -> ImageData:
    # torchvision takes a second to import, so only those who ask for CIFAR-10 wait for it.
    from torchvision.datasets import CIFAR10, ImageFolder

    help_text = (
        'To get CIFAR-10, once, with a network: `torchvision.datasets.CIFAR10("DIR", download=True)`, then '
        '`load("cifar10", root="DIR")`; or give a folder of images, DIR/train/<class>/* and DIR/test/<class>/*.'
    )
    if root is None:
        raise FileNotFoundError(f"cifar10 needs root, the folder that it is in. {help_text}")
    if (root / "cifar-10-batches-py").is_dir():
        train, test = (CIFAR10(str(root), train=part) for part in (True, False))
        return ImageData("cifar10", _torchvision_split(train), _torchvision_split(test), tuple(train.classes))
    if (root / "train").is_dir() and (root / "test").is_dir():
        folders = {part: ImageFolder(str(root / part)) for part in ("train", "test")}
        if folders["train"].classes != folders["test"].classes:
            raise ValueError(
                f"{root}/train and {root}/test must hold the same classes, got {folders['train'].classes} "
                f"and {folders['test'].classes}"
            )
        return ImageData(
            "cifar10", _folder_split(folders["train"]), _folder_split(folders["test"]), tuple(folders["train"].classes)
        )
    raise FileNotFoundError(f"cifar10 is not in {root}. {help_text}")


def _torchvision_split(dataset: Any) -> Split:  # noqa: ANN401  # torchvision ships no types
    return Split(torch.from_numpy(dataset.data).permute(0, 3, 1, 2).contiguous(), torch.tensor(dataset.targets))


def _folder_split(folder: Any) -> Split:  # noqa: ANN401  # torchvision ships no types
    from torchvision.transforms.functional import pil_to_tensor

    images: list[Tensor] = [pil_to_tensor(image) for image, _ in folder]
    return Split(torch.stack(images), torch.tensor([label for _, label in folder.samples]))
