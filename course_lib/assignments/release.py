"""From the instructor's solution to the notebook that a student receives."""

from __future__ import annotations

import copy
from pathlib import Path
from subprocess import DEVNULL

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from course_lib.assignments.catalogue import REPOSITORY, in_repository
from course_lib.assignments.cells import MetadataError, grade_id, is_answer, is_check, is_experiment, is_written
from course_lib.assignments.notebooks import node, text
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


class FilledInError(ValueError):
    """Somebody has worked in the released notebook itself; handed out, it would give the answers away."""


def require_stubs(release: Path) -> None:
    """Make sure that every answer of a released notebook still begins with its stub.

    Raises
    ------
    FilledInError
        When one does not; the message names it and says what writes the notebook afresh.
    """
    for cell in nbformat.read(release, as_version=4).cells:  # type: ignore[no-untyped-call]
        if is_answer(cell) and (WRITTEN_STUB if is_written(cell) else STUB)[0] not in cell.source:
            raise FilledInError(
                f"{release}: the answer {grade_id(cell)!r} is filled in, and students would get it;"
                f" `course release {release.stem}` writes the notebook afresh"
            )


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
        if is_written(cell):
            cell.source = stubbed(cell.source, WRITTEN_STUB)
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if is_answer(cell):
            cell.source = stubbed(cell.source)
        elif is_check(cell):
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
