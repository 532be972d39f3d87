"""When each chapter was executed: a table for the reader, and what tells Sphinx which pages have to be read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.execution import Execution
from course_lib.book.kept import Kept

_SEEN = Kept[Execution | None]("course_executions")
"""Which execution's outputs the page of a chapter was written with; None for a page that tells of them all."""


class ExecutionStatus(SphinxDirective):
    """``{execution-status}``: a table of the executed pages, with the seconds that each took and when."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        executions: Mapping[str, Execution] = self.config.course_executions
        seen = _SEEN.of(self.env)
        seen[self.env.docname] = None  # read again whenever anything was executed
        rows = [
            (
                _link(self.env, name),
                nodes.inline("", f"{execution.seconds:.0f}", classes=["recorded"]),
                nodes.inline("", f"{execution.when:%Y-%m-%d %H:%M}", classes=["recorded"]),
            )
            for name, execution in executions.items()
        ]
        headings = [nodes.Text(words) for words in ("page", "seconds", "executed (UTC)")]
        return [_table(headings, rows)]


def _link(env: BuildEnvironment, name: str) -> nodes.Node:
    reference = pending_xref(
        "", nodes.inline(), refdomain="std", reftype="doc", reftarget=f"/{name}", refdoc=env.docname, refexplicit=False
    )
    reference["refwarn"] = True
    return reference


def _table(headings: Iterable[nodes.Node], rows: Iterable[Iterable[nodes.Node]]) -> nodes.table:
    headings = list(headings)
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in headings), cols=len(headings))
    group += nodes.thead("", _row(headings))
    group += nodes.tbody("", *(_row(row) for row in rows))
    return nodes.table("", group)


def _row(cells: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Iterable[str]:
    """The pages whose source is as it was and whose outputs are not, and those that tell of them."""
    seen, executions = _SEEN.of(env), app.config.course_executions
    fresh = {name for name, execution in executions.items() if seen.get(name) != execution}
    tell = {name for name, execution in seen.items() if execution is None}
    return (fresh | tell if fresh else set()) & env.all_docs.keys()


def _note(app: Sphinx, doctree: nodes.document) -> None:
    name = app.env.docname
    if name in app.config.course_executions:
        _SEEN.of(app.env)[name] = app.config.course_executions[name]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_config_value("course_executions", {}, "", [dict])
    app.add_directive("execution-status", ExecutionStatus)
    app.connect("env-get-outdated", _outdated)
    app.connect("doctree-read", _note)
    _SEEN.register(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
