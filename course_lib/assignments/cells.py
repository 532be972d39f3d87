"""What a cell of an assignment is: nbgrader's cell metadata (schema 3) and the tag `experiment`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from nbformat import NotebookNode

SCHEMA_VERSION = 3
EXPERIMENT = "experiment"
CHECK_PREFIX = "check-"

_GRADE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FLAGS = ("grade", "solution", "locked", "task")
_WRITTEN = (True, True, False)


class MetadataError(ValueError):
    """An instructor's notebook breaks the course's format; the message names the cell and the rule."""


def grade_id(cell: NotebookNode) -> str | None:
    """The name under which the cell is known to grading, or None for a cell that plays no part in it."""
    metadata = cell.get("metadata", {})
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return name if isinstance(name, str) else None


def _flag(cell: NotebookNode, name: str) -> bool:
    return grade_id(cell) is not None and cell.metadata.nbgrader.get(name) is True


def is_answer(cell: NotebookNode) -> bool:
    """Whether the student writes in this cell."""
    return _flag(cell, "solution")


def is_written(cell: NotebookNode) -> bool:
    """Whether the cell is a written answer, in prose, which a person marks."""
    return _flag(cell, "solution") and _flag(cell, "grade")


def is_check(cell: NotebookNode) -> bool:
    """Whether the cell is a visible check of an answer."""
    return _flag(cell, "grade") and not _flag(cell, "solution")


def is_experiment(cell: NotebookNode) -> bool:
    """Whether the cell is a long training run, left out of checks and of grading."""
    return EXPERIMENT in cell.get("metadata", {}).get("tags", [])


def answer_of(check: NotebookNode) -> str:
    """The id of the answer that a check examines: ``check-step-decay`` examines ``step-decay``."""
    return (grade_id(check) or "").removeprefix(CHECK_PREFIX)


def answers(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The answer cells of a released or an instructor's notebook by their id, in order, written ones among them."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if is_answer(cell)}


def written(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells for written answers by their id, in order; ``metadata.nbgrader.points`` is what each is worth."""
    return {name: cell for name, cell in answers(notebook).items() if is_written(cell)}


def checks(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The visible checks of a released or an instructor's notebook by their id, in order."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if is_check(cell)}


def validate(notebook: NotebookNode) -> None:
    """Hold an instructor's notebook to the course's format (CONTRIBUTING.md, *The cells of an assignment*).

    Raises
    ------
    MetadataError
        At the first cell that breaks a rule.
    """
    course = notebook.metadata.get("course", {})
    if not isinstance(course.get("assignment"), str):
        raise MetadataError("the notebook's metadata lacks `course: {assignment: <name>}`")
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        if "nbgrader" not in cell.metadata:
            continue
        for problem in _problems(cell):
            raise MetadataError(f"cell {number} ({grade_id(cell) or 'without a grade_id'}): {problem}")
        name = cell.metadata.nbgrader.grade_id
        if name in seen:
            raise MetadataError(f"cell {number} ({name}): an earlier cell has the same grade_id")
        if is_check(cell) and answer_of(cell) not in answers(notebook):
            raise MetadataError(
                f"cell {number} ({name}): a check is named `check-` and the id of the answer it examines"
            )
        seen.add(name)
    if not answers(notebook):
        raise MetadataError("the notebook has no answer cell")


def _problems(cell: NotebookNode) -> Iterator[str]:
    nbgrader = cell.metadata.nbgrader
    if nbgrader.get("schema_version") != SCHEMA_VERSION:
        yield f"schema_version is {nbgrader.get('schema_version')!r}; it must be {SCHEMA_VERSION}"
    for name in _FLAGS:
        if not isinstance(nbgrader.get(name), bool):
            yield f"{name} is {nbgrader.get(name)!r}; it must be true or false"
    if nbgrader.task:
        yield "task is true; this course has no task cells"
    if not _GRADE_ID.fullmatch(str(nbgrader.get("grade_id"))):
        yield "grade_id must be lower-case words joined by `-`"
    kind = (nbgrader.grade, nbgrader.solution, nbgrader.locked)
    if kind == _WRITTEN:
        yield from _problems_of_written(cell)
        return
    if cell.cell_type != "code":
        yield f"a cell that takes part in grading is a code cell, not {cell.cell_type}, unless it is a written answer"
    if kind not in {(False, True, False), (True, False, True), (False, False, True)}:
        yield "grade, solution and locked together say neither answer, written answer, visible check nor set-up"
    if nbgrader.grade and nbgrader.get("points") != 0:
        yield f"a visible check has points: 0, not {nbgrader.get('points')!r}"
    if not nbgrader.grade and "points" in nbgrader:
        yield "only a visible check and a written answer have points"
    if is_experiment(cell):
        yield "an experiment takes no part in grading, so it has no nbgrader metadata"


def _problems_of_written(cell: NotebookNode) -> Iterator[str]:
    worth = cell.metadata.nbgrader.get("points")
    if cell.cell_type != "markdown":
        yield f"a written answer is a markdown cell, not {cell.cell_type}"
    if isinstance(worth, bool) or not isinstance(worth, int | float) or not 0 < worth < math.inf:
        yield f"a written answer has points above 0, not {worth!r}"
