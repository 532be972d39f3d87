"""The flashcards: a table of fronts and backs, which a script deals out in five ways."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from course_lib.book.assets import need
from course_lib.book.names import page_name, title
from course_lib.book.practice.anki import COURSE, FOLDER
from course_lib.book.practice.elements import blocks, element, part
from course_lib.book.practice.shelf import PracticeDirective, shelf, whole
from course_lib.book.practice.source import Card

_SCRIPTS = (
    "sm2.js",
    "cards.js",
    "cards-flip.js",
    "cards-learn.js",
    "cards-test.js",
    "cards-match.js",
    "cards-spaced.js",
)
_METHOD = (
    "Spaced practice goes by SM-2: P. A. Wozniak, Optimization of learning (master's thesis, University of Technology "
    "in Poznan, 1990), chapter 3.2. The dates are kept in this browser."
)


class FlashcardsDirective(PracticeDirective):
    """``{flashcards}``: the cards of this chapter; with the argument ``all``, those of every chapter."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the cards, a table a chapter, and links to the decks for Anki."""
        if self.arguments:
            directives.choice(self.arguments[0], ("all",))
            decks = shelf(self.env)
            whole(self.env).add(self.env.docname)
            for practice in decks.values():
                self.env.note_dependency(str(practice.path))
        else:
            decks = {self.env.docname: self.practice()}
        need(self.env, "store.js", "practice.css", "cards.css", *_SCRIPTS)
        tables = [self._table(docname, practice.cards) for docname, practice in decks.items()]
        return [
            element(
                "div",
                *tables,
                self._downloads(list(decks)),
                element("p", _METHOD, classes=["method", "given"]),
                classes=["cards", "practice"],
                ids=["practice-flashcards"],
                quick_link="Flashcards",
            )
        ]

    def _table(self, docname: str, cards: tuple[Card, ...]) -> part:
        # The roles are those that the elements have; a style that stacks the cells on a phone takes them away.
        sides = [element("th", side, html={"scope": "col", "role": "columnheader"}) for side in ("Front", "Back")]
        head = element("tr", *sides, html={"role": "row"})
        rows = [
            element(
                "tr",
                element("td", *blocks(self, card.front), html={"role": "cell"}, classes=["front"]),
                element("td", *blocks(self, card.back), html={"role": "cell"}, classes=["back"]),
                html={"data-id": card.id, "role": "row"},
            )
            for card in cards
        ]
        page = page_name(docname)
        return element(
            "table",
            element("caption", "Cards of ", _title_of(docname)),
            element("thead", head, html={"role": "rowgroup"}),
            element("tbody", *rows, html={"role": "rowgroup"}),
            html={"data-page": page, "role": "table"},
            classes=["deck"],
        )

    def _downloads(self, docnames: list[str]) -> part:
        chapters = [(page_name(docname), _title_of(docname)) for docname in docnames]
        if not self.arguments:
            chapters = [(page_name(self.env.docname), nodes.Text("this chapter"))]
        up = "../" * self.env.docname.count("/")
        links: list[nodes.Node | str] = []
        for page, name in [*chapters, (COURSE, nodes.Text("the whole course"))]:
            html = {"href": f"{up}{FOLDER}/{page}.apkg", "download": ""}
            links += [", " if links else "For Anki: ", element("a", name, html=html, classes=["deck-download"])]
        return element("p", *links, ".", classes=["downloads"])


def _title_of(docname: str) -> nodes.Node:
    """Return a place for the title of a page, which is known when all pages have been read."""
    return element("span", deck_of=docname)


def _name_decks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in doctree.findall(part):
        if "deck_of" in place:
            place += nodes.Text(title(app.env, place["deck_of"]))


def register(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("flashcards", FlashcardsDirective)
    app.connect("doctree-resolved", _name_decks)
