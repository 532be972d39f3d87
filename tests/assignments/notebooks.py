"""Small notebooks for the tests, in the formats of CONTRIBUTING.md."""

from __future__ import annotations

import json
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KINDS = {
    "answer": (False, True, False),
    "check": (True, False, True),
    "setup": (False, False, True),
    "written": (True, True, False),
}

# A written answer's metadata, for a notebook in MyST.
WHY = (
    '{"grade": true, "grade_id": "why", "locked": false, "points": 2, "schema_version": 3, "solution": true, '
    '"task": false}'
)


def cell(kind: str, name: str, source: str, prints: str | None = None) -> NotebookNode:
    """A cell that takes part in grading; `prints` is a check's reference output, "" for none."""
    grade, solution, locked = KINDS[kind]
    nbgrader = {
        "grade": grade,
        "grade_id": name,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if kind == "check":
        nbgrader["points"] = 0
    if kind == "written":
        return new_markdown_cell(source, id=name, metadata={"nbgrader": nbgrader | {"points": 2}})
    made = new_code_cell(source, id=name, metadata={"nbgrader": nbgrader})
    if prints is not None:
        made.execution_count = 1
        made.outputs = [NotebookNode(output_type="stream", name="stdout", text=prints)] if prints else []
    return made


def experiment(source: str) -> NotebookNode:
    return new_code_cell(source, id="experiment", metadata={"tags": ["experiment"]})


def notebook(*cells: NotebookNode, assignment: str | None = "toy") -> NotebookNode:
    metadata = {} if assignment is None else {"course": {"assignment": assignment}}
    return new_notebook(cells=list(cells), metadata=metadata)


def save(path: Path, made: NotebookNode) -> Path:
    path.write_text(json.dumps(made), encoding="utf-8")
    return path
