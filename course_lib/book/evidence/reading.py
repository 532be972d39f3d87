"""How a claim's block is to be read: the words of the fold in it, and of ``{verdicts}`` on the ledger's page."""

from __future__ import annotations

from docutils import nodes

from course_lib.book.evidence.directive import EvidenceDirective, link
from course_lib.book.practice.elements import element
from course_lib.evidence.wording import INTERVAL

LEDGER = "ledger"
"""The label of the page with the ledger."""

READING = (
    (
        "A \N{MINUS SIGN} B",
        "What A gave minus what B gave, seed by seed, and the mean of these differences. Runs that share a seed start"
        " from the same weights and meet the images in the same order. Where B is a fixed value, it is subtracted"
        " from what each run of A gave. Each figure is rounded by itself, so the last digits may not add up.",
    ),
    (
        "The interval",
        f"In brackets: the {INTERVAL} interval of that mean (Student's). It is computed as if a difference could have"
        " any size, so it may reach beyond what is possible.",
    ),
    (
        "The verdict on a comparison",
        "*Supported here*: the whole interval lies beyond the smallest effect that counts, which stands under"
        " *expected*. *Not supported here*: the whole interval falls short of it. *Undecided*: the interval holds it."
        " Where *less* than some difference is expected, that difference is a margin: supported here when the whole"
        " interval keeps within it.",
    ),
    (
        "The verdict on a claim",
        "A claim needs all its comparisons. It is not supported here as soon as one of them is not; supported here when"
        " all are; undecided otherwise. A claim may have a factor, named beforehand; then each of its levels is judged"
        " like this. Where all levels agree, their verdict is the claim's. It *depends on* the factor when it is"
        " supported at one level and not supported at another. Any other mixture leaves it undecided.",
    ),
    (
        "Full scale",
        "The size at which claims are judged: as many images, epochs and seeds as were planned for the record; the"
        " ledger says how many, and how long that took. At *page scale* the same experiment is over in seconds, with"
        " few of each; it shows how the runs are made, and decides nothing.",
    ),
)
"""Terms, and what is said of each in the page's markup."""


class Verdicts(EvidenceDirective):
    """What makes a verdict, term by term."""

    def content_nodes(self) -> list[nodes.Node]:
        """The terms as a list of definitions."""
        return [terms(self)]


def terms(directive: EvidenceDirective) -> nodes.definition_list:
    """The terms with their definitions, parsed by the parser of the page."""
    listed = nodes.definition_list(classes=["verdict-terms", "computed"])
    for term, words in READING:
        meaning = nodes.definition("", nodes.paragraph("", "", *directive.inlines(words)))
        listed += nodes.definition_list_item("", nodes.term("", term), meaning)
    return listed


def fold(directive: EvidenceDirective) -> nodes.Element:
    """The same behind one line, with a link to the ledger."""
    more = nodes.paragraph("", "More, and all claims: ", link("the ledger of claims", LEDGER), nodes.Text("."))
    summary = element("summary", "How to read this")
    return element("details", summary, terms(directive), more, classes=["claims-reading"])
