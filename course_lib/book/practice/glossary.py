"""The glossary of the course, and the role that shows a term's definition where the term is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging

from course_lib.book.assets import need
from course_lib.book.names import title
from course_lib.book.practice.elements import blocks, element, part
from course_lib.book.practice.shelf import PracticeDirective, concepts, shelf, whole
from course_lib.book.practice.source import Concept

logger = logging.getLogger(__name__)


def anchor(term: str) -> str:
    """Return the place of a term on the glossary's page.

    >>> anchor("Noise floor")
    'term-noise-floor'
    """
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


class TermRole(XRefRole):
    """``{term}`noise floor```: a link to the glossary, with the definition beside it at its first use on the page.

    Replaces Sphinx's role of the same name, whose links it makes.
    """

    def __init__(self) -> None:
        super().__init__(lowercase=True, innernodeclass=nodes.inline, warn_dangling=True)

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link and the definition; where a definition uses a term, no second one opens within it."""
        document = self.inliner.document
        place = f"{document['source']}:{self.lineno}"
        known = concepts(self.env)
        key = re.sub(r"\s+", " ", self.target).lower()
        if key not in known:
            logger.warning(
                "no practice file defines the term %r", self.target, location=place, type="course", subtype="term"
            )
            return [nodes.inline("", self.title)], []
        if self.env.temp_data.get("course_in_a_definition"):
            return [nodes.inline("", self.title)], []
        _, concept = known[key]
        self.env.note_dependency(str(concept.term.path))
        _uses(self.env).setdefault(self.env.docname, set()).add(key)
        need(self.env, "practice.css", "glossary.css", "glossary.js")
        self.target = key
        links, messages = super().run()
        shown = self.env.temp_data.setdefault("course_terms_shown", set())
        for link in links:
            if isinstance(link, nodes.Element):
                link["classes"].append("has-definition")
        if key in shown:
            return links, messages
        shown.add(key)
        return [*links, self._definition(concept)], messages

    def _definition(self, concept: Concept) -> part:
        with _in_a_definition(self.env):
            parsed, _ = self.inliner.parse(concept.definition.text, self.lineno, SimpleNamespace(), nodes.inline())
        html = {"hidden": "", "role": "tooltip", "data-term": anchor(concept.term.text)}
        return element("span", nodes.inline("", "", *parsed), html=html, classes=["definition"])


class GlossaryDirective(PracticeDirective):
    """``{glossary-of-the-course}``: every key concept, by the alphabet, with the chapters that use it."""

    def run(self) -> list[nodes.Node]:
        """Return the list; the chapters are filled in when all of them have been read."""
        need(self.env, "practice.css", "glossary.css")
        for practice in shelf(self.env).values():
            self.env.note_dependency(str(practice.path))
        whole(self.env).add(self.env.docname)
        standard = cast(StandardDomain, self.env.get_domain("std"))
        pairs: list[nodes.Node] = []
        for key, (_, concept) in sorted(concepts(self.env).items()):
            place = anchor(key)
            standard.note_object("term", key, place)
            uses = element("p", "Chapters: ", nodes.inline("", "", users_of=key), classes=["users"])
            pairs.append(element("dt", concept.term.text, ids=[place]))
            with _in_a_definition(self.env):
                pairs.append(element("dd", *blocks(self, concept.definition), uses))
        return [element("dl", *pairs, classes=["course-glossary"])]


@contextmanager
def _in_a_definition(env: BuildEnvironment) -> Iterator[None]:
    env.temp_data["course_in_a_definition"] = True
    try:
        yield
    finally:
        del env.temp_data["course_in_a_definition"]


def _uses(env: BuildEnvironment) -> dict[str, set[str]]:
    if not hasattr(env, "course_term_uses"):
        env.course_term_uses = {}  # type: ignore[attr-defined]
    uses: dict[str, set[str]] = env.course_term_uses  # type: ignore[attr-defined]
    return uses


def _forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _uses(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
    _uses(env).update({name: uses for name, uses in _uses(other).items() if name in docnames})


def _write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have the glossary written in every build, for any page may have begun to use a term."""
    return sorted(whole(env))


def _name_the_chapters(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    known = concepts(app.env)
    for place in doctree.findall(nodes.inline):
        if "users_of" in place:
            key = place["users_of"]
            pages = {known[key][0], *(page for page, used in _uses(app.env).items() if key in used)} - {docname}
            for number, page in enumerate(sorted(pages)):
                address = app.builder.get_relative_uri(docname, page)
                place += [
                    nodes.Text(", " if number else ""),
                    nodes.reference("", title(app.env, page), internal=True, refuri=address),
                ]


def register(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_role_to_domain("std", "term", TermRole(), override=True)
    app.add_directive("glossary-of-the-course", GlossaryDirective)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _write_again)
    app.connect("doctree-resolved", _name_the_chapters)
