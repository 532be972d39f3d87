"""The student's own check: the answers put into the released notebook, and its visible checks run by nbval."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from course_lib.assignments.catalogue import Assignment, assignments, find
from course_lib.assignments.cells import CHECK_PREFIX, answers, grade_id
from course_lib.assignments.merge import WrongAssignment, merge, read_notebook, written_answers
from course_lib.assignments.notebooks import read
from course_lib.assignments.prose import pieces
from course_lib.assignments.visible import CELL_SECONDS, CheckResult, run_visible_checks

_STYLES = {"passed": "bold green", "not-yet": "bold red", "not-reached": "bold yellow"}
_STYLES |= {"answered": "bold green", "still-empty": "bold yellow"}


@dataclass(frozen=True)
class Checked:
    """What `check` found.

    Attributes
    ----------
    results
        One a visible check, in the notebook's order.
    written
        Whether each written answer has been begun, by its cell's id.
    """

    results: list[CheckResult]
    written: dict[str, bool]

    @property
    def passed(self) -> bool:
        """Whether every visible check is satisfied; nobody has read the written answers."""
        return all(result.outcome == "passed" for result in self.results)


def check(path: Path, *, cell_seconds: float = CELL_SECONDS) -> Checked:
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
    Checked
        The results, and which written answers are still empty.

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
    released = read(assignment.release)
    merged = merge(released, submission)
    written = {name: bool(text.strip()) for name, text in written_answers(released, merged).items()}
    return Checked(run_visible_checks(merged, cell_seconds=cell_seconds), written)


def _assignment(claimed: object, ids: set[str | None]) -> Assignment:
    """The assignment that a notebook names or, where its metadata was lost, the one whose answer cells it has."""
    known = assignments()
    if isinstance(claimed, str) and claimed in known:
        return find(claimed)
    for assignment in known.values():
        if not isinstance(claimed, str) and ids & answers(read(assignment.release)).keys():
            return assignment
    raise WrongAssignment(f"this is no assignment of the course; those are: {', '.join(known) or 'none here'}")


def summary(checked: Checked) -> Group:
    """What a student reads: a line a check, what to do about those that did not pass, the count, and what is left."""
    lines: list[Text | Padding] = []
    for result in checked.results:
        lines.append(_line(result.outcome, result.check.removeprefix(CHECK_PREFIX)))
        if result.message:
            lines.append(Padding(_prose(_printable(result.message)), (0, 0, 0, 12)))
    passed = sum(result.outcome == "passed" for result in checked.results)
    count = f"\n{passed} of {len(checked.results)} checks passed."
    lines.append(Text(count + _NEXT[checked.passed], style="bold"))
    if checked.written:
        lines.append(Text("\nA person reads what you write in words; no check looks at it:"))
        lines += [_line("answered" if begun else "still-empty", name) for name, begun in checked.written.items()]
    return Group(*lines)


def _line(state: str, name: str) -> Text:
    return Text.assemble((f"{state.replace('-', ' '):<12}", _STYLES[state]), name.replace("-", " "))


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
