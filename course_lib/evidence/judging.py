"""A claim held against its record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_lib.evidence.claims import UNITS, Claim, Comparison
from course_lib.evidence.records import FOLDER, Record, RecordError, read_record, record_path
from course_lib.evidence.verdict import Effect, Verdict, all_of, over_levels, paired_effect


@dataclass(frozen=True)
class Outcome:
    """What a comparison gave.

    Attributes
    ----------
    comparison : Comparison
        What was compared.
    effect : Effect
        A minus B, in the comparison's unit.
    a, b : float
        The mean of each side, in that unit.
    """

    comparison: Comparison
    effect: Effect
    a: float
    b: float


@dataclass(frozen=True)
class Judgement:
    """What became of a claim.

    Attributes
    ----------
    claim : Claim
        The claim.
    verdict : Verdict
        Computed from the outcomes.
    outcomes : tuple of Outcome
        One a comparison; none where it has not been run.
    record : Record or None
        What they were computed from.
    """

    claim: Claim
    verdict: Verdict
    outcomes: tuple[Outcome, ...] = ()
    record: Record | None = None

    @property
    def words(self) -> str:
        """The verdict in words, with the factor that it depends on."""
        return f"depends on {self.claim.factor}" if self.verdict is Verdict.DEPENDS else str(self.verdict)

    @property
    def levels(self) -> dict[str, Verdict]:
        """The verdict at each level of the factor; empty where there is no factor or nothing has been run."""
        return {level: all_of(verdicts) for level, verdicts in _by_level(self.outcomes).items()}

    def outcome(self, name: str) -> Outcome:
        """The outcome of a comparison.

        Raises
        ------
        RecordError
            When the claim has no such comparison, or has not been run.
        """
        if not self.outcomes:
            raise RecordError(f"{self.claim.id} has not been run at full scale")
        known = {outcome.comparison.name: outcome for outcome in self.outcomes}
        if name not in known:
            raise RecordError(f"{self.claim.id} has no comparison {name!r}; it has {', '.join(known)}")
        return known[name]


def judge(claim: Claim, folder: Path = FOLDER, scale: str = "full") -> Judgement:
    """Compute the verdict on a claim from the record of its experiment.

    Parameters
    ----------
    claim : Claim
        The claim.
    folder : Path
        With ``records/`` in it.
    scale : str
        Of the record.

    Returns
    -------
    Judgement
        *Not yet run* where there is no experiment or no record, or where the record is not complete.

    Raises
    ------
    RecordError
        When the record cannot be read or lacks what the claim compares.
    """
    if claim.experiment is None or not record_path(claim.experiment, scale, folder).exists():
        return Judgement(claim, Verdict.NOT_RUN)
    record = read_record(claim.experiment, scale, folder)
    if not record.complete:
        return Judgement(claim, Verdict.NOT_RUN)
    outcomes = tuple(compare(comparison, record) for comparison in claim.comparisons)
    if claim.factor is None:
        verdict = all_of(outcome.effect.verdict for outcome in outcomes)
    else:
        verdict = over_levels(_by_level(outcomes))
    return Judgement(claim, verdict, outcomes, record)


def compare(comparison: Comparison, record: Record) -> Outcome:
    """Compute what a comparison gives on a record.

    Parameters
    ----------
    comparison : Comparison
        Of a claim with an experiment.
    record : Record
        Of that experiment.

    Returns
    -------
    Outcome
        With the differences paired by seed.

    Raises
    ------
    RecordError
        When the record lacks a side or a measure, or the sides have not the same seeds.
    """
    times = UNITS[comparison.unit]
    a = _by_seed(comparison.a, comparison, record)
    if isinstance(comparison.b, float):
        b = dict.fromkeys(a, comparison.b)
    else:
        b = _by_seed(comparison.b, comparison, record)
    if set(a) != set(b):
        raise RecordError(f"{record.experiment}: {comparison.name}: the sides have not the same seeds")
    differences = [times * (a[seed] - b[seed]) for seed in sorted(a)]
    try:
        effect = paired_effect(differences, comparison.smallest_effect, comparison.direction)
    except ValueError as error:
        raise RecordError(f"{record.experiment}: {comparison.name}: {error}") from error
    return Outcome(
        comparison, effect, times * float(np.mean(list(a.values()))), times * float(np.mean(list(b.values())))
    )


def _by_level(outcomes: Iterable[Outcome]) -> dict[str, list[Verdict]]:
    """The verdicts of the comparisons at each level of a factor."""
    levels: dict[str, list[Verdict]] = {}
    for outcome in outcomes:
        if outcome.comparison.level is not None:
            levels.setdefault(outcome.comparison.level, []).append(outcome.effect.verdict)
    return levels


def _by_seed(sides: tuple[str, ...], comparison: Comparison, record: Record) -> dict[int, float]:
    """The mean of the sides' measure, seed by seed."""
    tables = [record.values(side, str(comparison.measure)) for side in sides]
    if any(set(table) != set(tables[0]) for table in tables):
        raise RecordError(
            f"{record.experiment}: {comparison.name}: the sides {', '.join(sides)} have not the same seeds"
        )
    return {seed: float(np.mean([table[seed] for table in tables])) for seed in tables[0]}
