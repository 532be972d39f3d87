"""The directive ``{ledger-figure}``: all claims in one strip, a shape and a colour for each verdict."""

from __future__ import annotations

from collections import Counter
from html import escape

from docutils import nodes

from course_lib.book.evidence.blocks import EvidenceDirective
from course_lib.book.evidence.source import judged
from course_lib.evidence import Judgement, Verdict

CELL, COLUMNS = 44, 16
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
    rows = -(-len(judgements) // COLUMNS)
    shapes = []
    for place, judgement in enumerate(judgements):
        x, y = CELL * (place % COLUMNS), CELL * (place // COLUMNS)
        title = escape(f"{judgement.claim.id}, {judgement.words}: {judgement.claim.claim}")
        shapes.append(
            f'<g class="{_class(judgement.verdict)}" transform="translate({x} {y})"><title>{title}</title>'
            f'{SHAPES[judgement.verdict]}<text x="22" y="41">{judgement.claim.id}</text></g>'
        )
    label = escape(f"The ledger of {len(judgements)} claims: {count_words(judgements)}.")
    legend = "".join(
        f'<li><svg class="ledger-mark" viewBox="0 0 44 32" aria-hidden="true"><g class="{_class(verdict)}">'
        f"{SHAPES[verdict]}</g></svg> {count_words(having)}</li>"
        for verdict in Verdict
        if (having := [judgement for judgement in judgements if judgement.verdict is verdict])
    )
    return (
        f'<figure class="ledger-figure"><svg role="img" aria-label="{label}" '
        f'viewBox="0 0 {CELL * COLUMNS} {CELL * rows}">{"".join(shapes)}</svg>'
        f'<figcaption><ul class="ledger-legend">{legend}</ul></figcaption></figure>'
    )


def _class(verdict: Verdict) -> str:
    return f"mark-{verdict.name.lower().replace('_', '-')}"
