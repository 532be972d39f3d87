"""Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747): the whole, from the original files."""

import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
FILES = {"train": "train", "test": "t10k"}


def fashion_mnist_arrays(root: Path | None = None) -> dict[str, tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Read the original files.

    Looks in `root`, then in `root`/FashionMNIST/raw (where torchvision puts them), or, when `root` is None, in the
    folder of Debian's package. Nothing is downloaded.

    Parameters
    ----------
    root : Path, optional
        A folder with the four ``*-ubyte.gz`` files.

    Returns
    -------
    dict
        ``train`` and ``test``: images, uint8 (N, 28, 28), and labels, uint8 (N,).

    Raises
    ------
    FileNotFoundError
        When they are not there; the message says how to get them.
    """
    folders = [DEBIAN_FOLDER] if root is None else [root, root / "FashionMNIST" / "raw"]
    for folder in folders:
        if all((folder / name).is_file() for name in _file_names()):
            return {
                part: (
                    _read_idx(folder / f"{stem}-images-idx3-ubyte.gz"),
                    _read_idx(folder / f"{stem}-labels-idx1-ubyte.gz"),
                )
                for part, stem in FILES.items()
            }
    raise FileNotFoundError(
        f"fashion-mnist is not in {' or '.join(str(folder) for folder in folders)}. To get it: on Debian or Ubuntu "
        "`apt-get install dataset-fashion-mnist`; elsewhere, once, with a network, "
        '`torchvision.datasets.FashionMNIST("DIR", download=True)`, then `load("fashion-mnist", root="DIR")`. '
        'Or use load("fashion-mini"), which is in the package.'
    )


def _file_names() -> list[str]:
    return [f"{stem}-{kind}-ubyte.gz" for stem in FILES.values() for kind in ("images-idx3", "labels-idx1")]


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an idx file (LeCun's format): two zero bytes, type, rank, the sizes as big-endian int32, the bytes."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path} is not an idx file of unsigned bytes (it starts with {raw[:4]!r})")
    sizes = np.frombuffer(raw, dtype=">i4", count=raw[3], offset=4)
    return np.frombuffer(raw, dtype=np.uint8, offset=4 + 4 * raw[3]).reshape(sizes)
