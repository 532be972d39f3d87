"""What belongs together stays on one line: a formula and its full stop, a number and its per cent sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.truth import VOUCHED

KEPT = "course-kept"
"""The class of a formula with what is attached to it; the style sheet keeps it on one line."""

LONG = "course-long"
"""The class of one that may fill a narrow screen's line, which then need not hold the punctuation as well."""

LONGEST = 18
"""How many signs fit on a line of a narrow screen, even where they are set as widely as in a sum."""

_AS_WRITTEN = (
    nodes.FixedTextElement,  # blocks of code, of maths, comments
    nodes.literal,
    nodes.math,
    addnodes.desc_signature,
)
_PERCENT = re.compile(r"(?<=\d)[ \n]+(?=%)")
_PERCENT_AT_FIRST = re.compile(r"^[ \n]+(?=%)")
# Of a number, and not within one (1e-3, 2026-11-21) or a name.
_HYPHEN = re.compile(r"(?<![\w.)\]-])-(?=\.?\d)")
# A no-break space is part of a word; after a hyphen or a dash a line may be broken, as anywhere.
_DASH = r"\u2010-\u2014-"
_BEFORE = re.compile(rf"[^ \n\t{_DASH}]*\Z")
_AFTER = re.compile(rf"\A[^ \n\t{_DASH}]*[{_DASH}]?")
_ENDED = re.compile(rf"[{_DASH}]\Z")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_UNSEEN = re.compile(r"[\s{}^_&]")


def with_signs(text: str, figure: bool = False) -> str:
    r"""Return text with a no-break space before each per cent sign that follows a number.

    A `figure`, which is text that stands for a number, gets a true minus sign for a hyphen too.

    Examples
    --------
    >>> with_signs("58 % of CIFAR-10").encode("ascii", "backslashreplace")
    b'58\\xa0% of CIFAR-10'
    >>> with_signs("-0.5 to 1e-3", figure=True)
    '−0.5 to 1e-3'
    """
    text = _PERCENT.sub("\N{NO-BREAK SPACE}", text)
    return _HYPHEN.sub("\N{MINUS SIGN}", text) if figure else text


def signs(tex: str) -> int:
    r"""Return about how many signs wide a formula is.

    Examples
    --------
    >>> signs(r"\theta_{t+1} = x"), signs(r"\eta")
    (6, 1)
    """
    return len(_UNSEEN.sub("", _COMMAND.sub("x", tex)))


class KeepTogether(SphinxPostTransform):
    """Keeps a formula with what is attached to it, and a number with its signs; the pages' sources stay as they are.

    A browser draws a formula as a box, and may begin a line with the comma after a box. What stands beside a formula
    without a space becomes one element with it, of the class `KEPT`.
    """

    default_priority = 500  # after what is glued, cited and referred to has become text
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Change the page that is about to be written."""
        _set_signs(self.document)
        for parent in list(self.document.findall(nodes.TextElement)):
            if not _is_formula(parent):
                parent[:] = _joined(parent.children)


def _set_signs(parent: nodes.Element, figure: bool = False) -> None:
    if isinstance(parent, _AS_WRITTEN):
        return
    figure = figure or _is_figure(parent)
    children: list[nodes.Node] = []
    for child in parent.children:
        if isinstance(child, nodes.Text):
            words = with_signs(child, figure)
            if children and children[-1].astext()[-1:].isdigit():
                words = _PERCENT_AT_FIRST.sub("\N{NO-BREAK SPACE}", words)
            children.append(nodes.Text(words))
        else:
            if isinstance(child, nodes.Element):
                _set_signs(child, figure)
            children.append(child)
    parent[:] = children


def _is_figure(node: nodes.Node) -> bool:
    return isinstance(node, nodes.inline) and bool(VOUCHED & set(node["classes"]))


def _is_formula(node: nodes.Node) -> bool:
    """Whether this is a formula, or the emphasis or the link of one and of nothing else."""
    if isinstance(node, nodes.math):
        return True
    return (
        isinstance(node, nodes.Inline) and isinstance(node, nodes.Element) and len(node) == 1 and _is_formula(node[0])
    )


def _parted(children: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    """The children of an element; a formula at the end of emphasised words has an emphasis of its own."""
    for child in children:
        yield child
        if isinstance(child, nodes.emphasis | nodes.strong) and len(child) > 1:
            words, last = child[-2:]
            if isinstance(last, nodes.math) and words.astext()[-1:].isspace():
                child.remove(last)
                yield type(child)("", "", last)


def _joined(children: Iterable[nodes.Node]) -> list[nodes.Node]:
    """The children of an element, with each formula and what is attached to it in an element of their own."""
    joined: list[nodes.Node] = []
    word: nodes.inline | None = None  # to which the next child may be attached
    for child in _parted(children):
        if _is_formula(child):
            if word is None:
                word = nodes.inline("", "", *_taken_from_the_end(joined), classes=[KEPT])
                joined.append(word)
            word += child
        elif isinstance(child, nodes.Text) and word is not None:
            rest = _AFTER.sub("", child)
            attached = child[: len(child) - len(rest)]
            word += _text(attached)
            joined += _text(rest)
            if rest or _ENDED.search(attached):
                word = None
        else:
            word = None
            joined.append(child)
    return [_settled(node) for node in joined]


def _taken_from_the_end(joined: list[nodes.Node]) -> list[nodes.Node]:
    """Take from the end of what stands before a formula what is attached to it."""
    if not joined or not isinstance(joined[-1], nodes.Text):
        return []
    text = joined.pop().astext()
    rest = _BEFORE.sub("", text)
    joined += _text(rest)
    return _text(text[len(rest) :])


def _text(words: str) -> list[nodes.Node]:
    return [nodes.Text(words)] if words else []


def _settled(node: nodes.Node) -> nodes.Node:
    """A word as it is written: a formula by itself needs no element around it."""
    if not isinstance(node, nodes.inline) or KEPT not in node["classes"]:
        return node
    if len(node) == 1:
        return node[0]
    if sum(signs(child.astext()) for child in node) > LONGEST:
        node["classes"].append(LONG)
    return node


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_post_transform(KeepTogether)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
