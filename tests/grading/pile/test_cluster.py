"""Grading on a Dask cluster of this machine."""

import os
import signal

import pytest

from course_lib.grading.examination.examine import Task
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.pile.cluster import examine_on
from tests.conftest import needs, needs_package
from tests.grading.pile.test_grading import HIDDEN, STUB, written

pytestmark = [needs("bwrap"), needs_package("distributed"), pytest.mark.slow]


@pytest.fixture
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as started:
        yield started


def test_a_worker_that_is_killed_loses_nothing_and_nothing_is_graded_twice(cluster):
    released = written(STUB, STUB).decode()
    good = written("def double(x):\n    return 2 * x", "def halve(x):\n    return x / 2")
    tasks = [Task(f"student-{number}", good, released, HIDDEN, Limits()) for number in range(6)]
    graded = []
    for one in examine_on(cluster.scheduler_address, tasks):
        graded.append(one)
        if len(graded) == 3:
            os.kill(cluster.workers[0].pid, signal.SIGKILL)
    assert sorted(each.student for each in graded) == [task.student for task in tasks]
    assert {each.status for each in graded} == {"graded"}
    assert len({each.score for each in graded}) == 1
