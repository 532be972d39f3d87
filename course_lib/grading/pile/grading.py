"""Grading a folder of submissions: scores, statuses and feedback."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from course_lib.assignments.catalogue import find
from course_lib.assignments.merge import MAX_BYTES
from course_lib.grading.examination import hidden
from course_lib.grading.examination.examine import Graded, Task
from course_lib.grading.feedback import page as feedback
from course_lib.grading.isolation import tiers
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.pile.submissions import Submission, collect
from course_lib.grading.pile.workers import examine_all

_COLUMNS = ("student", "assignment", "score", "max_score", "status")
# With one of these first, a spreadsheet takes a cell for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Report:
    """What became of a folder of submissions.

    Attributes
    ----------
    assignment
        Its name.
    max_score
        The points there are.
    graded
        One a submission, sorted by student.
    scores
        The file with a line a submission.
    feedback
        The folder with a page a submission.
    """

    assignment: str
    max_score: float
    graded: tuple[Graded, ...]
    scores: Path
    feedback: Path

    @property
    def counts(self) -> dict[str, int]:
        """How many submissions have each status, the most frequent first."""
        return dict(Counter(each.word for each in self.graded).most_common())

    @property
    def ungraded(self) -> int:
        """How many have no score."""
        return sum(each.score is None for each in self.graded)

    @property
    def summary(self) -> str:
        """One line for a person, such as ``12 submissions: 10 graded, 1 missing, 1 unreadable``."""
        counts = ", ".join(f"{count} {word}" for word, count in self.counts.items())
        return f"{len(self.graded)} submission{'' if len(self.graded) == 1 else 's'}: {counts or 'nothing to grade'}"


def grade(
    folder: Path,
    assignment: str,
    out: Path,
    *,
    jobs: int | None = None,
    limits: Limits | None = None,
    console: Console | None = None,
) -> Report:
    """Grade a folder of submissions.

    Writes ``out/scores.csv`` (student, assignment, score, max_score, status) and ``out/feedback/<student>.html``.
    A submission that cannot be graded gets a status and no score, and keeps no other from being graded.

    Parameters
    ----------
    folder
        Holds ``<student>.ipynb`` or ``<student>/<assignment>.ipynb``.
    assignment
        The assignment's name.
    out
        The folder for the results; made where it is missing. What an earlier run wrote there is replaced.
    jobs
        Submissions side by side; by default one for each core that this process may use.
    limits
        What each submission may use; by default `Limits`' own.
    console
        Where progress is shown; by default the terminal's standard error.

    Returns
    -------
    Report
        What became of each.

    Raises
    ------
    NotADirectoryError
        When there is no such folder of submissions.
    UnknownAssignment
        When there is no such assignment.
    ValueError
        When the assignment has no hidden tests here, or `jobs` is below 1.
    BadHiddenTests
        When they cannot be run.
    NoSandbox
        When this machine has no sandbox.
    """
    jobs = len(os.sched_getaffinity(0)) if jobs is None else jobs
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1, not {jobs!r}")
    found = find(assignment)
    if found.hidden_tests is None:
        raise ValueError(f"{assignment!r} has no hidden tests here: grading needs the instructor's repository")
    submissions = collect(folder, assignment)
    tiers.require()
    hidden_tests, released = found.hidden_tests.read_text(encoding="utf-8"), found.release.read_text(encoding="utf-8")
    max_score = sum(test.points.n for test in hidden.outline(hidden_tests))
    tasks, graded = [], []
    for each in submissions:
        if each.path is None:
            graded.append(Graded(each.student, each.status))
        else:
            tasks.append(Task(each.student, _bytes(each), released, hidden_tests, limits or Limits()))
    with _progress(console or Console(stderr=True)) as progress:
        bar = progress.add_task(f"Grading {assignment}", total=len(tasks))
        for done in examine_all(tasks, jobs):
            graded.append(done)
            progress.advance(bar)
    ordered = tuple(sorted(graded, key=lambda each: (each.student, each.status)))
    pages = out / "feedback"
    pages.mkdir(parents=True, exist_ok=True)
    for name, one in feedback.file_names(ordered).items():
        write_whole(pages / name, feedback.page(one, assignment, max_score))
    write_whole(out / "scores.csv", scores(ordered, assignment, max_score))
    return Report(assignment, max_score, ordered, out / "scores.csv", pages)


def _bytes(submission: Submission) -> bytes:
    assert submission.path is not None  # noqa: S101 - for the type checker; the caller has looked
    # Between the look and the reading a link may have taken the file's place.
    descriptor = os.open(submission.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_BYTES + 1)


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console)


def scores(graded: tuple[Graded, ...], assignment: str, max_score: float) -> str:
    """The text of ``scores.csv``; a score that does not exist is empty, which is not 0.

    Examples
    --------
    >>> print(scores((Graded("ann", "missing: the folder is empty"),), "annealing", 20), end="")
    student,assignment,score,max_score,status
    ann,annealing,,20,missing: the folder is empty
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in graded:
        score = "" if each.score is None else f"{each.score:g}"
        writer.writerow([_cell(each.student), assignment, score, f"{max_score:g}", _cell(each.status)])
    return text.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, whole, whenever the run is cut off."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
