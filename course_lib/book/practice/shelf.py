"""All practice files of the book, read once a build, and the directives' way to theirs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from course_lib.book.names import page_name
from course_lib.book.practice.source import Concept, Practice, read
from course_lib.sheet import SheetError


def shelf(env: BuildEnvironment) -> dict[str, Practice]:
    """Return the practice material of each page that has some, by the page's docname, in the order of the names."""
    found: dict[str, Practice] = env.course_practice  # type: ignore[attr-defined] # made to carry what extensions put there
    return found


def concepts(env: BuildEnvironment) -> dict[str, tuple[str, Concept]]:
    """Return the page that explains each term, and the concept, by the term in small letters."""
    return {
        concept.term.text.lower(): (page, concept)
        for page, practice in shelf(env).items()
        for concept in practice.concepts
    }


def whole(env: BuildEnvironment) -> set[str]:
    """Return the pages that show every practice file, such as the glossary; who shows them all adds its page."""
    if not hasattr(env, "course_whole_shelf"):
        env.course_whole_shelf = set()  # type: ignore[attr-defined]
    pages: set[str] = env.course_whole_shelf  # type: ignore[attr-defined]
    return pages


class PracticeDirective(SphinxDirective):
    """A directive that shows a part of its page's practice file."""

    def practice(self) -> Practice:
        """Return the practice material of this page, which is read again when its file changes."""
        found = shelf(self.env).get(self.env.docname)
        if found is None:
            folder = Path(self.env.srcdir, self.env.docname).parent / "practice"
            self.fail(f"{{{self.name}}} needs {folder / page_name(self.env.docname)}.yml, which is not there")
        self.env.note_dependency(str(found.path))
        return found

    def fail(self, problem: str) -> NoReturn:
        """Stop the build with what is wrong at this directive."""
        raise ExtensionError(f"{self.env.doc2path(self.env.docname)}:{self.lineno}: {problem}")


def _fill(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Read every file in a folder ``practice`` beside pages; each is named after its page."""
    found: dict[str, Practice] = {}
    terms: dict[str, str] = {}
    for folder in sorted({str(Path(name).parent) for name in env.found_docs}):
        for path in sorted(Path(env.srcdir, folder, "practice").glob("*.yml")):
            page = (Path(folder) / path.stem).as_posix()
            if page not in env.found_docs:
                raise ExtensionError(
                    f"{path}:1: there is no page {page}; the file is named after the page that it is for"
                )
            try:
                found[page] = read(path)
            except SheetError as error:
                raise ExtensionError(str(error)) from error
            for concept in found[page].concepts:
                first = terms.setdefault(concept.term.text.lower(), concept.term.place)
                if first != concept.term.place:
                    raise ExtensionError(
                        f"{concept.term.place}: the term {concept.term.text!r} is defined at {first}, too"
                    )
    if getattr(env, "course_practice", {}).keys() != found.keys():
        docnames.extend(whole(env) - set(docnames))
    env.course_practice = found  # type: ignore[attr-defined]


def _forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    whole(env).discard(docname)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
    whole(env).update(whole(other) & set(docnames))


def register(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-before-read-docs", _fill)
