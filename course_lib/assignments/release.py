"""From the instructor's solution to the notebook that a student receives."""

from __future__ import annotations

import copy
from pathlib import Path
from subprocess import DEVNULL

from nbclient import NotebookClient
from nbformat import NotebookNode

from course_lib.assignments.catalogue import REPOSITORY, Assignment, in_repository
from course_lib.assignments.cells import MetadataError, is_answer, is_check, is_experiment, is_written
from course_lib.assignments.notebooks import node, read, text
from course_lib.assignments.solution import STUB, WRITTEN_STUB, read_solution, stubbed

CELL_SECONDS = 60
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def release(name: str, root: Path = REPOSITORY) -> Path:
    """Write ``assignments/<name>/<name>.ipynb`` from ``solutions/<name>/<name>.md``.

    The solution is run once, without its experiments, so that each visible check keeps what a right answer prints.
    Releasing twice gives the same bytes.

    Parameters
    ----------
    name
        The assignment.
    root
        The instructor's repository.

    Returns
    -------
    Path
        The notebook written.

    Raises
    ------
    LookupError
        When there is no such solution.
    MetadataError
        When a cell breaks the format of CONTRIBUTING.md.
    CellExecutionError
        When the solution does not pass its own checks.
    """
    known = in_repository(root)
    solution = known[name].solution if name in known else None
    if solution is None:
        raise LookupError(f"no solution is called {name!r}; there is: {', '.join(known) or 'none at all'}")
    claimed = read_solution(solution).metadata.course.assignment
    if claimed != name:
        raise MetadataError(f"{solution.name} says `course: {{assignment: {claimed}}}`; it must say {name}")
    target = known[name].release
    made = text(released(solution))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(made, encoding="utf-8")
    return target


class ReleaseError(ValueError):
    """A released notebook is not what its solution gives: worked in, out of date, or broken."""


def require_untouched(assignment: Assignment) -> None:
    """Make sure that a released notebook says, cell by cell, what its solution gives, and hands out no answer.

    Raises
    ------
    FileNotFoundError
        When it was not released yet.
    ReleaseError
        When it does not; the message names the first cell that differs and what writes the notebook afresh.
    """
    afresh = f"`course release {assignment.name}` writes it afresh (copy elsewhere what you want to keep of it)"
    try:
        there = {cell.id: cell.source for cell in read(assignment.release).cells}
    except FileNotFoundError:
        raise FileNotFoundError(f"{assignment.name!r} was not released yet: course release {assignment.name}") from None
    except (ValueError, AttributeError) as error:
        raise ReleaseError(f"{assignment.release} is not a notebook; {afresh}") from error
    if assignment.solution is not None:
        given = {cell.id: _handed_out(cell) for cell in read_solution(assignment.solution).cells}
        for name in [*given, *there]:
            if there.get(name) != given.get(name):
                raise ReleaseError(
                    f"{assignment.release}: its cell {name!r} is not what the solution gives; students would get it;"
                    f" {afresh}"
                )


def _handed_out(cell: NotebookNode) -> str:
    """What a student gets of the source of a solution's cell."""
    if not is_answer(cell):
        return str(cell.source)
    return stubbed(cell.source, WRITTEN_STUB if is_written(cell) else STUB)


def released(solution: Path) -> NotebookNode:
    """The student's notebook made from a solution."""
    source = read_solution(solution)
    executed = {cell.id: cell for cell in _executed(source).cells}
    notebook = copy.deepcopy(source)
    notebook.metadata = node(
        {
            "course": source.metadata.course,
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.source = _handed_out(cell)
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if is_check(cell):
            cell.outputs, cell.execution_count = executed[cell.id].outputs, executed[cell.id].execution_count
    return notebook


def _executed(source: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(source)
    notebook.cells = [cell for cell in notebook.cells if not is_experiment(cell)]
    notebook.metadata["kernelspec"] = KERNEL
    # Timing would put the moment of the run into each cell; the kernel's notes at its start would go to the terminal.
    # On a busy machine one printed line may come in two pieces.
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3", record_timing=False, coalesce_streams=True
    )
    return client.execute(stderr=DEVNULL)
