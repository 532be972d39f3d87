"""Grading a folder of submissions: what is new is examined, what is known is taken from the gradebook."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as ProgressTask
from rich.text import Text

from course_lib.assignments.catalogue import find
from course_lib.grading.examination.examine import Graded, Task
from course_lib.grading.gradebook.attempts import Planned, plan
from course_lib.grading.gradebook.marks import given
from course_lib.grading.gradebook.policies import Policies
from course_lib.grading.gradebook.results import load, record
from course_lib.grading.gradebook.runs import Run, begin_run, end_run
from course_lib.grading.gradebook.standing import Standing, Student, attempts, standings, students
from course_lib.grading.gradebook.store import DEFAULT, Gradebook, open_gradebook
from course_lib.grading.isolation import tiers
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.sandbox import Tier
from course_lib.grading.pile import reporting
from course_lib.grading.pile.intake import Taken, take
from course_lib.grading.pile.names import Scheme, example
from course_lib.grading.pile.subject import Subject, subject
from course_lib.grading.pile.submissions import Submission, by_roster, collect, passed_over
from course_lib.grading.pile.submitted import read_times
from course_lib.grading.pile.whose import matching
from course_lib.grading.pile.workers import examine_all

_SOFTWARE = ("training-dynamics", "numpy", "torch", "ipykernel", "jupyter_client", "pytest")


@dataclass(frozen=True)
class Report:
    """What became of a folder of submissions.

    Attributes
    ----------
    assignment
        Its name.
    standings
        What each submission is worth, and, with a roster, who handed in nothing; sorted by student.
    examined
        How many were examined now; the others were in the gradebook.
    unmatched
        The submissions of which the roster, where there is one, knows no student; they are graded under their own name.
    scores
        The file with a line a submission.
    feedback
        The folder with a page a submission.
    untimed
        The names in the folder's list of times that no submission has.
    passed_over
        The files in the folder that are no notebooks, packed ones among them.
    found
        How many submissions the folder held.
    warning
        What has to be said of the tier; empty where walls stand.
    """

    assignment: str
    standings: tuple[Standing, ...]
    examined: int
    unmatched: tuple[str, ...]
    untimed: tuple[str, ...]
    passed_over: tuple[str, ...]
    scores: Path
    feedback: Path
    found: int
    warning: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """How many submissions have each status, the most frequent first."""
        return dict(Counter(each.word for each in self.standings).most_common())

    @property
    def ungraded(self) -> int:
        """How many have no score."""
        return sum(each.score is None for each in self.standings)

    @property
    def summary(self) -> str:
        """One line for a person, such as ``12 submissions: 10 graded, 1 missing, 1 unreadable; 2 examined now``."""
        counts = ", ".join(f"{count} {word}" for word, count in self.counts.items())
        plural = "" if len(self.standings) == 1 else "s"
        known = sum(each.attempt is not None for each in self.standings) > self.examined
        now = f"; {self.examined} examined now, the others were in the gradebook" if known and counts else ""
        line = f"{len(self.standings)} submission{plural}: {counts or 'nothing to grade'}{now}"
        if self.found:
            return line
        plain = example(Scheme.PLAIN, self.assignment)
        return (
            f"{line}; the folder holds none: expected are {plain}, or what Canvas, Moodle or GitHub Classroom deliver"
        )


def grade(
    folder: Path,
    assignment: str,
    out: Path,
    *,
    gradebook: str | Path | None = None,
    policies: Policies | None = None,
    scheme: Scheme | None = None,
    regrade: bool = False,
    jobs: int | None = None,
    dask: str | None = None,
    unsafe: bool = False,
    limits: Limits | None = None,
    console: Console | None = None,
) -> Report:
    """Grade a folder of submissions.

    What the gradebook has a result of, for the same submission, release, hidden tests and limits, is not examined
    again. Each result is kept when it is finished: a run that was cut off goes on where it was. Writes
    ``out/scores.csv`` and ``out/feedback/<student>.html``. A submission that cannot be graded gets a status and no
    score, and keeps no other from being graded.

    Parameters
    ----------
    folder
        Holds ``<student>.ipynb`` or ``<student>/<assignment>.ipynb``, or what Canvas, Moodle or GitHub Classroom
        deliver.
    assignment
        The assignment's name.
    out
        The folder for the results; made where it is missing. What an earlier run wrote there is replaced.
    gradebook
        A file or a URL; by default ``gradebook.sqlite`` in `out`.
    policies
        What counts; by default every point of the best attempt, whenever it came.
    scheme
        How the files are named; by default whichever fits each.
    regrade
        Examine everything again. Earlier results stay in the gradebook's history.
    jobs
        Submissions side by side; by default one more than the cores that this process may use.
    dask
        The address of a Dask scheduler, whose workers then do the work.
    unsafe
        Grade also where no sandbox holds, and say so on every page.
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
        When the assignment has no hidden tests here, `jobs` is below 1, `out` is `folder` or in it, `scheme` fits no
        submission, or the rubric or the list of times is wrong.
    BadHiddenTests
        When they cannot be run.
    GradebookError
        When the gradebook cannot be written.
    NoSandbox
        When this machine has no sandbox and `unsafe` is false.
    OSError
        When no scheduler answers at `dask`.
    """
    # One more than there are cores: a submission waits for kernels to start and sockets to answer. Not more: cells that
    # compute would share the cores among too many, and meet the limits of time.
    jobs = len(os.sched_getaffinity(0)) + 1 if jobs is None else jobs
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1, not {jobs!r}")
    about, limits = subject(find(assignment)), limits or Limits()
    found, times, others = collect(folder, assignment, scheme=scheme), read_times(folder), passed_over(folder)
    _outside(out, folder)
    tier = tiers.require(unsafe=unsafe)
    out.mkdir(parents=True, exist_ok=True)
    book = open_gradebook(gradebook or out / DEFAULT, create=True)
    run = _begin(book, about, limits, tier)
    with book.reading() as connection:
        known = students(connection)
    submissions = by_roster(found, matching(known.values()))
    taken = [take(each, times) for each in submissions if not each.status.startswith("missing")]
    planned = plan(
        book,
        assignment,
        [each.handed_in for each in taken],
        released=about.released,
        hidden_tests=about.hidden_tests,
        limits=asdict(limits),
        regrade=regrade,
    )
    left = [(each, which) for each, which in zip(taken, planned, strict=True) if not which.done]
    tasks = _tasks(book, run, about, left, limits)
    graded = _graded([task for task, _ in tasks], jobs, tier, dask)
    _keep(book, run, about, graded, {task.student: which for task, which in tasks}, console or Console(stderr=True))
    end_run(book, run)
    worth = _worth(book, about, submissions, planned, policies or Policies())
    with book.reading() as connection:
        records = load(connection, [each.grading for each in worth if each.grading is not None])
        marks = given(connection, assignment)
    reporting.write(out, assignment, worth, records, marks)
    unmatched = [each.student for each in submissions if each.student not in known or not known[each.student].on_roster]
    rostered = any(each.on_roster for each in known.values())
    names = {name for each in submissions for name in (each.student, each.found_as)}
    return Report(
        assignment,
        tuple(worth),
        len(tasks),
        tuple(unmatched if rostered else ()),
        tuple(each for each in times if each not in names),
        tuple(others),
        out / "scores.csv",
        out / "feedback",
        len(found),
        tiers.warning(tier),
    )


def _outside(out: Path, folder: Path) -> None:
    """Refuse results among the submissions."""
    place = out.resolve()
    if any(each.exists() and each.samefile(folder) for each in (place, *place.parents)):
        raise ValueError(
            f"{out}: the results cannot go into the folder of submissions, {folder}, where the next run would take "
            "them for students; choose a folder outside it"
        )


def _begin(book: Gradebook, about: Subject, limits: Limits, tier: Tier) -> Run:
    software = {"python": platform.python_version()}
    for name in _SOFTWARE:
        try:
            software[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # a student's environment may do without torch
    return begin_run(
        book,
        about.name,
        released=about.released,
        hidden_tests=about.hidden_tests,
        max_score=about.max_score,
        rubric=about.rubric,
        isolation=str(tier.name),
        software=software,
        limits=asdict(limits),
    )


def _tasks(
    book: Gradebook, run: Run, about: Subject, left: Sequence[tuple[Taken, Planned]], limits: Limits
) -> list[tuple[Task, Planned]]:
    """What is left to examine; what nobody could examine is recorded at once."""
    tasks = []
    for taken, planned in left:
        student = taken.submission.student
        if taken.content is None:
            refused = Graded(student, taken.submission.status)
            record(book, run, planned, refused, about.max_score, about.stubs)
        else:
            task = Task(student, taken.content, about.released, about.hidden_tests, limits, run.seed)
            tasks.append((task, planned))
    return tasks


def _graded(tasks: Sequence[Task], jobs: int, tier: Tier, dask: str | None) -> Iterable[Graded]:
    if dask is None:
        return examine_all(tasks, jobs, tier)
    from course_lib.grading.pile.cluster import examine_on  # needs distributed, which few have

    return examine_on(dask, tasks)


def _keep(
    book: Gradebook,
    run: Run,
    about: Subject,
    graded: Iterable[Graded],
    which: Mapping[str, Planned],
    console: Console,
) -> None:
    """Keep each result when it is there."""
    with _progress(console) as progress:
        bar = progress.add_task(f"Grading {about.name}", total=len(which))
        for done in graded:
            record(book, run, which[done.student], done, about.max_score, about.stubs)
            progress.advance(bar)


def _worth(
    book: Gradebook, about: Subject, submissions: Iterable[Submission], planned: Iterable[Planned], policies: Policies
) -> list[Standing]:
    """What each submission of the pile is worth, and who of the roster never handed anything in."""
    with book.reading() as connection:
        each_attempt = attempts(connection, about.name, policies)
        everybody, known = standings(connection, about.name, policies), students(connection)
    missing = [each for each in submissions if each.status.startswith("missing")]
    named = {each.student for each in missing}
    max_score = about.max_score + about.rubric.points
    found = [each_attempt[which.attempt] for which in planned]
    found += [
        Standing(known.get(each.student, Student(each.student)), about.name, each.status, max_score=max_score)
        for each in missing
    ]
    found += [each for each in everybody if each.attempt is None and each.student.id not in named]
    return sorted(found, key=lambda each: (each.student.id, each.status))


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate())
    return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console)


class _Rate(ProgressColumn):
    """How many a minute, as far as is known."""

    def render(self, task: ProgressTask) -> Text:
        return Text("" if task.speed is None else f"{60 * task.speed:.0f} a minute")
