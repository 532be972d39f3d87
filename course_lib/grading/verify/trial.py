"""One notebook of the instructor's own, held to the hidden tests in the sandbox, and many of them side by side."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import zip_longest

import nbformat

from course_lib.assignments import cells
from course_lib.grading.examination import hidden
from course_lib.grading.examination.channel import Channel, KernelGone, LimitReached, OutOfTime
from course_lib.grading.examination.session import Session
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.warm import Parent, WarmParent

# A mutant that loops for ever should cost seconds; no answer of a course needs so long for one call.
_LIMITS = Limits(cell_seconds=10, call_seconds=3)


@dataclass(frozen=True)
class Trial:
    """A notebook to be tried.

    Attributes
    ----------
    notebook
        The text of a released notebook with answers in it.
    hidden_tests
        The text of the hidden tests.
    seeds
        What the tests' random inputs are drawn from: the tests are run once with each.
    checks
        Whether the visible checks are run as well.
    until_failure
        Whether the first test that takes points off is enough to know.
    """

    notebook: str
    hidden_tests: str
    seeds: tuple[int, ...]
    checks: bool
    until_failure: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a notebook.

    Attributes
    ----------
    failed
        The hidden tests that took points off, in their order, each with what it said first; the first alone of a
        trial `until_failure`.
    wavering
        Those of them that took points off with some of the seeds only.
    earned
        The points, where seeds differ the fewest.
    refused
        The visible checks that were not satisfied, by their id.
    errors
        What ended each of `failed`, with the line of the hidden tests.
    """

    failed: dict[str, str]
    wavering: tuple[str, ...] = ()
    earned: float = 0.0
    refused: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)


def tried(trial: Trial, parent: Parent) -> Outcome:
    """Try one notebook in a sandboxed kernel of its own.

    Parameters
    ----------
    trial
        The notebook and its tests.
    parent
        The warm parent that forks the kernel.

    Raises
    ------
    BadHiddenTests, KernelDidNotStart, NoSandbox
        When the notebook could not be tried.
    """
    notebook = nbformat.reads(trial.notebook, as_version=4)  # type: ignore[no-untyped-call]
    with Channel(_LIMITS, parent) as channel:
        session = Session(channel, _LIMITS)
        session.run(notebook)
        runs = [
            hidden.run(trial.hidden_tests, session, seed, until_failure=trial.until_failure) for seed in trial.seeds
        ]
        sources = {name: cell.source for name, cell in cells.checks(notebook).items()} if trial.checks else {}
        refused = tuple(name for name, source in sources.items() if not _satisfied(channel, source))
    failed: dict[str, str] = {}
    errors: dict[str, str] = {}
    # Runs that end at a failure are of different lengths.
    for result in (result for results in zip_longest(*runs) for result in results if result and not result.passed):
        failed.setdefault(result.name, result.words)
        errors.setdefault(result.name, result.detail.raw if result.detail else "")
    wavering = {result.name for results in runs for result in results if result.passed} & failed.keys()
    earned = min(sum(result.earned for result in results) for results in runs)
    return Outcome(failed, tuple(sorted(wavering)), earned, refused, errors)


def _satisfied(channel: Channel, check: str) -> bool:
    try:
        return channel.ask(check, {}, _LIMITS.cell_seconds).get("status") == "ok"
    except (OutOfTime, KernelGone, LimitReached):
        return False


def tried_all(trials: Sequence[Trial], jobs: int) -> Iterator[tuple[int, Outcome]]:
    """Try notebooks side by side.

    Parameters
    ----------
    trials
        The notebooks.
    jobs
        How many at a time, each in a process.

    Yields
    ------
    tuple of int and Outcome
        The number of the trial, from 0, and what became of it, in the order in which they finish.
    """
    context = multiprocessing.get_context("forkserver")
    # What every trial imports is imported once, in the process from which the others are forked.
    context.set_forkserver_preload(["__main__", __name__])
    modules = ["numpy", *(["torch"] if any("torch" in trial.notebook for trial in trials) else [])]
    with WarmParent(modules) as parent, ProcessPoolExecutor(jobs, mp_context=context) as pool:
        futures = {pool.submit(tried, trial, parent.handle): number for number, trial in enumerate(trials)}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)
