"""The row of tools under a chapter's title: listen, download as a notebook, open on Colab or Binder."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.assets import need
from course_lib.book.notebook import export, notebook_path
from course_lib.book.pages.chapter import is_chapter
from course_lib.book.repository import read_repository

_LISTEN = (
    '<button type="button" class="course-tool" data-course-listen aria-expanded="false" hidden>'
    '<i class="fa-solid fa-volume-high" aria-hidden="true"></i> Listen</button>'
)


def tools(links: list[tuple[str, str, str, str]]) -> str:
    """Return the row of tools as HTML: for each link its address, icon, words, and further attributes.

    Examples
    --------
    >>> "Download" in tools([("a.ipynb", "fa-download", "Download", "download")])
    True
    """
    written = "".join(
        f'<li><a class="course-tool" href="{escape(address)}" {more}>'
        f'<i class="fa-solid {icon}" aria-hidden="true"></i> {escape(words)}</a></li>'
        for address, icon, words, more in links
    )
    return f'<ul class="course-tools" aria-label="Tools for this page"><li hidden>{_LISTEN}</li>{written}</ul>'


def _place(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    if not is_chapter(app, page):
        return
    notebook = notebook_path(page)
    links = [(context["pathto"](notebook, 1), "fa-download", "Notebook", "download")]
    repository = read_repository(Path(app.confdir, "_config.yml"))
    if repository is not None and repository.on_github:
        links.append((repository.colab(notebook), "fa-up-right-from-square", "Open in Colab", 'rel="noopener"'))
        links.append((repository.binder(notebook), "fa-up-right-from-square", "Open in Binder", 'rel="noopener"'))
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{tools(links)}", 1)


def _bring_in(app: Sphinx, doctree: nodes.document) -> None:
    if is_chapter(app, app.env.docname):
        need(app.env, "pages.css", "listen.js")


def _write_notebooks(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.name == "html":
        export(Path(app.confdir), Path(app.outdir))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.connect("doctree-read", _bring_in)
    app.connect("html-page-context", _place)
    app.connect("build-finished", _write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
