"""What is told besides the text: the chapter at three depths, the dialogue, key concepts and memory aids."""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

from course_lib.book.assets import need
from course_lib.book.practice.elements import blocks, element, part, words
from course_lib.book.practice.shelf import PracticeDirective

_BARS = (
    '<svg class="depth-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">{}</svg>'
)
# A surface with what lies under it: one layer, two, three.
_LAYERS = tuple(
    f'<path d="M1 {y}q3.5-3 7 0t7 0" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>'
    for y in (4, 8, 12)
)
ICONS = {
    depth: _BARS.format("".join(_LAYERS[: layers + 1]))
    for layers, depth in enumerate(("quick", "standard", "detailed"))
}


class DepthsDirective(PracticeDirective):
    """``{depths}``: the summary at three depths, one after another; a script makes tabs of them."""

    def run(self) -> list[nodes.Node]:
        """Return the three parts."""
        summary = self.practice().summary
        need(self.env, "practice.css", "depths.js")
        panels = [self._panel(depth, blocks(self, getattr(summary, depth))) for depth in ICONS]
        return [
            element(
                "div",
                *panels,
                classes=["depths", "practice"],
                ids=["practice-depths"],
                quick_link="In short, at three depths",
            )
        ]

    def _panel(self, depth: str, content: list[nodes.Node]) -> part:
        heading = element(
            "heading", nodes.raw("", ICONS[depth], format="html"), f" {depth.capitalize()}", classes=["depth-name"]
        )
        return element("div", heading, *content, html={"data-depth": depth}, ids=[f"depth-{depth}"], classes=["depth"])


class DialogueDirective(PracticeDirective):
    """``{dialogue}``: teacher and student walk into the idea through a misconception."""

    def run(self) -> list[nodes.Node]:
        """Return the dialogue, a paragraph a line."""
        need(self.env, "practice.css")
        lines = []
        for speech in self.practice().dialogue:
            name = element("strong", f"{speech.speaker.capitalize()}.", classes=["speaker"])
            lines.append(element("p", name, " ", *words(self, speech.text), classes=["speech", speech.speaker]))
        return [element("div", *lines, classes=["dialogue"])]


class KeyConceptsDirective(PracticeDirective):
    """``{key-concepts}``: the chapter's terms with their definitions; each leads to the glossary, if there is one."""

    def run(self) -> list[nodes.Node]:
        """Return the list of definitions."""
        need(self.env, "practice.css")
        pairs = []
        for concept in self.practice().concepts:
            link = pending_xref(
                "",
                nodes.inline("", concept.term.text),
                refdomain="std",
                reftype="term",
                reftarget=concept.term.text.lower(),
                refdoc=self.env.docname,
                refexplicit=True,
            )
            pairs.append(element("dt", nodes.inline("", "", link)))
            pairs.append(element("dd", element("p", *words(self, concept.definition))))
        return [
            element(
                "dl",
                *pairs,
                classes=["key-concepts", "practice"],
                ids=["practice-key-concepts"],
                quick_link="Key concepts",
            )
        ]


class MemoryAidsDirective(PracticeDirective):
    """``{memory-aids}``: what to remember it by; of an analogy, where it holds and where it breaks."""

    def run(self) -> list[nodes.Node]:
        """Return the list of aids."""
        need(self.env, "practice.css")
        pairs = []
        for aid in self.practice().memory:
            pairs.append(element("dt", *words(self, aid.name)))
            told = element("dd", *blocks(self, aid.text))
            for label, text in (("It holds", aid.holds), ("It breaks", aid.breaks)):
                if text:
                    told += element("p", element("strong", f"{label}:"), " ", *words(self, text))
            pairs.append(told)
        return [
            element(
                "dl",
                *pairs,
                classes=["memory-aids", "practice"],
                ids=["practice-memory-aids"],
                quick_link="Memory aids",
            )
        ]


def register(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("depths", DepthsDirective)
    app.add_directive("dialogue", DialogueDirective)
    app.add_directive("key-concepts", KeyConceptsDirective)
    app.add_directive("memory-aids", MemoryAidsDirective)
