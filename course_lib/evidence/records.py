"""What the runs of an experiment gave, and where it comes from: one JSON file an experiment and scale."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_BESIDE = Path(__file__).parents[2] / "book" / "evidence"

FOLDER = _BESIDE if _BESIDE.is_dir() else Path(__file__).parent / "recorded"
"""Where claims and records lie: beside the library in its repository, inside it where it was installed as a wheel."""

Settings = Mapping[str, str | float | int]
"""What a run is made from, but for its seed, in plain values: a record can be run again from them."""


class RecordError(ValueError):
    """A record is missing, broken, or lacks what was asked of it; the message says which and what."""


@dataclass(frozen=True)
class Row:
    """One run.

    Attributes
    ----------
    stage : str
        ``tuning`` or ``comparison``.
    side : str
        The group that was tuned, or the side that is compared.
    settings : mapping
        What the run was made from.
    seed : int
        Of the weights and of the order of the images.
    measures : mapping of str to float
        What it gave.
    curves : mapping of str to list of float
        One figure an epoch.
    seconds : float
        How long it took.
    made : int
        Which entry of `Record.made` says where and by what.
    """

    stage: str
    side: str
    settings: Settings
    seed: int
    measures: Mapping[str, float]
    curves: Mapping[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    made: int = 0


@dataclass(frozen=True)
class Record:
    """The runs of an experiment at one scale.

    Attributes
    ----------
    experiment, scale : str
        Their names.
    made : tuple of dict
        Provenance: date, commit, device, versions, data; more than one where the runs were made in several goes.
    rows : tuple of Row
        In the order in which they were planned.
    complete : bool
        Whether every planned run is there.
    """

    experiment: str
    scale: str
    made: tuple[dict[str, Any], ...]
    rows: tuple[Row, ...]
    complete: bool

    def values(self, side: str, measure: str) -> dict[int, float]:
        """The measure of each seed's run of a side that is compared.

        Raises
        ------
        RecordError
            When there is no such side, or one of its runs lacks the measure.
        """
        rows = [row for row in self.rows if row.stage == "comparison" and row.side == side]
        if not rows:
            known = sorted({row.side for row in self.rows if row.stage == "comparison"})
            raise RecordError(f"the record of {self.experiment} has no side {side!r}; it has {', '.join(known)}")
        for row in rows:
            if measure not in row.measures:
                raise RecordError(
                    f"the record of {self.experiment} has no {measure!r} for side {side!r}, seed {row.seed}; "
                    f"it has {', '.join(sorted(row.measures))}"
                )
        return {row.seed: row.measures[measure] for row in rows}


def record_path(experiment: str, scale: str, folder: Path = FOLDER) -> Path:
    """Where the record of an experiment lies.

    Examples
    --------
    >>> record_path("rates", "full", Path("evidence")).as_posix()
    'evidence/records/rates-full.json'
    """
    return folder / "records" / f"{experiment}-{scale}.json"


def read_record(experiment: str, scale: str = "full", folder: Path = FOLDER) -> Record:
    """Read the record of an experiment.

    Parameters
    ----------
    experiment : str
        Its name.
    scale : str
        ``full`` or ``page``.
    folder : Path
        With ``records/`` in it.

    Returns
    -------
    Record
        What has been run so far.

    Raises
    ------
    RecordError
        When there is none, or it cannot be read.
    """
    path = record_path(experiment, scale, folder)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(Row(**row) for row in content["runs"])
        return Record(content["experiment"], content["scale"], tuple(content["made"]), rows, content["complete"])
    except FileNotFoundError:
        raise RecordError(
            f"{experiment} has not been run at scale {scale}: there is no {path}; "
            f"`course evidence run {experiment} --scale {scale}` makes it"
        ) from None
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise RecordError(f"{path} is not a record: {error}") from error


def write_record(record: Record, folder: Path = FOLDER) -> Path:
    """Write a record, whole or not at all, one run a line; return its path."""
    from course_lib.training.files import replacing  # reading a record need not wait for torch

    path = record_path(record.experiment, record.scale, folder)
    head = {name: getattr(record, name) for name in ("experiment", "scale", "complete", "made")}
    with replacing(path) as file:
        lines = [f" {json.dumps(name)}: {json.dumps(value, allow_nan=False)}" for name, value in head.items()]
        lines.append(' "runs": [\n' + ",\n".join(_lines(record.rows)) + "\n ]")
        file.write(("{\n" + ",\n".join(lines) + "\n}\n").encode())
    path.chmod(0o644)  # a temporary file is its owner's alone
    return path


def _lines(rows: Iterable[Row]) -> list[str]:
    return ["  " + json.dumps(asdict(row), allow_nan=False) for row in rows]
