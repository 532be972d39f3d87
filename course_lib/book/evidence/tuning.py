"""How the sides of each experiment were tuned, as a table of what each rate gave."""

from __future__ import annotations

import numpy as np
from docutils import nodes

from course_lib.evidence import Judgement, Record


def tunings(judgements: list[Judgement]) -> list[nodes.Node]:
    """A section with a table for each experiment that the claims rest on; none where nothing has been run."""
    records = {judgement.record.experiment: judgement.record for judgement in judgements if judgement.record}
    if not records:
        return []
    section = nodes.section(ids=["tuning"], names=["tuning"])
    section += nodes.title("", "How the sides were tuned")
    section += nodes.paragraph(
        "",
        "Each side chose its rate from the same grid, with the same seeds, none of which is used again. The tables show"
        " the mean over those seeds; the rate that was chosen has a star. A star at an end of the grid says that the"
        " best rate may lie beyond it.",
    )
    for record in records.values():
        section += _table(record)
    return [section]


def _table(record: Record) -> nodes.table:
    from course_lib.evidence.experiments import EXPERIMENTS
    from course_lib.evidence.experiments.base import best_rate

    measure = EXPERIMENTS[record.experiment].tuned_by
    tuning = [row for row in record.rows if row.stage == "tuning"]
    rates = sorted({float(row.settings["lr"]) for row in tuning})
    table = nodes.table(classes=["ledger-tuning", "recorded"])
    table += nodes.title("", f"Experiment {record.experiment}: {measure.replace('_', ' ')} by learning rate")
    group = nodes.tgroup(cols=1 + len(rates))
    table += group
    group += [nodes.colspec(colwidth=1) for _ in range(1 + len(rates))]
    head, body = nodes.thead(), nodes.tbody()
    group += [head, body]
    head += _row(["side", *(f"{lr:g}" for lr in rates)])
    for side in dict.fromkeys(row.side for row in tuning):
        best = best_rate(tuning, side, measure)
        means = [
            np.mean([row.measures[measure] for row in tuning if row.side == side and row.settings["lr"] == lr])
            for lr in rates
        ]
        cells = (f"{mean:.3f}" + (" ★" if lr == best else "") for lr, mean in zip(rates, means, strict=True))
        body += _row([side, *cells])
    return table


def _row(cells: list[str]) -> nodes.row:
    row = nodes.row()
    row += [nodes.entry("", nodes.paragraph("", words)) for words in cells]
    return row
