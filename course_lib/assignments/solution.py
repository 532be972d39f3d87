"""Reading the instructor's notebook, and what may be kept of it for a student."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jupytext
from nbformat import NotebookNode

from course_lib.assignments.cells import MetadataError, grade_id, is_answer, is_written, validate

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
WRITTEN_STUB = ("YOUR ANSWER HERE",)


def read_solution(path: Path) -> NotebookNode:
    """Read a solution (MyST) as a notebook whose cells have ids that are the same at every reading.

    Raises
    ------
    MetadataError
        When a cell breaks the format that CONTRIBUTING.md describes; the message names the cell.
    """
    notebook: NotebookNode = jupytext.read(path)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = grade_id(cell) or f"cell-{number}"
    validate(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            _hold_to_its_markers(cell)
        except MetadataError as error:
            name = grade_id(cell)
            raise MetadataError(f"cell {number} ({name}): {error}" if name else f"cell {number}: {error}") from None
    return notebook


def _hold_to_its_markers(cell: NotebookNode) -> None:
    lines = solution_lines(cell.source)
    marked = any(inside for _, inside in _lines(cell.source))
    if not is_answer(cell):
        if marked:
            raise MetadataError(f"`{BEGIN}` in a cell that is no answer: it would be handed out with what follows it")
    elif is_written(cell):
        if not lines:
            raise MetadataError(f"a written answer has a model answer between `{BEGIN}` and `{END}`")
    elif not marked:
        raise MetadataError(f"an answer has its solution between `{BEGIN}` and `{END}`, or it would be handed out")


def stubbed(source: str, stub: tuple[str, ...] = STUB) -> str:
    r"""The source of an answer cell with nbgrader's stub in place of each solution region, at the region's indentation.

    Parameters
    ----------
    source
        The cell's source.
    stub
        The lines of the stub: `STUB`, or `WRITTEN_STUB` for an answer in prose.

    Raises
    ------
    MetadataError
        When the markers do not pair up.

    Examples
    --------
    >>> print(stubbed("def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"))
    def f(x):
        # YOUR CODE HERE
        raise NotImplementedError()
    """
    kept = []
    for line, inside in _lines(source):
        if not inside:
            kept.append(line)
        elif line.strip() == BEGIN:
            indent = line[: len(line) - len(line.lstrip())]
            kept.extend(indent + text for text in stub)
    return "\n".join(kept)


def plain(source: str) -> str:
    """The source with the solution in it and the markers taken out: an answer as a student would write it."""
    return "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))


def solution_lines(source: str) -> list[str]:
    r"""The lines between the markers, stripped, without blank ones: what must never be published.

    Examples
    --------
    >>> solution_lines("def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION")
    ['return x']
    """
    return [text for line, inside in _lines(source) if inside and (text := line.strip()) not in ("", BEGIN, END)]


def _lines(source: str) -> Iterator[tuple[str, bool]]:
    """Each line with whether it belongs to a solution region, the markers included."""
    inside = False
    for line in source.splitlines():
        marker = line.strip()
        if (marker == BEGIN and inside) or (marker == END and not inside):
            raise MetadataError(f"`{marker}` out of place: a region begins with `{BEGIN}` and ends with `{END}`")
        if marker == BEGIN:
            inside = True
        yield line, inside
        if marker == END:
            inside = False
    if inside:
        raise MetadataError(f"`{BEGIN}` without `{END}`")
