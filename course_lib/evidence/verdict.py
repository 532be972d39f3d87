"""From paired runs to a word: the effect, its interval, and what follows from it. Nothing here reads a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import stdtrit  # type: ignore[import-untyped]  # scipy ships no types

DIRECTIONS = ("higher", "lower", "different")
CONFIDENCE = 0.95


class Verdict(StrEnum):
    """What became of a claim."""

    SUPPORTED = "supported here"
    NOT_SUPPORTED = "not supported here"
    UNDECIDED = "undecided"
    DEPENDS = "depends"
    NOT_RUN = "not yet run"


@dataclass(frozen=True)
class Effect:
    """The mean difference of two sides over seeds.

    Attributes
    ----------
    mean : float
        Of A minus B.
    low, high : float
        The ends of its interval at 95 %.
    seeds : int
        How many pairs.
    verdict : Verdict
        Of this comparison alone.
    """

    mean: float
    low: float
    high: float
    seeds: int
    verdict: Verdict


def paired_effect(differences: Sequence[float], smallest_effect: float, direction: str) -> Effect:
    """Judge the differences A - B of runs that share a seed.

    The interval is Student's, mean ± t · s / √n with n - 1 degrees of freedom (Student 1908, "The Probable Error of a
    Mean"). *Supported here*: all of it lies beyond the smallest effect that counts, in the direction of the claim. *Not
    supported here*: all of it lies on the other side of that. *Undecided*: it holds the smallest effect. For the
    direction ``different``, beyond is on either side, and not supported is strictly between the two.

    Parameters
    ----------
    differences : sequence of float
        One a seed, at least two.
    smallest_effect : float
        In the differences' unit; a negative one is a margin, the smallest difference against the claim that counts.
    direction : str
        ``higher``, ``lower`` or ``different``.

    Returns
    -------
    Effect
        Where all differences are the same, the interval is that one number.

    Raises
    ------
    ValueError
        When there are fewer than two differences, one is not finite, or an argument is none of those.

    Examples
    --------
    >>> effect = paired_effect([1.0, 2.0, 3.0], smallest_effect=0.5, direction="higher")
    >>> f"{effect.mean:.1f} [{effect.low:.2f}, {effect.high:.2f}] {effect.verdict}"
    '2.0 [-0.48, 4.48] undecided'
    """
    values = np.asarray(differences, dtype=float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(f"differences must be two finite numbers at least, got {differences!r}")
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, got {direction!r}")
    if direction == "different" and smallest_effect <= 0:
        raise ValueError(f"smallest_effect must be above 0 for the direction 'different', got {smallest_effect!r}")
    count = len(values)
    mean = float(values.mean())
    half = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2) * values.std(ddof=1) / np.sqrt(count))
    low, high = mean - half, mean + half
    return Effect(mean, low, high, count, _word(low, high, smallest_effect, direction))


def _word(low: float, high: float, smallest: float, direction: str) -> Verdict:
    if direction == "lower":
        low, high = -high, -low
    beyond, short = low > smallest, high < smallest
    if direction == "different":
        beyond, short = low > smallest or high < -smallest, -smallest < low and high < smallest
    return Verdict.SUPPORTED if beyond else Verdict.NOT_SUPPORTED if short else Verdict.UNDECIDED


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a claim that needs every one of its comparisons.

    Examples
    --------
    >>> str(all_of([Verdict.SUPPORTED, Verdict.UNDECIDED]))
    'undecided'
    """
    words = set(verdicts)
    if Verdict.NOT_SUPPORTED in words:
        return Verdict.NOT_SUPPORTED
    return Verdict.UNDECIDED if Verdict.UNDECIDED in words else Verdict.SUPPORTED


def over_levels(levels: Mapping[str, Iterable[Verdict]]) -> Verdict:
    """The verdict of a claim with a factor: each level by `all_of`, then all levels together.

    *Depends* needs one level at which the claim is supported and one at which it is not; levels that neither agree nor
    contradict each other leave it undecided.

    Examples
    --------
    >>> str(over_levels({"small": [Verdict.SUPPORTED], "large": [Verdict.NOT_SUPPORTED]}))
    'depends'
    """
    words = {all_of(verdicts) for verdicts in levels.values()}
    if words >= {Verdict.SUPPORTED, Verdict.NOT_SUPPORTED}:
        return Verdict.DEPENDS
    return words.pop() if len(words) == 1 else Verdict.UNDECIDED
