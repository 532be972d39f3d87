"""Cells and calls in a sandboxed kernel, and each limit by its name."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from course_lib.grading.examination.channel import Channel, KernelDidNotStart, KernelGone, LimitReached, OutOfTime
from course_lib.grading.examination.replies import Failure, Frame, Missing, NotData, Returned
from course_lib.grading.isolation import cgroup, warm, watch
from course_lib.grading.isolation.limits import MB, Limits
from tests.conftest import needs
from tests.grading.conftest import running

pytestmark = [needs("bwrap"), pytest.mark.slow]

FUNCTIONS = """import numpy as np
def double(x, *, plus=0):
    return np.asarray(x) * 2 + plus
def fails():
    reason = 7
    raise ValueError(f"because {reason}")
def gives_a_function():
    return fails
def loops():
    while True:
        pass
def leaves():
    raise SystemExit(3)
def recurses():
    return recurses()
def loud():
    print("x" * 1000)
    return 1
"""


@pytest.fixture(scope="module")
def session():
    with running(
        FUNCTIONS, "def broken(:\n    pass", "after = 1", "1 / 0", limits=Limits(call_seconds=1)
    ) as running_session:
        yield running_session


def test_values_go_in_and_come_out(session):
    answer = session.call("double", (np.array([1.0, 2.0]),), {"plus": 0.5})
    np.testing.assert_array_equal(answer.value, [2.5, 4.5])
    assert session.call("double", (3,), {}) == Returned(6)


def test_a_cell_that_raises_is_told_and_the_next_ones_run(session):
    assert session.failures == {
        "b": Failure("SyntaxError", "invalid syntax", (Frame("b", 1, "<module>"),)),
        "d": Failure("ZeroDivisionError", "division by zero", (Frame("d", 1, "<module>"),)),
    }
    assert session.call("after", (), {}).kind == "TypeError"


def test_an_error_names_its_type_its_message_and_the_line_in_the_cell(session):
    assert session.call("fails", (), {}) == Failure("ValueError", "because 7", (Frame("a", 6, "fails"),))


def test_a_deep_traceback_is_cut(session):
    answer = session.call("recurses", (), {})
    assert answer.kind == "RecursionError"
    assert 0 < len(answer.frames) <= 8


def test_leaving_python_is_an_error_like_another(session):
    assert session.call("leaves", (), {}).kind == "SystemExit"


def test_what_is_not_there_and_what_is_no_data_are_told_apart(session):
    assert session.call("nowhere", (), {}) == Missing()
    assert session.call("gives_a_function", (), {}) == NotData("type")


def test_a_call_that_takes_too_long_is_cut_and_the_kernel_lives_on(session):
    with pytest.raises(OutOfTime, match="more than 1 s"):
        session.call("loops", (), {})
    assert session.call("double", (1,), {}) == Returned(2)


def test_printing_does_not_disturb_an_answer(session):
    assert session.call("loud", (), {}) == Returned(1)


def test_the_names_of_cells_survive_magics_and_comments():
    with running("# a comment\n%matplotlib inline\n\ndef f():\n    return 1 / 0\n\n") as magical:
        assert magical.call("f", (), {}).frames == (Frame("a", 5, "f"),)


def test_a_kernel_that_ends_itself_is_noticed_at_once():
    start = time.monotonic()
    with running("import os\ndef leave():\n    os._exit(0)") as session:
        asked = time.monotonic()
        with pytest.raises(KernelGone):
            session.call("leave", (), {})
        assert time.monotonic() - asked < 2
        with pytest.raises(KernelGone):
            session.call("leave", (), {})
        assert session.stopped is None
        assert session.ended.startswith("while leave was called")
    assert time.monotonic() - start < 20


def test_an_endless_cell_is_cut_and_the_next_one_runs():
    with running("while True: pass", "def f():\n    return 1", limits=Limits(cell_seconds=1)) as session:
        assert session.call("f", (), {}) == Returned(1)
    assert session.stopped == ("cell-time", "the cell 'a' took more than 1 s")


STUBBORN = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass
"""


