"""The directive ``{ledger}``: every claim, what became of it, and why that is what counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docutils import nodes

from course_lib.book.evidence.blocks import entry_link, label
from course_lib.book.evidence.directive import EvidenceDirective, said
from course_lib.book.evidence.figure import count_words
from course_lib.book.evidence.findings import findings, verdict_of
from course_lib.book.evidence.source import judged
from course_lib.book.evidence.tuning import tunings
from course_lib.evidence import Comparison, Judgement
from course_lib.evidence.wording import counts_words


class Ledger(EvidenceDirective):
    """How many claims met which verdict, a table of all, and an entry for each."""

    def content_nodes(self) -> list[nodes.Node]:
        """Summary, table, entries."""
        judgements = judged(self.env)
        outcomes = [outcome for judgement in judgements for outcome in judgement.outcomes]
        intervals = len({outcome.comparison.measurement for outcome in outcomes})
        summary = f"Of {len(judgements)} claims: {count_words(judgements)}."
        if intervals:
            summary += (
                f" The verdicts rest on {intervals} comparisons, each with an interval of its own; among so many, a few"
                " intervals will miss by chance. A claim with several comparisons needs all of them."
            )
        return [
            nodes.paragraph("", summary, classes=["recorded"]),
            _table(judgements),
            *map(self._entry, judgements),
            *tunings(judgements),
        ]

    def _entry(self, judgement: Judgement) -> nodes.section:
        claim = judgement.claim
        section = nodes.section(ids=[label(claim.id)], names=[label(claim.id)], classes=["claim-entry", "recorded"])
        self.state.document.note_explicit_target(section)
        section += nodes.title("", f"{claim.id}: {claim.claim}")
        section += nodes.paragraph("", "", verdict_of(judgement))
        section += said("Hypothesis", "claim-hypothesis", *self.inlines(claim.hypothesis))
        if claim.amended:
            section += said("Amended after results were seen", "claim-amended", nodes.Text(claim.amended))
        section += findings(judgement)
        section += self._planned(judgement)
        section += self.literature(judgement)
        section += _provenance(judgement)
        return section

    def _planned(self, judgement: Judgement) -> list[nodes.Node]:
        """Why those effects count; and of what has not been run, what is to be compared."""
        listed = nodes.bullet_list(classes=["claim-plan"])
        seen = set()
        for comparison in judgement.claim.comparisons:
            words = _plan(comparison, done=bool(judgement.outcomes))
            if words not in seen:
                listed += nodes.list_item("", nodes.paragraph("", words))
                seen.add(words)
        return [said("What counts, and why", "claim-plan-title"), listed]


def _plan(comparison: Comparison, *, done: bool) -> str:
    counts = f"Expected: {counts_words(comparison)}. {comparison.why}"
    if done:
        return counts
    return f"Measured: {comparison.metric}. A: {comparison.sides[0]}; B: {comparison.sides[1]}. {counts}"


def _table(judgements: list[Judgement]) -> nodes.table:
    table = nodes.table(classes=["ledger", "recorded"])
    group = nodes.tgroup(cols=3)
    table += group
    group += [nodes.colspec(colwidth=width) for width in (12, 58, 30)]
    head, body = nodes.thead(), nodes.tbody()
    group += [head, body]
    head += _row(*(nodes.Text(words) for words in ("Claim", "In the lectures' words", "Verdict")))
    for judgement in judgements:
        body += _row(entry_link(judgement.claim.id), nodes.Text(judgement.claim.claim), verdict_of(judgement))
    return table


def _row(*cells: nodes.Node) -> nodes.row:
    row = nodes.row()
    row += [nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells]
    return row


def _provenance(judgement: Judgement) -> list[nodes.Node]:
    if judgement.record is None:
        return []
    from course_lib.evidence.experiments import EXPERIMENTS  # brings torch, which other builds need not wait for

    record = judgement.record
    scale = EXPERIMENTS[record.experiment].scales[record.scale]
    tuning = [row for row in record.rows if row.stage == "tuning"]
    seeds = len({row.seed for row in record.rows if row.stage == "comparison"})
    rates = sorted({float(row.settings["lr"]) for row in tuning})
    hours = sum(row.seconds for row in record.rows) / 3600
    made = "; ".join(_made(entry) for entry in record.made)
    words = (
        f"Experiment {record.experiment}, {len(record.rows)} runs on {scale.images:,} training images (epochs of an"
        f" ordinary one: {scale.epochs}), {hours:.1f} hours of one core. Every side was tuned"
        f" over the same {len(rates)} rates ({', '.join(f'{lr:g}' for lr in rates)}) with the same"
        f" {len({row.seed for row in tuning})} seeds, and compared with {seeds} others; test images entered no choice."
        f" Made {made}. Data: {record.made[0]['data']['name']}; SHA-256 of the images that these runs used"
        f" {record.made[0]['data']['sha256'][:12]}."
    )
    return [said("Record", "claim-record", nodes.Text(words))]


def _made(entry: Mapping[str, Any]) -> str:
    """Where and by what runs were made."""
    changes = " with changes" if entry["changed"] else ""
    return (
        f"{entry['date']}, {entry['device']}, torch {entry['torch']}, Python {entry['python']},"
        f" commit {entry['commit'][:10]}{changes}"
    )
