"""Random inputs for hidden tests: secret, recorded, and the same at a regrade."""

from __future__ import annotations

import hashlib
import random
import secrets
from functools import cached_property

import numpy as np

_SEED_BITS = 63  # a signed 64-bit column of any database holds it


def new_seed() -> int:
    """A secret seed for a grading run, to be recorded with it: with the same seed a regrade asks the same questions."""
    return secrets.randbits(_SEED_BITS)


class Draw(random.Random):
    """The random numbers of one test: a `random.Random`, and as `numpy` a `numpy.random.Generator` of its own.

    Both depend on the run's seed and on the test's name alone, so that a test which is added, moved or taken away
    changes no other's inputs. What is drawn from one does not move the other.

    Parameters
    ----------
    seed
        The run's seed, 0 or above.
    test
        The test's name, with the case of a parametrised one.

    Raises
    ------
    ValueError
        When `seed` is below 0.

    Examples
    --------
    >>> Draw(1, "test_a").random() == Draw(1, "test_a").random() != Draw(2, "test_a").random()
    True
    >>> Draw(1, "test_a").numpy.normal(size=3).shape
    (3,)
    """

    def __init__(self, seed: int, test: str) -> None:
        self._for_numpy = _derived(seed, f"numpy {test}")
        super().__init__(_derived(seed, f"random {test}"))

    @cached_property
    def numpy(self) -> np.random.Generator:
        """The same for arrays."""
        return np.random.default_rng(self._for_numpy)


def _derived(seed: int, name: str) -> int:
    if seed < 0:
        raise ValueError(f"seed must be 0 or above, not {seed!r}")
    key = seed.to_bytes((seed.bit_length() + 7) // 8 or 1, "big")
    # A keyed hash: inputs that a student has seen tell nothing about the seed, nor about any other test's inputs.
    return int.from_bytes(hashlib.blake2b(name.encode(), key=key[-hashlib.blake2b.MAX_KEY_SIZE :]).digest(), "big")