def test_a_cell_that_cannot_be_interrupted_ends_with_its_kernel():
    with running(STUBBORN, "1", limits=Limits(cell_seconds=1)) as session, pytest.raises(LimitReached):
        session.call("f", (), {})
    assert session.stopped is not None
    assert session.stopped[0] == "cell-time"


def test_the_whole_submission_has_a_time_limit():
    limits = Limits(cell_seconds=60, submission_seconds=3)
    with running("import time\ntime.sleep(60)", limits=limits) as session:
        pass
    assert session.stopped is not None
    assert session.stopped[0] == "submission-time"


def test_memory_asked_for_by_one_process_is_refused_to_it():
    with running("x = bytearray(10**10)", limits=Limits(memory_bytes=500 * MB)) as session:
        pass
    assert session.failures["a"].kind == "MemoryError"
    assert session.stopped == ("memory", "the notebook asked for more memory than it may have")


@pytest.mark.parametrize(
    "source",
    [
        "x = bytearray(10**9)",
        "while True:\n    print('x' * 100_000)",
        "print('x' * (3 * 10**8))",
        "import numpy as np\nparts = []\nwhile True:\n    parts.append(np.ones(1000))",
        "import threading\nfor _ in range(100):\n    threading.Thread(target=lambda: bytearray(10**8) * 10).start()",
    ],
    ids=["at-once", "printed-in-pieces", "printed-in-one", "bit-by-bit", "in-threads"],
)
@pytest.mark.parametrize("group", [True, False], ids=["group", "watch"])
def test_who_takes_more_memory_than_it_may_is_told_so_however_it_is_taken(source, group, monkeypatch):
    if group and cgroup.available() is not None:
        pytest.skip(str(cgroup.available()))
    if not group:
        monkeypatch.setattr(watch, "available", lambda: "not looked for")
    with running(source, limits=Limits(memory_bytes=800 * MB, output_bytes=10**9)) as session:
        pass
    assert session.stopped == ("memory", "while the cell 'a' ran, the notebook took more than 0.8 GB of memory")


FORKS = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        held = b"x" * 250_000_000
        time.sleep(30)
        os._exit(0)
time.sleep(30)
"""


def test_memory_held_by_many_processes_together_ends_them():
    with running(FORKS, limits=Limits(memory_bytes=600 * MB)) as session:
        pass
    assert session.stopped is not None
    assert session.stopped[0] == "memory"


def test_a_flood_of_output_ends_the_kernel():
    flood = "import time\nfor _ in range(2000):\n    print('x' * 10_000, flush=True)\n    time.sleep(0.001)"
    with running(flood, limits=Limits(output_bytes=MB)) as session:
        pass
    assert session.stopped is not None
    assert session.stopped[0] == "output"


@pytest.mark.parametrize(
    ("which", "source"),
    [
        ("file", "open('/tmp/big', 'wb').write(bytes(3_000_000))"),
        ("file", "for n in range(9):\n    open(f'/tmp/{n}', 'wb').write(bytes(900_000))"),
        ("processes", "import os\nfor _ in range(99):\n    if not os.fork():\n        os.read(0, 1); os._exit(0)"),
    ],
)
def test_a_limit_that_the_system_keeps_is_reported_by_its_name(which, source):
    with running(source, limits=Limits(file_bytes=MB, processes=24)) as session:
        assert session.stopped is not None
        assert session.stopped[0] == which


def test_nothing_of_the_tree_outlives_the_session():
    with running("import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)") as session:
        pids = session.channel.processes()
        assert len(pids) == 2
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        pass
    assert not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_kernel_that_does_not_start_is_the_graders_fault_and_says_why():
    with Channel(Limits(file_bytes=1)) as channel, pytest.raises(KernelDidNotStart):
        channel.start("")


def test_a_kernel_that_dies_before_anyone_looks_is_the_graders_fault_too(monkeypatch):
    forked = warm.fork

    def fork_and_die(*arguments):
        process, walls = forked(*arguments)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return process, walls

    monkeypatch.setattr(warm, "fork", fork_and_die)
    with Channel(Limits()) as channel, pytest.raises(KernelDidNotStart):
        channel.start("")
