"""The directive ``{ledger-figure}``: all claims in one strip, a shape and a colour for each verdict."""

from __future__ import annotations

from collections import Counter
from html import escape

from docutils import nodes

from course_lib.book.evidence.directive import EvidenceDirective
from course_lib.book.evidence.source import judged
from course_lib.evidence import Judgement, Verdict

SHAPES = {
    Verdict.SUPPORTED: '<circle cx="22" cy="16" r="10"/>',
    Verdict.NOT_SUPPORTED: '<path d="M14 8 30 24M30 8 14 24"/>',
    Verdict.UNDECIDED: '<path d="M22 5 33 16 22 27 11 16Z"/>',
    Verdict.DEPENDS: '<path d="M12 6h20v20h-20zM22 6v20h10v-20z"/>',
    Verdict.NOT_RUN: '<circle cx="22" cy="16" r="3"/>',
}


class LedgerFigure(EvidenceDirective):
    """A drawing of the ledger, which takes its colours from the page, light or dark."""

    def content_nodes(self) -> list[nodes.Node]:
        """The drawing, with the counts as its text and a legend below."""
        judgements = judged(self.env)
        return [nodes.raw("", drawing(judgements), format="html")]


def count_words(judgements: list[Judgement]) -> str:
    """How many claims met which verdict, in words."""
    counts = Counter(judgement.verdict for judgement in judgements)
    names = {verdict: str(verdict) for verdict in Verdict} | {Verdict.DEPENDS: "depending on a factor"}
    return ", ".join(f"{counts[verdict]} {names[verdict]}" for verdict in Verdict if counts[verdict])


def drawing(judgements: list[Judgement]) -> str:
    """The figure as HTML with an inline SVG: one shape a claim, in their order.

    Examples
    --------
    >>> drawing([]).startswith("<figure")
    True
    """
    cells = []
    for judgement in judgements:
        title = escape(f"{judgement.claim.id}, {judgement.words}: {judgement.claim.claim}")
        cells.append(f'<span class="ledger-cell" title="{title}">{_mark(judgement.verdict)}{judgement.claim.id}</span>')
    label = escape(f"The ledger of {len(judgements)} claims: {count_words(judgements)}.")
    legend = "".join(
        f"<li>{_mark(verdict)} {count_words(having)}</li>"
        for verdict in Verdict
        if (having := [judgement for judgement in judgements if judgement.verdict is verdict])
    )
    return (
        f'<figure class="ledger-figure"><div class="ledger-strip" role="img" aria-label="{label}">'
        f"{''.join(cells)}</div>"
        f'<figcaption><ul class="ledger-legend">{legend}</ul></figcaption></figure>'
    )


def _mark(verdict: Verdict) -> str:
    """The shape of a verdict."""
    name = verdict.name.lower().replace("_", "-")
    return f'<svg class="ledger-mark mark-{name}" viewBox="6 0 32 32" aria-hidden="true">{SHAPES[verdict]}</svg>'
