"""The random numbers of the explorers' scripts, so that a still picture shows what the script will."""

import math
from collections.abc import Iterator


def uniform(seed: int) -> Iterator[float]:
    """Numbers from 0 to below 1: mulberry32 (T. Ettinger, public domain), as in ``kit.js``."""
    state = seed % 2**32
    while True:
        state = (state + 0x6D2B79F5) % 2**32
        bits = (state ^ state >> 15) * (state | 1) % 2**32
        bits ^= (bits + (bits ^ bits >> 7) * (bits | 61)) % 2**32
        yield (bits ^ bits >> 14) / 2**32


def normal(seed: int) -> Iterator[float]:
    """Numbers of the standard normal distribution (Box and Muller 1958), as in ``descent-on-a-valley.js``."""
    draw = uniform(seed)
    while True:
        radius = math.sqrt(-2 * math.log(1 - next(draw)))
        yield radius * math.cos(2 * math.pi * next(draw))
