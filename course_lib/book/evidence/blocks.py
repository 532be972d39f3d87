"""The directive ``{claims} C4 C5``: a block for each claim, with its verdict and what it rests on."""

from __future__ import annotations

from docutils import nodes

from course_lib.book.evidence.directive import EvidenceDirective, link
from course_lib.book.evidence.findings import findings, verdict_of
from course_lib.book.evidence.reading import fold
from course_lib.book.evidence.source import judged
from course_lib.evidence import Judgement

_TOLD = "course-claims-told"


class Claims(EvidenceDirective):
    """The claims named, each as a block that links to its entry in the ledger."""

    required_arguments = 1
    final_argument_whitespace = True

    def content_nodes(self) -> list[nodes.Node]:
        """How to read them, before the first on a page of which there is anything to read; and one block a claim."""
        judgements = judged(self.env, self.arguments[0].split())
        told: list[Judgement] = self.env.temp_data.setdefault(_TOLD, [])
        found: list[nodes.Node] = []
        for judgement in judgements:
            if judgement.outcomes and not any(each.outcomes for each in told):
                found.insert(0, fold(self))
            found.append(self._block(judgement, told))
            told.append(judgement)
        return found

    def _block(self, judgement: Judgement, before: list[Judgement]) -> nodes.Node:
        claim = judgement.claim
        block = nodes.container(classes=["claim", "recorded"])
        head = nodes.paragraph(classes=["claim-head"])
        head += [entry_link(claim.id), nodes.Text(" "), verdict_of(judgement)]
        block += [head, nodes.paragraph("", claim.claim, classes=["claim-words"])]
        if claim.amended:
            changed = nodes.paragraph("", "Changed after first results: ", classes=["claim-changed"])
            changed += [link("see the ledger", label(claim.id)), nodes.Text(".")]
            block += changed
        block += findings(judgement, before)
        block += self.literature(judgement)
        return block


def entry_link(claim: str) -> nodes.Node:
    """A link to the claim's entry in the ledger."""
    return link(f"Claim {claim}", label(claim))


def label(claim: str) -> str:
    """The name of a claim's entry in the ledger."""
    return f"claim-{claim.lower()}"
