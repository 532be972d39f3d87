"""A recorded run made again and held against the record."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.evidence.experiments import EXPERIMENTS
from course_lib.evidence.provenance import SAME, provenance
from course_lib.evidence.records import Record, RecordError, Row

TOLERANCE = {"accuracy": 0.02, "loss": 0.05}
"""Fractions of the images, and nats, elsewhere than where the record was made: rounding differs between machines, and
training magnifies it."""


@dataclass(frozen=True)
class Check:
    """One measure of one run, recorded and made again.

    Attributes
    ----------
    side, measure : str
        What was measured.
    seed : int
        Of the run.
    recorded, again : float
        The two figures.
    allowed : float
        How far they may lie apart: 0 where the run was made on the same machine with the same software.
    """

    side: str
    measure: str
    seed: int
    recorded: float
    again: float
    allowed: float

    @property
    def agrees(self) -> bool:
        """Whether the two figures lie no further apart than is allowed."""
        return abs(self.recorded - self.again) <= self.allowed


def verify(record: Record, sides: tuple[str, ...], seed: int | None = None) -> list[Check]:
    """Make recorded runs again and compare.

    Parameters
    ----------
    record : Record
        The record.
    sides : tuple of str
        Whose runs.
    seed : int, optional
        Which of the recorded seeds; the first when left out.

    Returns
    -------
    list of Check
        Where the record was made by the same processor, Python, NumPy, torch and data: one a measure, to the bit.
        Elsewhere: accuracies and losses at the end, within `TOLERANCE`.

    Raises
    ------
    RecordError
        When the record has no such run, or its experiment is no more.
    """
    if record.experiment not in EXPERIMENTS:
        raise RecordError(f"no experiment is called {record.experiment!r}; there is: {', '.join(EXPERIMENTS)}")
    experiment = EXPERIMENTS[record.experiment]
    data = experiment.data(experiment.scales[record.scale])
    here = provenance(data)
    checks = []
    for side in sides:
        row = _row(record, side, seed)
        there = record.made[row.made]
        exact = all(there[name] == here[name] for name in SAME)
        measures, _ = experiment.train(row.settings, row.seed, data)
        for name, value in row.measures.items():
            kind = name.rsplit("_", 1)[-1]
            if exact or kind in TOLERANCE:
                allowed = 0.0 if exact else TOLERANCE[kind]
                checks.append(Check(side, name, row.seed, value, measures.get(name, float("nan")), allowed))
    return checks


def _row(record: Record, side: str, seed: int | None) -> Row:
    rows = [row for row in record.rows if row.stage == "comparison" and row.side == side]
    chosen = [row for row in rows if seed is None or row.seed == seed]
    if not chosen:
        seeds = ", ".join(str(row.seed) for row in rows) or "none"
        raise RecordError(
            f"the record of {record.experiment} has no run of {side!r} with seed {seed}; its seeds: {seeds}"
        )
    return chosen[0]
