"""The head of a chapter: what to know before, how long it takes, what one can do afterwards, and where things are."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from course_lib.book.assets import need
from course_lib.book.practice.elements import blocks, element, part
from course_lib.book.practice.shelf import PracticeDirective
from course_lib.sheet import Text

# Silent reading of English non-fiction goes at 238 words a minute on average (Brysbaert 2019, Journal of Memory and
# Language 109); with formulas and figures between the words, it is slower.
WORDS_A_MINUTE = 200

_NOT_READ = (nodes.literal_block, nodes.math, nodes.math_block, nodes.raw, nodes.comment, nodes.Invisible)


class ChapterHead(PracticeDirective):
    """``{chapter-head}``: prerequisites, reading time, objectives, and links to the parts of the page."""

    def run(self) -> list[nodes.Node]:
        """Return the head; what depends on the whole page is filled in when that has been read."""
        practice = self.practice()
        need(self.env, "practice.css")
        return [
            element(
                "div",
                element("p", classes=["reading-time", "computed"]),
                element("p", "You need", classes=["head-label"]),
                self._list(practice.prerequisites),
                element("p", "Afterwards you can", classes=["head-label"]),
                self._list(practice.objectives),
                element("nav", html={"aria-label": "Parts of this chapter"}, classes=["quick-links"]),
                classes=["chapter-head", "practice"],
            )
        ]

    def _list(self, texts: tuple[Text, ...]) -> part:
        return element("ul", *(element("li", *blocks(self, text)) for text in texts))


def words_to_read(node: nodes.Node) -> int:
    """Count the words of a page that are read from beginning to end: no code, no output, no practice material."""
    if isinstance(node, nodes.Text):
        return len(node.split())
    if isinstance(node, _NOT_READ) or (isinstance(node, nodes.Element) and {"cell", "practice"} & {*node["classes"]}):
        return 0
    return sum(words_to_read(child) for child in node.children)


def _fill(app: Sphinx, doctree: nodes.document) -> None:
    heads = [node for node in doctree.findall(part) if "chapter-head" in node["classes"]]
    if not heads:
        return
    minutes = max(1, round(words_to_read(doctree) / WORDS_A_MINUTE))
    unit = "minute" if minutes == 1 else "minutes"
    time = f"About {minutes} {unit} of reading, at {WORDS_A_MINUTE} words a minute, without code and practice"
    links: list[nodes.Node] = []
    for place in doctree.findall(nodes.Element):
        if place.get("quick_link"):
            reference = nodes.reference("", place["quick_link"], internal=True, refid=place["ids"][0])
            links.append(element("li", nodes.inline("", "", reference)))
    for head in heads:
        for place in head.findall(part):
            if "reading-time" in place["classes"]:
                place += nodes.Text(time)
            elif "quick-links" in place["classes"] and links:
                place += element("ul", *(link.deepcopy() for link in links))


def register(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("chapter-head", ChapterHead)
    app.connect("doctree-read", _fill)
