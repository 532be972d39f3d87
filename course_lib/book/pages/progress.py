"""What has been read: marks and ticks on every page, and ``{progress}``, the table of all chapters."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.assets import need
from course_lib.book.names import page_name, title
from course_lib.book.pages.chapter import chapters
from course_lib.book.practice.shelf import shelf


class progress(nodes.General, nodes.Element):  # noqa: N801 - docutils writes its nodes small
    """Where the table stands; written once all chapters are known."""


class Progress(SphinxDirective):
    """``{progress}``: pages read, questions answered and cards begun, of each chapter, from the reader's own record."""

    def run(self) -> list[nodes.Node]:
        """Return the table's place."""
        need(self.env, "store.js", "pages.css", "progress.js")
        return [progress()]


def table(course: str, rows: list[dict[str, Any]], addresses: list[str]) -> str:
    """Return the table as HTML, with what the script needs to fill it.

    Parameters
    ----------
    course
        The course's name.
    rows
        For each chapter ``page``, ``title``, ``questions`` and ``cards``: how many there are.
    addresses
        Where the chapters lie, seen from the page.
    """
    data = json.dumps({"course": course, "chapters": rows}).replace("<", "\\u003c")
    lines = "".join(
        f'<tr data-page="{escape(row["page"])}"><th scope="row"><a href="{escape(address)}">{escape(row["title"])}</a>'
        "</th><td></td><td></td><td></td></tr>"
        for row, address in zip(rows, addresses, strict=True)
    )
    columns = "".join(f'<th scope="col">{name}</th>' for name in ("Chapter", "Reading", "Quiz", "Cards"))
    return f"""
<div class="course-progress" data-course-progress>
<script type="application/json">{data}</script>
<noscript><p>Your browser runs no scripts here, and so keeps no record.</p></noscript>
<p data-part="lasting" hidden>This browser keeps nothing after you close the page; save a file before you leave.</p>
<div class="pst-scrollable-table-container"><table class="table">
<thead><tr>{columns}</tr></thead>
<tbody>{lines}</tbody></table></div>
<div class="course-actions" data-part="actions" hidden>
<label>Your name, if the file is for your teacher<br><input type="text" data-part="name" autocomplete="name"></label>
<button type="button" data-part="save">Save as a file</button>
<input type="file" id="course-load" class="visually-hidden" data-part="load" accept="application/json,.json">
<label for="course-load" class="course-file">Read a file in</label>
<button type="button" data-part="clear">Forget everything</button>
</div>
<p role="status"></p>
</div>
"""


def _write(app: Sphinx, doctree: nodes.document, page: str) -> None:
    found = list(doctree.findall(progress))
    if not found:
        return
    practice = shelf(app.env)
    listed = chapters(app)
    rows = [
        {
            "page": page_name(each),
            "title": title(app.env, each),
            "questions": len(practice[each].quiz) if each in practice else 0,
            "cards": len(practice[each].cards) if each in practice else 0,
        }
        for each in listed
    ]
    addresses = [app.builder.get_relative_uri(page, each) for each in listed]
    written = table(str(app.config.html_title), rows, addresses)
    for node in found:
        node.replace_self(nodes.raw("", written, format="html"))


def _outdated(app: Sphinx, env: Any) -> list[str]:  # noqa: ANN401 - Sphinx passes its own
    """Have the table written again with every build: it speaks of all the chapters."""
    return [page for page in env.found_docs if "data-course-progress" in env.metadata.get(page, {})]


def _bring_in(app: Sphinx, doctree: nodes.document) -> None:
    need(app.env, "store.js", "pages.css", "reading.js")
    if next(doctree.findall(progress), None) is not None:
        app.env.metadata[app.env.docname]["data-course-progress"] = "yes"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_node(progress)
    app.add_directive("progress", Progress)
    app.connect("doctree-read", _bring_in)
    app.connect("doctree-resolved", _write)
    app.connect("env-updated", _outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
