"""The directive ``{claims} C4 C5``: a block for each claim, with its verdict and what it rests on."""

from __future__ import annotations

from collections import Counter

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from course_lib.book.assets import need
from course_lib.book.evidence.source import judged
from course_lib.evidence import Judgement, Outcome, RecordError
from course_lib.evidence.wording import INTERVAL, counts_words, effect_words
from course_lib.sheet import SheetError


class EvidenceDirective(SphinxDirective):
    """What the directives of the evidence share: its style sheet, its errors, and text with citations in it."""

    def run(self) -> list[nodes.Node]:
        """Bring the style sheet and make the nodes; what is wrong fails the build, with file and line."""
        need(self.env, "evidence.css")
        try:
            return self.content_nodes()
        except (SheetError, RecordError, LookupError) as error:
            raise self.error(str(error.args[0])) from error

    def content_nodes(self) -> list[nodes.Node]:
        """What stands on the page."""
        raise NotImplementedError

    def parsed(self, text: str) -> list[nodes.Node]:
        """The nodes of a text of the page's own markup."""
        holder = nodes.container()
        self.state.nested_parse(StringList([text], source=self.env.docname), self.content_offset, holder)
        return holder.children

    def literature(self, judgement: Judgement) -> nodes.Node:
        """What the literature says, with its references."""
        claim = judgement.claim
        text = f"{claim.literature} {{cite:p}}`{','.join(claim.citation)}`"
        return said("In the literature", "claim-literature", *inlines(self.parsed(text)))


class Claims(EvidenceDirective):
    """The claims named, each as a block that links to its entry in the ledger."""

    required_arguments = 1
    final_argument_whitespace = True

    def content_nodes(self) -> list[nodes.Node]:
        """One block a claim."""
        return [self._block(judgement) for judgement in judged(self.env, self.arguments[0].split())]

    def _block(self, judgement: Judgement) -> nodes.Node:
        claim = judgement.claim
        block = nodes.container(classes=["claim", "recorded"])
        head = nodes.paragraph(classes=["claim-head"])
        head += [entry_link(claim.id), nodes.Text(" "), verdict_of(judgement)]
        block += [head, nodes.paragraph("", claim.claim, classes=["claim-words"])]
        block += findings(judgement)
        block += self.literature(judgement)
        return block


def verdict_of(judgement: Judgement) -> nodes.inline:
    """The verdict in a word, which the style sheet puts a shape before."""
    kind = judgement.verdict.name.lower().replace("_", "-")
    return nodes.inline("", judgement.words, classes=["verdict", f"verdict-{kind}"])


def entry_link(claim: str) -> nodes.Node:
    """A link to the claim's entry in the ledger."""
    words = nodes.inline("", f"Claim {claim}")
    return addnodes.pending_xref(
        "", words, refdomain="std", reftype="ref", reftarget=label(claim), refexplicit=True, refwarn=True
    )


def label(claim: str) -> str:
    """The name of a claim's entry in the ledger."""
    return f"claim-{claim.lower()}"


def findings(judgement: Judgement) -> list[nodes.Node]:
    """What each comparison gave, as a list, and where the record comes from."""
    if judgement.record is None:
        return []
    outcomes = judgement.outcomes
    levels = Counter(outcome.comparison.level for outcome in outcomes)
    results = nodes.bullet_list(classes=["claim-findings"])
    for outcome in outcomes:
        alone = levels[outcome.comparison.level] == 1
        results += nodes.list_item("", _finding(outcome, [] if len(outcomes) == 1 else _which(outcome, alone=alone)))
    made = judgement.record.made[-1]
    provenance = (
        f"A minus B, mean and {INTERVAL} interval over paired seeds; {judgement.record.scale} scale, {made['date']}."
    )
    return [results, nodes.paragraph("", provenance, classes=["claim-provenance"])]


def _finding(outcome: Outcome, which: list[str]) -> nodes.paragraph:
    comparison = outcome.comparison
    paragraph = nodes.paragraph()
    if which:
        paragraph += nodes.emphasis("", ", ".join(which))
        paragraph += nodes.Text(": ")
    paragraph += nodes.strong("", effect_words(outcome))
    paragraph += nodes.Text(
        f", {comparison.metric}. A: {comparison.sides[0]}; B: {comparison.sides[1]}."
        f" {counts_words(outcome.comparison).capitalize()}" + (f": {outcome.effect.verdict}." if which else ".")
    )
    return paragraph


def _which(outcome: Outcome, *, alone: bool) -> list[str]:
    """Which comparison of several it is: its level, and its name unless it is alone at that level."""
    name = outcome.comparison.name.replace("-", " ").replace("cnn", "CNN").replace("mlp", "MLP")
    level = outcome.comparison.level
    return [name] if level is None else [level] if alone else [level, name]


def said(title: str, style: str, *children: nodes.Node) -> nodes.paragraph:
    """A paragraph that begins with a bold word."""
    paragraph = nodes.paragraph(classes=[style])
    paragraph += [nodes.strong("", f"{title}."), nodes.Text(" "), *children]
    return paragraph


def inlines(blocks: list[nodes.Node]) -> list[nodes.Node]:
    """The contents of paragraphs."""
    return [child for block in blocks for child in block.children]
