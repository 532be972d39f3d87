"""The directive ``{claims} C4 C5``: a block for each claim, with its verdict and what it rests on."""

from __future__ import annotations

from docutils import nodes

from course_lib.book.evidence.directive import EvidenceDirective, link
from course_lib.book.evidence.findings import findings, verdict_of
from course_lib.book.evidence.reading import fold
from course_lib.book.evidence.source import judged
from course_lib.evidence import Judgement


class Claims(EvidenceDirective):
    """The claims named, each as a block that links to its entry in the ledger."""

    required_arguments = 1
    final_argument_whitespace = True

    def content_nodes(self) -> list[nodes.Node]:
        """How to read them, where there is anything to read; and one block a claim."""
        judgements = judged(self.env, self.arguments[0].split())
        guide = [fold(self)] if any(judgement.outcomes for judgement in judgements) else []
        return [*guide, *map(self._block, judgements)]

    def _block(self, judgement: Judgement) -> nodes.Node:
        claim = judgement.claim
        block = nodes.container(classes=["claim", "recorded"])
        head = nodes.paragraph(classes=["claim-head"])
        head += [entry_link(claim.id), nodes.Text(" "), verdict_of(judgement)]
        block += [head, nodes.paragraph("", claim.claim, classes=["claim-words"])]
        if claim.amended:
            changed = nodes.paragraph("", "Changed after first results: ", classes=["claim-changed"])
            changed += [link("see the ledger", label(claim.id)), nodes.Text(".")]
            block += changed
        block += findings(judgement)
        block += self.literature(judgement)
        return block


def entry_link(claim: str) -> nodes.Node:
    """A link to the claim's entry in the ledger."""
    return link(f"Claim {claim}", label(claim))


def label(claim: str) -> str:
    """The name of a claim's entry in the ledger."""
    return f"claim-{claim.lower()}"
