"""Grading side by side: a fresh process a submission, so that none finds, or breaks, what another left."""

from __future__ import annotations

import gc
import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection

import nbformat

from course_lib.grading.examination.examine import Graded, Task, examine
from course_lib.grading.examination.session import cells_to_run
from course_lib.grading.isolation.sandbox import Tier
from course_lib.grading.isolation.warm import Parent, WarmParent, imported_by

# What a submission may take beyond its limit: the kernels have to start. Its visible checks may take the limit again.
_MARGIN = 120.0
# Not imported here: a run that finds everything in the gradebook needs none of it.
_PRELOAD = "course_lib.grading.pile.preloaded"


class GraderFailed(RuntimeError):  # noqa: N818 - named for what happened
    """The grader itself failed on a submission; the message says how."""


def examine_all(tasks: Sequence[Task], jobs: int, tier: Tier | None = None) -> Iterator[Graded]:
    """Grade submissions side by side, and give each back when it is done.

    Closing the iterator, or an exception in the one who iterates, Ctrl-C among them, ends the gradings under way and
    starts no more.

    Parameters
    ----------
    tasks
        The submissions, all of one assignment.
    jobs
        How many at a time.
    tier
        The walls; by default the best that this machine allows.

    Yields
    ------
    Graded
        In the order in which they finish. One on which the grader failed has the status ``failed``.
    """
    if not tasks:
        return
    context = multiprocessing.get_context("forkserver")
    # What every grading imports is imported once, in the process from which the others are forked.
    context.set_forkserver_preload(["__main__", _PRELOAD])
    ended = threading.Event()
    with WarmParent(preload(tasks), tier) as parent, ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(_in_process, context, task, parent.handle, ended): task for task in tasks}
        try:
            for future in as_completed(futures):
                try:
                    yield future.result()
                except GraderFailed as error:
                    yield said(futures[future], error)
        finally:
            ended.set()
            pool.shutdown(wait=True, cancel_futures=True)


def preload(tasks: Sequence[Task]) -> list[str]:
    """What a warm parent should import for an assignment's submissions.

    NumPy, in which values cross, what the released notebook imports, and torch where a submission speaks of it.
    """
    released = nbformat.reads(tasks[0].released, as_version=4)  # type: ignore[no-untyped-call]
    # Of what students import, nothing else: any other module's import may do anything.
    torch = ["torch"] if any(b"torch" in task.submission for task in tasks) else []
    return ["numpy", *imported_by(list(cells_to_run(released).values())), *torch]


def _in_process(
    context: multiprocessing.context.ForkServerContext, task: Task, parent: Parent, ended: threading.Event
) -> Graded:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, task, parent), daemon=True)
    process.start()
    sender.close()
    try:
        left = 2 * task.limits.submission_seconds + _MARGIN
        while not receiver.poll(min(left, 0.5)):
            left -= 0.5
            if ended.is_set() or left <= 0:
                raise GraderFailed("the grading was ended" if ended.is_set() else "the grader's process did not finish")
        graded: Graded = receiver.recv()
        return graded
    except EOFError as error:
        raise GraderFailed("the grader's process ended without an answer") from error
    finally:
        process.kill()
        process.join()
        receiver.close()


def said(task: Task, error: Exception) -> Graded:
    """What is said of a submission on which the grader failed, in one line."""
    kind = "" if isinstance(error, GraderFailed) else f"{type(error).__name__}: "
    return Graded(task.student, f"failed: {kind}{' '.join(str(error).split())[:500]}")


def _child(sender: Connection, task: Task, parent: Parent) -> None:
    gc.disable()  # it ends before there is anything worth collecting
    try:
        answer = examine(task, parent)
    except Exception as error:
        # Whatever it is, this submission's line says it, and the others go on.
        answer = said(task, error)
    sender.send(answer)
    sender.close()
