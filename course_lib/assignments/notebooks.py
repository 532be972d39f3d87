"""A typed door to the few functions of nbformat that the course uses (nbformat itself carries no types for them)."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode


def node(mapping: dict[str, object]) -> NotebookNode:
    """A dictionary as a notebook node, nested dictionaries too.

    Examples
    --------
    >>> node({"course": {"assignment": "annealing"}}).course.assignment
    'annealing'
    """
    made: NotebookNode = nbformat.from_dict(mapping)  # type: ignore[no-untyped-call]
    return made


def read(path: Path) -> NotebookNode:
    """A notebook of our own (a stranger's goes through `course_lib.assignments.merge.read_notebook`)."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def text(notebook: NotebookNode) -> str:
    """The notebook as the text of an ``.ipynb`` file, with a final newline."""
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]
