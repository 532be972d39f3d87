"""Answers on file: the wrong ones that the hidden tests must catch, and the right ones that they must pass."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_lib.assignments import cells
from course_lib.assignments.catalogue import Assignment
from course_lib.assignments.notebooks import read
from course_lib.assignments.solution import plain, read_solution

_CELL = re.compile(r"^# cell: (?P<name>\S+)\s*$", re.MULTILINE)
_CAUGHT = re.compile(r"^Caught by:(?P<tests>.*)", re.MULTILINE | re.DOTALL)


class AnswerError(ValueError):
    """An answer on file that is not in the format of CONTRIBUTING.md; the message names the file and what is wrong."""


@dataclass(frozen=True)
class AnswerOnFile:
    """One answer on file.

    Attributes
    ----------
    name
        The file's name without ``.py``.
    right
        Whether it deserves full marks.
    docstring
        The misconception, or what is different about a right one.
    caught_by
        Names of the hidden tests that a wrong answer fails; all others pass.
    cells
        The code of each answer cell that differs from the solution, by its id.
    """

    name: str
    right: bool
    docstring: str
    caught_by: tuple[str, ...]
    cells: dict[str, str]


def answers_on_file(assignment: Assignment) -> list[AnswerOnFile]:
    """Every answer on file of an assignment, wrong ones first, by name; none outside the instructor's repository."""
    if assignment.answers is None:
        return []
    return [
        read_answer(path) for kind in ("wrong", "right") for path in sorted((assignment.answers / kind).glob("*.py"))
    ]


def read_answer(path: Path) -> AnswerOnFile:
    """Read one answer on file; whether it is a right one is told by its folder.

    Raises
    ------
    AnswerError
        When the docstring, the line ``Caught by:`` (for a wrong one) or the cells are missing.
    """
    text, right = path.read_text(encoding="utf-8"), path.parent.name == "right"
    docstring = ast.get_docstring(ast.parse(text))
    if not docstring:
        raise AnswerError(f"{path.name}: starts without a docstring that says what it gets wrong, or does differently")
    match = _CAUGHT.search(docstring)
    caught_by = tuple(match["tests"].replace(",", " ").split()) if match else ()
    if bool(caught_by) == right:
        raise AnswerError(
            f"{path.name}: a wrong answer ends its docstring with `Caught by: test_name`, a right one has no such line"
        )
    starts = list(_CELL.finditer(text))
    if not starts or len({start["name"] for start in starts}) != len(starts):
        raise AnswerError(
            f"{path.name}: needs a line `# cell: <grade_id>` before the code of each answer cell, once a cell"
        )
    ends = [*(start.start() for start in starts[1:]), len(text)]
    cells = {start["name"]: text[start.end() : end].strip() for start, end in zip(starts, ends, strict=True)}
    return AnswerOnFile(path.stem, right, docstring, caught_by, cells)


def solved(assignment: Assignment) -> NotebookNode:
    """The notebook that a student with the instructor's own answers would hand in.

    Raises
    ------
    ValueError
        Outside the instructor's repository, which alone has the solution.
    """
    if assignment.solution is None:
        raise ValueError(f"the solution of {assignment.name!r} is in the instructor's repository alone")
    notebook = read(assignment.release)
    solutions = cells.answers(read_solution(assignment.solution))
    for name, cell in cells.answers(notebook).items():
        cell.source = plain(solutions[name].source)
    return notebook


def notebook_with(answer: AnswerOnFile, assignment: Assignment) -> NotebookNode:
    """The notebook that a student with this answer would hand in: its cells, and the solution's for all others.

    Raises
    ------
    AnswerError
        When the answer has a cell that the assignment does not know.
    """
    notebook = solved(assignment)
    known = cells.answers(notebook)
    for name, source in answer.cells.items():
        if name not in known:
            raise AnswerError(f"{answer.name}: the assignment has no answer cell {name!r}; it has {', '.join(known)}")
        known[name].source = source
    return notebook
