"""Grading one submission: a function of its argument alone, so that it can run in any process on any machine."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_lib.assignments import cells
from course_lib.assignments.merge import SubmissionError, merge, read_notebook, written_answers
from course_lib.assignments.visible import CheckResult, run_visible_checks
from course_lib.grading.examination import hidden
from course_lib.grading.examination.channel import Channel
from course_lib.grading.examination.drawing import new_seed
from course_lib.grading.examination.replies import Failure
from course_lib.grading.examination.results import Result, redacted
from course_lib.grading.examination.session import Session, cells_to_run
from course_lib.grading.isolation import tiers
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.provisioner import KERNEL_NAME, announce, kernels
from course_lib.grading.isolation.warm import Parent


@dataclass(frozen=True)
class Task:
    """All that is needed to grade one submission.

    Attributes
    ----------
    student
        Whose it is.
    submission
        The bytes that were handed in.
    released
        The text of the released notebook.
    hidden_tests
        The text of the hidden tests.
    limits
        What the submission may use.
    seed
        What random inputs are drawn from: the same for all submissions of a run, and secret until it is over. A regrade
        with the same seed asks the same questions. By default a new one.
    """

    student: str
    submission: bytes
    released: str
    hidden_tests: str
    limits: Limits = field(default_factory=Limits)
    seed: int = field(default_factory=new_seed)


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes
    ----------
    student
        Whose it is.
    status
        A status of CONTRIBUTING.md: a word, and where there is something to say a colon and one line.
    results
        What each hidden test found; empty for a submission that could not be graded.
    failures
        What cells raised when they ran, by the cell's name.
    checks
        What the visible checks say; worth no points.
    sources
        The cells that ran, by name.
    seconds
        Wall-clock time.
    seed
        What random inputs were drawn from, for the instructor's eyes; None where no hidden test was run.
    written
        The written answers, which a person marks, by the cell's name; empty for one that was left as released.
    warning
        What has to be said of the walls it ran behind; empty where there were any.
    """

    student: str
    status: str
    results: tuple[Result, ...] = ()
    failures: dict[str, Failure] = field(default_factory=dict)
    checks: tuple[CheckResult, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    seed: int | None = None
    written: dict[str, str] = field(default_factory=dict)
    warning: str = ""

    @property
    def score(self) -> float | None:
        """The points earned; None, which is not 0, for a submission that could not be graded."""
        return sum(result.earned for result in self.results) if self.results else None

    @property
    def word(self) -> str:
        """The status without what it says: ``graded``, ``limit:memory``."""
        parts = self.status.split(":")
        return ":".join(parts[:2]) if parts[0] == "limit" else parts[0]


def examine(task: Task, parent: Parent | None = None) -> Graded:
    """Grade one submission.

    Its answers are put into the released notebook and run in a sandboxed kernel; the hidden tests run here and reach
    them by name. The visible checks run apart, in a sandbox of their own.

    Parameters
    ----------
    task
        The submission and what to hold it against.
    parent
        The warm parent that forks its kernels; each starts one of its own when left out.

    Returns
    -------
    Graded
        Also for what cannot be read, is another assignment's, or was stopped by a limit.

    Raises
    ------
    BadHiddenTests, KernelDidNotStart, NoSandbox
        When the grader, not the submission, is at fault.
    """
    start = time.monotonic()
    announce()
    released = nbformat.reads(task.released, as_version=4)  # type: ignore[no-untyped-call]
    try:
        notebook = merge(released, _read(task.submission))
    except SubmissionError as error:
        return Graded(task.student, f"{error.status}: {error}", seconds=time.monotonic() - start)
    with Channel(task.limits, parent) as channel:
        session = Session(channel, task.limits)
        session.run(notebook)
        results = hidden.run(task.hidden_tests, session, task.seed)
    whole = not (session.stopped or session.ended)
    checks = _visible_checks(notebook, task.limits, parent) if whole else ()
    own = "\n".join(cell.source for cell in cells.answers(notebook).values() if not cells.is_written(cell))
    return Graded(
        task.student,
        _status(session),
        tuple(redacted(result, own) for result in results),
        session.failures,
        checks,
        cells_to_run(notebook),
        time.monotonic() - start,
        task.seed,
        written_answers(released, notebook),
        tiers.WARNING if parent is not None and parent.tier == tiers.UNSAFE else "",
    )


def _read(submission: bytes) -> NotebookNode:
    with tempfile.TemporaryDirectory(prefix="course-read-") as folder:
        path = Path(folder, "submission.ipynb")
        path.write_bytes(submission)
        return read_notebook(path)


def _visible_checks(notebook: NotebookNode, limits: Limits, parent: Parent | None) -> tuple[CheckResult, ...]:
    if not cells.checks(notebook):
        return ()
    # The relay ends what takes too long; nbval's own clock, which a kernel can wind up anew, only stands behind it.
    with kernels(limits, parent):
        return tuple(run_visible_checks(notebook, KERNEL_NAME, cell_seconds=2 * limits.cell_seconds, run_seconds=None))


def _status(session: Session) -> str:
    if session.stopped is not None:
        which, words = session.stopped
        return f"limit:{which}: {words}"
    return f"graded: {session.ended}" if session.ended else "graded"
