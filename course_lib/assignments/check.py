"""The student's own check: the answers put into the released notebook, and its visible checks run by nbval."""

from __future__ import annotations

from pathlib import Path

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from course_lib.assignments.catalogue import Assignment, assignments, find
from course_lib.assignments.cells import CHECK_PREFIX, answers, grade_id
from course_lib.assignments.merge import WrongAssignment, merge, read_notebook
from course_lib.assignments.notebooks import read
from course_lib.assignments.prose import pieces
from course_lib.assignments.visible import CELL_SECONDS, CheckResult, run_visible_checks

_STYLES = {"passed": "bold green", "not-yet": "bold red", "not-reached": "bold yellow"}


def check(path: Path, *, cell_seconds: float = CELL_SECONDS) -> list[CheckResult]:
    """Run the visible checks on a student's notebook.

    The answers are put into the packaged release first: nbval compares with the outputs in the file, and a notebook
    that the student has saved would be compared with itself.

    Parameters
    ----------
    path
        The student's notebook.
    cell_seconds
        A cell that runs longer is stopped.

    Returns
    -------
    list of CheckResult
        One a check, in the notebook's order.

    Raises
    ------
    SubmissionError
        With one line that says what is wrong with the file: `Unreadable`, `WrongAssignment` or `Malformed`.
    """
    submission = read_notebook(path)
    course = submission.metadata.get("course")
    claimed = course.get("assignment") if isinstance(course, dict) else None
    ids = {grade_id(cell) for cell in submission.cells}
    assignment = _assignment(claimed, ids)
    return run_visible_checks(merge(read(assignment.release), submission), cell_seconds=cell_seconds)


def _assignment(claimed: object, ids: set[str | None]) -> Assignment:
    """The assignment that a notebook names or, where its metadata was lost, the one whose answer cells it has."""
    known = assignments()
    if isinstance(claimed, str) and claimed in known:
        return find(claimed)
    for assignment in known.values():
        if not isinstance(claimed, str) and ids & answers(read(assignment.release)).keys():
            return assignment
    raise WrongAssignment(f"this is no assignment of the course; those are: {', '.join(known) or 'none here'}")


def summary(results: list[CheckResult]) -> Group:
    """What a student reads: a line a check, what to do about those that did not pass, and the count."""
    lines: list[Text | Padding] = []
    for result in results:
        name = result.check.removeprefix(CHECK_PREFIX).replace("-", " ")
        outcome = result.outcome.replace("-", " ")
        lines.append(Text.assemble((f"{outcome:<12}", _STYLES[result.outcome]), name))
        if result.message:
            lines.append(Padding(_prose(_printable(result.message)), (0, 0, 0, 12)))
    passed = sum(result.outcome == "passed" for result in results)
    lines.append(Text(f"\n{passed} of {len(results)} checks passed." + _NEXT[passed == len(results)], style="bold"))
    return Group(*lines)


_NEXT = {
    True: " Grading looks at more cases than these: read each function's description once more, then hand it in.",
    False: " Save the notebook after each change, and check again.",
}


def _prose(text: str) -> Text:
    """What stands in backticks in colour, what stands in asterisks in italics; the marks themselves go."""
    styles = {"plain": "", "code": "cyan", "em": "italic"}
    return Text.assemble(*((piece, styles[mark]) for mark, piece in pieces(text)))


def _printable(text: str) -> str:
    """Without the control characters that would recolour or rewrite the terminal."""
    return "".join(character for character in text if character.isprintable() or character == "\n")
