"""No figure in the text is typed: each comes from a run or a record, or is marked as a setting or a quotation."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

VOUCHED = frozenset({"computed", "given", "pasted-text", "recorded"})
"""Text of these classes has a source: the build's own count, the author's word, the page's run, a record."""

_EXEMPT = (
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.comment,
    addnodes.pending_xref,
    addnodes.desc,  # the reference, written from docstrings, whose examples the tests run
)
# Not the digits of a name (CIFAR-10, SM-2, float32). \u2212 is the minus sign; "2x" is a figure.
_NUMBER = re.compile(r"(?<![\w.])(?<![A-Za-z]-)[-+\u2212]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?(?!(?!x\b)\w)", re.IGNORECASE)
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


class Given(SphinxRole):
    """``{given}`0.1``` marks a figure that is a setting or a quotation, and so does not come from a run."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the figure as inline text of the class ``given``."""
        return [nodes.inline(self.rawtext, self.text, classes=["given"])], []


def numbers_without_source(doctree: nodes.document) -> list[tuple[str, nodes.Text]]:
    """Every number in a page's text that nothing vouches for, with the text in which it stands.

    Code and its outputs, maths, dates, citations and references are exempt.
    """
    found = []
    for text in doctree.findall(nodes.Text):
        if not _has_source(text):
            found += [(number, text) for number in numbers_in(text.astext())]
    return found


def numbers_in(words: str) -> list[str]:
    """The figures in words: not the digits of names and dates.

    Examples
    --------
    >>> numbers_in("In 2 of 5 runs on CIFAR-10")
    ['2', '5']
    """
    return _NUMBER.findall(_DATE.sub("", words))


def _has_source(text: nodes.Text) -> bool:
    node = text.parent
    while node is not None:
        classes = node.get("classes", ()) if isinstance(node, nodes.Element) else ()
        if isinstance(node, _EXEMPT) or VOUCHED & set(classes):
            return True
        if isinstance(node, nodes.caption):  # of a figure that a cell shows, but written by a person
            return False
        if "cell_output" in classes:
            return True
        node = node.parent
    return False


def _warn(app: Sphinx, doctree: nodes.document) -> None:
    for number, text in numbers_without_source(doctree):
        logger.warning(
            "%s comes from no run or record, and is not marked {given}: “%s”",
            number,
            " ".join(text.astext().split())[:80],
            location=text.parent,
            type="course",
            subtype="truth",
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_role("given", Given())
    app.connect("doctree-read", _warn)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
