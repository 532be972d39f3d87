"""Draws `fashion-mini.npz` from the whole of Fashion-MNIST; run as ``python -m course_lib.data.draw_fashion_mini``.

The file is in the package already; this script says exactly how it was made, and a test draws it again to compare.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_lib.data.fashion_mnist import fashion_mnist_arrays

SEED = 2017  # the year of the data set's paper
PER_CLASS = {"train": 1_000, "test": 200}
FILE = Path(__file__).with_name("fashion-mini.npz")


def draw(seed: int = SEED) -> dict[str, NDArray[np.generic]]:
    """Draw the same number of images from each class, without replacement.

    Parameters
    ----------
    seed : int
        Seed of the NumPy generator that draws the indices.

    Returns
    -------
    dict of str to ndarray
        ``{train,test}_images`` uint8 (N, 28, 28), ``{train,test}_labels`` uint8 (N,), and ``{train,test}_indices``
        int32 (N,), the rows of the original file, in ascending order.
    """
    rng = np.random.default_rng(seed)
    drawn: dict[str, NDArray[np.generic]] = {}
    for part, (images, labels) in fashion_mnist_arrays().items():
        indices = np.concatenate(
            [rng.choice(np.flatnonzero(labels == label), PER_CLASS[part], replace=False) for label in range(10)]
        )
        indices.sort()
        drawn[f"{part}_images"] = images[indices]
        drawn[f"{part}_labels"] = labels[indices]
        drawn[f"{part}_indices"] = indices.astype(np.int32)
    return drawn


if __name__ == "__main__":
    np.savez_compressed(FILE, **draw())  # type: ignore[arg-type]  # numpy's stub takes the keywords for its own option
    print(f"wrote {FILE} ({FILE.stat().st_size / 1e6:.1f} MB)")
