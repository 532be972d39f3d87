"""Grading on a Dask cluster: the same work a submission as on one machine, on each worker one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from distributed import Client, Future, Worker, WorkerPlugin, as_completed, get_worker
from distributed.scheduler import KilledWorker

from course_lib.grading.examination.examine import Graded, Task, examine
from course_lib.grading.isolation.warm import WarmParent
from course_lib.grading.pile.workers import preload, said


class _Grader(WorkerPlugin):
    """Gives a worker its warm parent, which ends with it."""

    name = "course-grader"

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = modules

    def setup(self, worker: Worker) -> None:
        self.parent = WarmParent(self._modules)
        # pytest, which runs the hidden tests, is not made for two threads.
        self.one_at_a_time = threading.Lock()

    def teardown(self, worker: Worker) -> None:
        self.parent.close()


def _examine(task: Task) -> Graded:
    grader = get_worker().plugins[_Grader.name]
    assert isinstance(grader, _Grader)  # noqa: S101 - for the type checker
    with grader.one_at_a_time:
        try:
            return examine(task, grader.parent.handle)
        except Exception as error:
            return said(task, error)


def examine_on(address: str, tasks: Sequence[Task]) -> Iterator[Graded]:
    """Grade submissions on a Dask cluster, and give each back when it is done.

    A submission whose worker dies is graded again by another. Each worker needs this package and a sandbox.

    Parameters
    ----------
    address
        The scheduler's, such as ``tcp://10.0.0.1:8786``.
    tasks
        The submissions, all of one assignment.

    Yields
    ------
    Graded
        In the order in which they finish; one on which the grader failed has the status ``failed``.

    Raises
    ------
    OSError
        When no scheduler answers at the address.
    """
    if not tasks:
        return
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # distributed is typed in part
        client.register_plugin(_Grader(preload(tasks)))
        # A key of its own for each: two students who hand in the same bytes are two submissions.
        futures = {
            client.submit(_examine, task, key=f"grade-{number}-{task.student}", pure=False): task
            for number, task in enumerate(tasks)
        }
        try:
            for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call]
                yield _result(future, futures[future])
        finally:
            client.unregister_worker_plugin(_Grader.name)


def _result(future: Future[Graded], task: Task) -> Graded:
    try:
        graded: Graded = future.result()
    except KilledWorker as error:
        return said(task, error)
    return graded
