"""Mutants that may survive, each with its reason: ``solutions/<name>/mutants.yml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from course_lib.grading.verify.mutants import Mutant

_KEYS = ("cell", "line", "mutant", "why")


class BadMutants(ValueError):  # noqa: N818 - named for what happened
    """A ``mutants.yml`` that is not in its format; the message names the entry and what is wrong."""


@dataclass(frozen=True)
class Allowed:
    """A mutant that may survive.

    Attributes
    ----------
    cell, line, mutant
        The answer cell, its line, and the line of the mutant, as `Mutant` has them.
    why
        Why no test could tell it from the solution, or why none should.
    """

    cell: str
    line: str
    mutant: str
    why: str

    def covers(self, mutant: Mutant) -> bool:
        """Whether it is about this mutant."""
        return (self.cell, self.line, self.mutant) == (mutant.cell, mutant.line, mutant.mutant)


def read_allowed(path: Path) -> list[Allowed]:
    """Read a ``mutants.yml``: a list of entries with the keys cell, line, mutant and why.

    Parameters
    ----------
    path
        The file; where there is none, no mutant may survive.

    Returns
    -------
    list of Allowed
        In the order of the file.

    Raises
    ------
    BadMutants
        When the file is no such list.
    """
    if not path.exists():
        return []
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise BadMutants(f"{path.name}: is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(entries, list):
        raise BadMutants(f"{path.name}: must be a list of entries with the keys {', '.join(_KEYS)}")
    return [_entry(path, number, entry) for number, entry in enumerate(entries, start=1)]


def _entry(path: Path, number: int, entry: object) -> Allowed:
    if not isinstance(entry, dict) or set(entry) != set(_KEYS):
        raise BadMutants(f"{path.name}: entry {number} needs the keys {', '.join(_KEYS)}, and no others")
    texts = {key: _lines(entry[key]) for key in _KEYS if isinstance(entry[key], str)}
    empty = [key for key in _KEYS if not texts.get(key)]
    if empty:
        raise BadMutants(f"{path.name}: entry {number}: {empty[0]} must be text, not {entry[empty[0]]!r}")
    return Allowed(**texts)


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())
