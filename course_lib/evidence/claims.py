"""The claims, read and validated: what is expected, by which measure, and what would count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from course_lib.evidence.records import FOLDER, RecordError
from course_lib.evidence.verdict import DIRECTIONS
from course_lib.sheet import Entry, open_sheet

UNITS = {"points": 100.0, "nats": 1.0, "epochs": 1.0, "doublings": 1.0}
"""The units of effects, and how many make 1 of the measure: an accuracy is a fraction, and told in points."""

SHARES = frozenset({"plateau_accuracy", "setbacks", "test_accuracy", "valid_accuracy"})
"""The measures that say which part of a whole, from 0 to 1: told in per cent, and two of them differ by 1 at most."""

_CLAIM = ("claim", "chapter", "hypothesis", "comparisons", "citation", "literature")
_CLAIM_MAY = ("experiment", "factor", "amended")
_COMPARISON = ("sides", "metric", "unit", "direction", "smallest_effect", "why")
_RUN = ("runs", "measure")


@dataclass(frozen=True)
class Comparison:
    """One side against another.

    Attributes
    ----------
    name : str
        Within its claim.
    sides : tuple of str
        What A and B are, in words.
    metric, unit : str
        What is compared, in words, and in what the effect is told.
    direction : str
        What A is expected to be against B: ``higher``, ``lower`` or ``different``.
    smallest_effect : float
        The smallest effect that counts, in the unit, in that direction; a negative one is a margin.
    why : str
        Why that one.
    measure : str or None
        The metric's name in the record.
    a : tuple of str
        The record's sides whose mean is A; empty where there is no experiment yet.
    b : tuple of str, or float
        The same for B, or a fixed value of the measure.
    level : str or None
        Which level of the claim's factor it is about.
    """

    name: str
    sides: tuple[str, str]
    metric: str
    unit: str
    direction: str
    smallest_effect: float
    why: str
    measure: str | None = None
    a: tuple[str, ...] = ()
    b: tuple[str, ...] | float = ()
    level: str | None = None

    @property
    def measurement(self) -> Comparison:
        """The comparison without what its claim calls it: two claims that rest on the same have equal ones."""
        return replace(self, name="", level=None)


@dataclass(frozen=True)
class Claim:
    """A claim as a hypothesis.

    Attributes
    ----------
    id : str
        ``C1`` and so on.
    claim : str
        The lectures' words.
    chapter : str
        The page that it belongs to.
    hypothesis : str
        What exactly is expected here.
    comparisons : tuple of Comparison
        All of which have to be supported; with a factor, all of one level.
    citation : tuple of str
        Keys of the bibliography.
    literature : str
        What it says, in a sentence.
    experiment : str or None
        The name of the experiment, where it has been written.
    factor : str or None
        What the verdict may depend on, declared beforehand.
    amended : str or None
        What was changed after results were seen, and why.
    """

    id: str
    claim: str
    chapter: str
    hypothesis: str
    comparisons: tuple[Comparison, ...]
    citation: tuple[str, ...]
    literature: str
    experiment: str | None = None
    factor: str | None = None
    amended: str | None = None


def read_claims(folder: Path = FOLDER) -> dict[str, Claim]:
    """Read and validate ``claims.yml``.

    Parameters
    ----------
    folder : Path
        With the file in it.

    Returns
    -------
    dict of str to Claim
        By their ids, in the file's order.

    Raises
    ------
    SheetError
        When the file is missing or an entry is wrong; it names file, line and key.
    """
    return {name: _claim(name, entry) for name, entry in open_sheet(folder / "claims.yml").entries().items()}


def named(claims: Mapping[str, Claim], name: str) -> Claim:
    """The claim with that id.

    Raises
    ------
    RecordError
        When there is none; it says which there are.
    """
    if name not in claims:
        raise RecordError(f"no claim is called {name!r}; there is: {', '.join(claims)}")
    return claims[name]


def _claim(name: str, entry: Entry) -> Claim:
    if not re.fullmatch(r"C[1-9]\d*", name):
        raise entry.error("a claim's id should be C and a number")
    keys = entry.keys(_CLAIM, _CLAIM_MAY)
    texts = {key: _words(keys[key]) for key in keys if key not in ("comparisons", "citation")}
    within = (*_COMPARISON, *(_RUN if "experiment" in keys else ()), *(["level"] if "factor" in keys else ()))
    comparisons = tuple(_comparison(name, each, within) for name, each in keys["comparisons"].entries().items())
    if "factor" in keys and len({comparison.level for comparison in comparisons}) < 2:
        raise keys["factor"].error("needs comparisons at two levels at least")
    citation = _names(keys["citation"])
    return Claim(id=name, comparisons=comparisons, citation=citation, **texts)


def _comparison(name: str, entry: Entry, required: tuple[str, ...]) -> Comparison:
    keys = entry.keys(required)
    direction, smallest = keys["direction"].one_of(DIRECTIONS), keys["smallest_effect"].number()
    if direction == "different" and smallest <= 0:
        raise keys["smallest_effect"].error(f"should be above 0 where the direction is 'different', got {smallest:g}")
    sides = keys["sides"].keys(("a", "b"))
    runs = keys["runs"].keys(("a", "b")) if "runs" in keys else None
    return Comparison(
        name=name,
        sides=(_words(sides["a"]), _words(sides["b"])),
        metric=_words(keys["metric"]),
        unit=keys["unit"].one_of(UNITS),
        direction=direction,
        smallest_effect=smallest,
        why=_words(keys["why"]),
        measure=_words(keys["measure"]) if "measure" in keys else None,
        a=_names(runs["a"]) if runs else (),
        b=(runs["b"].number() if runs["b"].is_number else _names(runs["b"])) if runs else (),
        level=_words(keys["level"]) if "level" in keys else None,
    )


def _names(entry: Entry) -> tuple[str, ...]:
    return tuple(map(_words, entry.items() if entry.is_list else (entry,)))


def _words(entry: Entry) -> str:
    """A text, and not a number or a date that was left without quotation marks."""
    if entry.is_value:
        raise entry.error("should be a text; a number in its place stands in quotation marks")
    return entry.text().text
