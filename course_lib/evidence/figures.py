"""The figures of the evidence, in the course's style: how each side was tuned, and what the comparisons gave."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from course_lib.evidence.experiments.base import best_rate
from course_lib.evidence.judging import Judgement
from course_lib.evidence.records import Record, RecordError
from course_lib.evidence.verdict import Verdict
from course_lib.evidence.wording import unit_words
from course_lib.plots import COLOURS, label_ends

MARKS = {
    Verdict.SUPPORTED: ("o", COLOURS[2]),
    Verdict.NOT_SUPPORTED: ("X", COLOURS[1]),
    Verdict.UNDECIDED: ("D", COLOURS[3]),
}


def tuning_curve(
    record: Record, measure: str = "valid_accuracy", groups: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what each group was tuned by: the measure over the rate, a point a seed, a line through the means.

    A ring marks the best mean of each group, which is the rate that was taken.

    Parameters
    ----------
    record : Record
        Of an experiment.
    measure : str
        Of the record's.
    groups : sequence of str, optional
        Which groups; all when left out.
    ax : Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    Axes
        With a logarithmic axis of rates.

    Raises
    ------
    RecordError
        When no run of the tuning has the measure in these groups.

    Examples
    --------
    >>> from course_lib.evidence import Row
    >>> rows = [Row("tuning", "mlp", {"lr": lr}, 0, {"valid_accuracy": 0.8}) for lr in (0.1, 0.3)]
    >>> tuning_curve(Record("rates", "page", (), tuple(rows), True)).get_xlabel()
    'learning rate'
    """
    tuning = [row for row in record.rows if row.stage == "tuning" and measure in row.measures]
    wanted = list(dict.fromkeys(row.side for row in tuning)) if groups is None else list(groups)
    chosen = [row for row in tuning if row.side in wanted]
    if not chosen:
        raise RecordError(
            f"the tuning of {record.experiment} has no {measure!r} for {', '.join(wanted) or 'any group'}"
        )
    ax = ax or plt.subplots()[1]
    lines = []
    for group in wanted:
        rows = [row for row in chosen if row.side == group]
        rates = sorted({float(row.settings["lr"]) for row in rows})
        by_rate = [[row.measures[measure] for row in rows if row.settings["lr"] == lr] for lr in rates]
        means = [float(np.mean(values)) for values in by_rate]
        (line,) = ax.plot(rates, means, label=group)
        for lr, values in zip(rates, by_rate, strict=True):
            ax.plot([lr] * len(values), values, ".", color=line.get_color(), ms=5)
        best = rates.index(best_rate(rows, group, measure))
        ax.plot(rates[best], means[best], "o", color=line.get_color(), ms=11, mfc="none", mew=1.6)
        lines.append(line)
    tried = sorted({float(row.settings["lr"]) for row in chosen})
    ax.set(
        xscale="log",
        xlabel="learning rate",
        ylabel=measure.replace("_", " ").replace("valid ", "validation ").replace("train ", "training "),
    )
    ax.set_xticks(tried, [f"{lr:g}" for lr in tried])
    ax.minorticks_off()
    label_ends(ax, lines)
    return ax


def forest(judgement: Judgement, ax: Axes | None = None) -> Axes:
    """Draw the comparisons of a claim: the mean difference, its interval, and the smallest effect that counts.

    Parameters
    ----------
    judgement : Judgement
        Of a claim that has been run, whose comparisons have one unit.
    ax : Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    Axes
        One row a comparison, from the top.

    Raises
    ------
    RecordError
        When the claim has not been run, or its comparisons have several units.

    Examples
    --------
    >>> from pathlib import Path
    >>> from course_lib.evidence import judge, read_claims
    >>> claim = read_claims(Path("book/evidence"))["C31"]
    >>> forest(judge(claim, Path("book/evidence")))
    Traceback (most recent call last):
    course_lib.evidence.records.RecordError: C31 has not been run at full scale
    """
    if not judgement.outcomes:
        raise RecordError(f"{judgement.claim.id} has not been run at full scale")
    units = {outcome.comparison.unit for outcome in judgement.outcomes}
    if len(units) > 1:
        raise RecordError(f"{judgement.claim.id} has effects in {', '.join(sorted(units))}, which need an axis each")
    count = len(judgement.outcomes)
    ax = ax or plt.subplots(figsize=(7.0, 1.2 + 0.6 * count))[1]
    for place, outcome in enumerate(judgement.outcomes):
        effect, smallest = outcome.effect, outcome.comparison.smallest_effect
        marker, colour = MARKS[effect.verdict]
        ax.plot([effect.low, effect.high], [place, place], color=colour, ls="-")
        ax.plot(effect.mean, place, marker, color=colour, ms=8)
        ends = {"higher": (smallest,), "lower": (-smallest,), "different": (-smallest, smallest)}
        for end in ends[outcome.comparison.direction]:
            ax.plot([end, end], [place - 0.35, place + 0.35], color="#555555", ls=":")
        ax.annotate(f"{effect.verdict}", (effect.mean, place - 0.2), ha="center", va="bottom", fontsize=9)
    ax.axvline(0.0, color="#555555", ls="-", lw=0.8)
    ax.set_yticks(range(count), [outcome.comparison.name for outcome in judgement.outcomes])
    ax.set(xlabel=f"difference, {unit_words(units.pop())}", ylim=(count - 0.4, -0.7))
    return ax
