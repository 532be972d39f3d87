"""What the directives of the evidence share."""

from __future__ import annotations

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from course_lib.book.assets import need
from course_lib.evidence import Judgement, RecordError
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

    def inlines(self, text: str) -> list[nodes.Node]:
        """The nodes inside the paragraphs of such a text."""
        return [child for block in self.parsed(text) for child in block.children]

    def literature(self, judgement: Judgement) -> nodes.Node:
        """What the literature says, with its references."""
        claim = judgement.claim
        text = f"{claim.literature} {{cite:p}}`{','.join(claim.citation)}`"
        return said("In the literature", "claim-literature", *self.inlines(text))


def said(title: str, style: str, *children: nodes.Node) -> nodes.paragraph:
    """A paragraph that begins with a bold word."""
    paragraph = nodes.paragraph(classes=[style])
    paragraph += [nodes.strong("", f"{title}."), nodes.Text(" "), *children]
    return paragraph


def link(words: str, target: str) -> nodes.Node:
    """A link in the text to what has a name in the book."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", words),
        refdomain="std",
        reftype="ref",
        reftarget=target,
        refexplicit=True,
        refwarn=True,
    )
