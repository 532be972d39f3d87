"""Grading side by side: a fresh process a submission, so that none finds, or breaks, what another left."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection

from course_lib.grading.examination.examine import Graded, Task, examine

# What a submission may take beyond its limit: the kernels have to start. Its visible checks may take the limit again.
_MARGIN = 120.0


class GraderFailed(RuntimeError):  # noqa: N818 - named for what happened
    """The grader itself failed on a submission; the message says how."""


def examine_all(tasks: Sequence[Task], jobs: int) -> Iterator[Graded]:
    """Grade submissions side by side, and give each back when it is done.

    Parameters
    ----------
    tasks
        The submissions.
    jobs
        How many at a time.

    Yields
    ------
    Graded
        In the order in which they finish. One on which the grader failed has the status ``failed``.
    """
    context = multiprocessing.get_context("forkserver")
    # What every grading imports is imported once, in the process from which the others are forked.
    context.set_forkserver_preload(["__main__", examine.__module__])
    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(_in_process, context, task): task for task in tasks}
        for future in as_completed(futures):
            try:
                yield future.result()
            except GraderFailed as error:
                yield Graded(futures[future].student, f"failed: {error}")


def _in_process(context: multiprocessing.context.ForkServerContext, task: Task) -> Graded:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, task), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(2 * task.limits.submission_seconds + _MARGIN):
            raise GraderFailed("the grader's process did not finish")
        answer = receiver.recv()
    except EOFError as error:
        raise GraderFailed("the grader's process ended without an answer") from error
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(answer, Graded):
        return answer
    raise GraderFailed(str(answer))


def _child(sender: Connection, task: Task) -> None:
    try:
        answer: Graded | str = examine(task)
    except Exception as error:
        # Whatever it is, this submission's line says it, and the others go on.
        answer = f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"
    sender.send(answer)
    sender.close()
