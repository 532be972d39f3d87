"""The claims, read and validated: what is expected, by which measure, and what would count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from course_lib.evidence.located import LocatedMapping, load_located
from course_lib.evidence.records import FOLDER
from course_lib.evidence.verdict import DIRECTIONS

UNITS = {"points": 100.0, "nats": 1.0, "epochs": 1.0, "doublings": 1.0}
"""The units of effects, and how many make 1 of the measure: an accuracy is a fraction, and told in points."""

_CLAIM = {"claim", "chapter", "hypothesis", "comparisons", "citation", "literature"}
_CLAIM_MAY = {"experiment", "factor", "amended"}
_COMPARISON = {"sides", "metric", "unit", "direction", "smallest_effect", "why"}
_RUN = {"runs", "measure"}


class ClaimError(ValueError):
    """An entry of the claims' file is wrong; the message names file, line, claim and key."""


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


@dataclass(frozen=True)
class _Place:
    """Where an entry stands, for errors."""

    file: Path
    name: str
    entry: LocatedMapping

    def error(self, key: str, words: str) -> ClaimError:
        line = self.entry.lines.get(key, self.entry.line)
        return ClaimError(f"{self.file}, line {line}: {self.name}: {key}: {words}")

    def keys(self, required: set[str], optional: set[str]) -> None:
        for key in sorted(required - self.entry.keys()):
            raise self.error(key, "is missing")
        for key in sorted(self.entry.keys() - required - optional):
            raise self.error(key, f"is not a key here; the keys are {', '.join(sorted(required | optional))}")

    def text(self, key: str) -> str:
        value = self.entry.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"must be text, got {value!r}")
        return value.strip()

    def maybe(self, key: str) -> str | None:
        return self.text(key) if key in self.entry else None

    def one_of(self, key: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in known:
            raise self.error(key, f"must be one of {', '.join(known)}, got {value!r}")
        return value

    def texts(self, key: str, value: object) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not values or not all(isinstance(each, str) for each in values):
            raise self.error(key, f"must be a text or a list of texts, got {value!r}")
        return tuple(values)

    def sides(self, key: str) -> tuple[Any, Any]:
        value = self.entry.get(key)
        if not isinstance(value, dict) or set(value) != {"a", "b"}:
            raise self.error(key, f"must have a and b and nothing else, got {value!r}")
        return value["a"], value["b"]


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
    ClaimError
        When the file is missing or an entry is wrong; it names file, line, claim and key.
    """
    path = folder / "claims.yml"
    try:
        content = load_located(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ClaimError(f"{path}: there is no such file; it holds the claims") from None
    except yaml.YAMLError as error:
        raise ClaimError(f"{path}: {error}") from error
    if not isinstance(content, LocatedMapping):
        raise ClaimError(f"{path}: must be a mapping of claims by their ids, got {type(content).__name__}")
    return {name: _claim(_Place(path, name, _entry(path, content, name))) for name in content}


def _entry(path: Path, content: LocatedMapping, name: str) -> LocatedMapping:
    entry = content[name]
    where = f"{path}, line {content.lines[name]}: {name}"
    if not re.fullmatch(r"C[1-9]\d*", str(name)):
        raise ClaimError(f"{where}: a claim's id must be C and a number")
    if not isinstance(entry, LocatedMapping):
        raise ClaimError(f"{where}: must be a mapping, got {entry!r}")
    return entry


def _claim(place: _Place) -> Claim:
    place.keys(_CLAIM, _CLAIM_MAY)
    experiment, factor = place.maybe("experiment"), place.maybe("factor")
    entries = place.entry["comparisons"]
    if not isinstance(entries, LocatedMapping) or not entries:
        raise place.error("comparisons", f"must be a mapping of at least one comparison by name, got {entries!r}")
    comparisons = []
    for name, entry in entries.items():
        if not isinstance(entry, LocatedMapping):
            raise place.error("comparisons", f"{name} must be a mapping, got {entry!r}")
        within = _Place(place.file, f"{place.name}, {name}", entry)
        comparisons.append(_comparison(within, name, run=experiment is not None, factor=factor is not None))
    if factor is not None and len({comparison.level for comparison in comparisons}) < 2:
        raise place.error("factor", "needs comparisons at two levels at least")
    return Claim(
        id=place.name,
        claim=place.text("claim"),
        chapter=place.text("chapter"),
        hypothesis=place.text("hypothesis"),
        comparisons=tuple(comparisons),
        citation=place.texts("citation", place.entry["citation"]),
        literature=place.text("literature"),
        experiment=experiment,
        factor=factor,
        amended=place.maybe("amended"),
    )


def _comparison(place: _Place, name: str, *, run: bool, factor: bool) -> Comparison:
    place.keys(_COMPARISON | (_RUN if run else set()) | ({"level"} if factor else set()), set())
    smallest = place.entry["smallest_effect"]
    if not isinstance(smallest, int | float) or isinstance(smallest, bool):
        raise place.error("smallest_effect", f"must be a number, in the unit, got {smallest!r}")
    a, b = place.sides("sides")
    if not (isinstance(a, str) and isinstance(b, str)):
        raise place.error("sides", f"must say in words what a and b are, got {a!r} and {b!r}")
    direction = place.one_of("direction", DIRECTIONS)
    if direction == "different" and smallest <= 0:
        raise place.error("smallest_effect", f"must be above 0 where the direction is 'different', got {smallest!r}")
    runs_a, runs_b = place.sides("runs") if run else ((), ())
    if isinstance(runs_b, int | float) and not isinstance(runs_b, bool):
        against: tuple[str, ...] | float = float(runs_b)
    else:
        against = place.texts("runs", runs_b) if run else ()
    return Comparison(
        name=name,
        sides=(a, b),
        metric=place.text("metric"),
        unit=place.one_of("unit", UNITS),
        direction=direction,
        smallest_effect=float(smallest),
        why=place.text("why"),
        measure=place.text("measure") if run else None,
        a=place.texts("runs", runs_a) if run else (),
        b=against,
        level=place.text("level") if factor else None,
    )
