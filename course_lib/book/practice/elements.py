"""Elements of HTML as nodes of a page, and Markdown of a practice file parsed into a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from course_lib.sheet import Text

logger = logging.getLogger(__name__)

_VOID = ("input",)
_BLOCKS = (
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "legend",
    "li",
    "p",
    "summary",
    "td",
    "th",
    "tr",
    "ul",
)


class part(nodes.General, nodes.Element):  # noqa: N801 - docutils names its nodes so
    """An element of HTML: the tag in ``tag``, its attributes in ``html``. Other formats see only what it holds."""


def element(tag: str, *children: nodes.Node | str, html: dict[str, str] | None = None, **attributes: object) -> part:
    """Return an element that holds `children`.

    Parameters
    ----------
    tag
        Its name, such as ``fieldset``.
    children
        Nodes and texts.
    html
        Attributes of the HTML element.
    attributes
        Attributes of the node, such as ``classes`` and ``ids``, which are written as HTML's, too.
    """
    node = part("", tag=tag, html=html or {}, **attributes)
    node += [nodes.Text(child) if isinstance(child, str) else child for child in children]
    return node


def blocks(directive: SphinxDirective, text: Text) -> list[nodes.Node]:
    """Parse Markdown by the parser of the page; what is wrong with it is reported at its own file and line."""
    holder = nodes.Element()
    with _read_from(directive.state.document, text):
        lines = StringList(text.text.splitlines(), source=str(text.path))
        directive.state.nested_parse(lines, text.line - 1 - directive.lineno, holder)
    return list(holder.children)


def words(directive: SphinxDirective, text: Text) -> list[nodes.Node]:
    """Parse Markdown that is one paragraph, and return what is in it; where HTML takes no more than words."""
    parsed = blocks(directive, text)
    if len(parsed) != 1 or not isinstance(parsed[0], nodes.paragraph):
        complain(text, "should be one paragraph, without a list, a displayed formula or the like")
        return []
    # Docutils wants links to lie in an element of text, which `part` is not.
    return [nodes.inline("", "", *parsed[0].children)]


def complain(text: Text, problem: str) -> None:
    """Warn, and so fail the build, about a text of a practice file."""
    logger.warning(problem, location=text.place, type="course", subtype="practice")


@contextmanager
def _read_from(document: nodes.document, text: Text) -> Iterator[None]:
    """Let the parser take `text` for its source, for it writes the source into nodes and warnings."""
    page, document["source"] = document["source"], str(text.path)
    try:
        yield
    finally:
        document["source"] = page


def _tag(translator: HTML5Translator, node: part) -> str:
    if node["tag"] != "heading":
        return str(node["tag"])
    depth = 1
    above: nodes.Node | None = node.parent
    while above is not None:
        depth += isinstance(above, nodes.section)
        above = above.parent
    return f"h{min(depth, 6)}"


def _visit(translator: HTML5Translator, node: part) -> None:
    write = translator.emptytag if node["tag"] in _VOID else translator.starttag
    translator.body.append(write(node, _tag(translator, node), "", **node["html"]))


def _depart(translator: HTML5Translator, node: part) -> None:
    if node["tag"] not in _VOID:
        # A line ends here for whoever reads the text alone: a search, a voice.
        end = "\n" if node["tag"] in _BLOCKS else ""
        translator.body.append(f"</{_tag(translator, node)}>{end}")


def _pass(translator: nodes.NodeVisitor, node: part) -> None:
    """Other formats have no such element."""


def register(app: Sphinx) -> None:
    """Register the node with Sphinx."""
    app.add_node(part, html=(_visit, _depart), latex=(_pass, _pass), text=(_pass, _pass))
