"""The kernel's own limit on a tree of processes: for real where this user may set one, else on a copy of its files."""

import subprocess
import sys

import pytest

from course_lib.grading.isolation import cgroup
from course_lib.grading.isolation.cgroup import MemoryGroup, NoControlGroup, Place, find

MB = 1_000_000
real = pytest.mark.skipif(cgroup.available() is not None, reason=str(cgroup.available()))

V2 = "30 23 0:26 / {root} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = "32 31 0:29 {top} {root}/{name} rw - cgroup cgroup rw,{name}\n"


def described(folder, mounts, own):
    folder.mkdir(exist_ok=True)
    (folder / "mountinfo").write_text("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + mounts)
    (folder / "cgroup").write_text(own)
    return folder


def group(folder, lends=""):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cgroup.procs").write_text("")
    (folder / "cgroup.subtree_control").write_text(lends)
    return folder


def test_in_version_2_a_group_is_made_beside_ones_own_where_memory_is_lent(tmp_path):
    root = tmp_path / "cgroup"
    group(root, "cpu memory pids")
    lending = group(root / "user/app", "memory pids")
    group(lending / "terminal.scope")
    proc = described(tmp_path / "proc", V2.format(root=root), "0::/user/app/terminal.scope\n")
    assert find(proc) == Place(2, lending, lending)
    group(lending, "memory")
    assert find(proc).pids is None


def test_in_version_2_a_user_to_whom_nothing_is_lent_is_told_so(tmp_path):
    root = group(tmp_path / "cgroup", "cpu")
    group(root / "session.scope")
    proc = described(tmp_path / "proc", V2.format(root=root), "0::/session.scope\n")
    with pytest.raises(NoControlGroup, match="lends its memory controller"):
        find(proc)


def test_in_version_1_a_group_is_made_inside_ones_own(tmp_path):
    own = group(tmp_path / "memory/job")
    pids = group(tmp_path / "pids")
    mounts = "".join(V1.format(root=tmp_path, name=name, top="/") for name in ("memory", "pids"))
    proc = described(tmp_path / "proc", mounts + V2.format(root=tmp_path), "4:memory:/job\n8:pids:/\n0::/\n")
    place = find(proc)
    assert (place.version, place.memory.resolve(), place.pids.resolve()) == (1, own, pids)


def test_a_container_that_sees_its_group_as_the_root_finds_it(tmp_path):
    group(tmp_path / "memory")
    mounts = V1.format(root=tmp_path, name="memory", top="/docker/abc")
    place = find(described(tmp_path / "proc", mounts, "4:memory:/docker/abc\n"))
    assert place == Place(1, tmp_path / "memory", None)


def test_without_control_groups_it_says_so(tmp_path):
    with pytest.raises(NoControlGroup, match="no control groups"):
        find(described(tmp_path / "proc", "", "0::/\n"))


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A group of version 2 in an ordinary folder, with the files that the kernel would put there."""
    mkdir = type(tmp_path).mkdir

    def mkdir_as_the_kernel_does(folder, *args, **kwargs):
        mkdir(folder, *args, **kwargs)
        for name in ("cgroup.procs", "memory.max", "memory.swap.max", "memory.oom.group", "memory.events", "pids.max"):
            (folder / name).touch()

    monkeypatch.setattr(type(tmp_path), "mkdir", mkdir_as_the_kernel_does)
    return MemoryGroup(100 * MB, 64, Place(2, tmp_path, tmp_path))


@pytest.fixture
def folder(made, tmp_path):
    (folder,) = tmp_path.glob("course-*")
    return folder


def test_in_version_2_memory_swap_and_processes_are_limited(folder):
    said = {name: (folder / name).read_text() for name in ("memory.max", "memory.swap.max", "pids.max")}
    assert said == {"memory.max": "100000000", "memory.swap.max": "0", "pids.max": "64"}


def test_in_version_2_a_process_above_the_limit_takes_all_with_it(folder):
    assert (folder / "memory.oom.group").read_text() == "1"


def test_in_version_2_it_tells_whether_the_limit_was_reached(made, folder):
    (folder / "memory.events").write_text("low 0\nmax 7\noom 0\noom_kill 0\n")
    assert not made.exceeded
    (folder / "memory.events").write_text("low 0\nmax 7\noom 1\noom_kill 1\n")
    assert made.exceeded


@pytest.mark.parametrize("limits", [(0, 1), (1, 0), (-1, 1)])
def test_a_limit_that_is_none_is_refused(limits):
    with pytest.raises(ValueError, match="must be above 0"):
        MemoryGroup(*limits)


def test_a_folder_that_is_no_control_group_is_refused_and_nothing_is_left(tmp_path):
    place = Place(1, tmp_path / "absent", None)
    with pytest.raises(NoControlGroup, match="no group can be made"):
        MemoryGroup(MB, 1, place)
    assert list(tmp_path.iterdir()) == []


JOIN = "import sys\nfor door in sys.argv[1:]:\n    open(door, 'w').write('0')\n"


def start(group, code):
    doors = [str(door) for door in group.doors]
    return subprocess.Popen([sys.executable, "-c", JOIN + code, *doors], stdout=subprocess.PIPE, text=True)


@pytest.fixture
def limited():
    made = MemoryGroup(100 * MB, 32)
    yield made
    made.end()


@real
def test_two_processes_that_together_hold_too_much_are_stopped(limited):
    code = """
import os
child = os.fork()
held = bytearray(b"x") * 70_000_000
if child:
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print("child", ended)
else:
    os.read(os.pipe()[0], 1)
"""
    process = start(limited, code)
    process.wait(timeout=60)
    assert limited.exceeded


@real
def test_what_stays_below_the_limit_is_left_alone(limited):
    process = start(limited, "held = bytearray(b'x') * 30_000_000\nprint(len(held))")
    assert process.communicate(timeout=60)[0] == "30000000\n"
    assert not limited.exceeded


@real
def test_a_process_that_waits_at_a_gate_is_taken_in(limited):
    code = "input()\nheld = bytearray(b'x') * 200_000_000"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    limited.add(process.pid)
    process.communicate(b"\n", timeout=60)
    assert process.returncode == -9
    assert limited.exceeded


@real
@pytest.mark.skipif(cgroup.available() is not None or find().pids is None, reason="no limit on processes here")
def test_it_may_not_be_more_processes_than_it_may(limited):
    code = """
import os
made = 0
try:
    while True:
        if os.fork() == 0:
            os.read(os.pipe()[0], 1)
        made += 1
except BlockingIOError:
    print(made, flush=True)
"""
    process = start(limited, code)
    assert process.stdout.readline() == "31\n"
    limited.end()
    assert process.wait(timeout=60) in (0, -9)


@real
def test_its_end_ends_all_that_is_in_it_and_leaves_no_group(limited):
    process = start(limited, "import os\nprint('in', flush=True)\nos.read(os.pipe()[0], 1)")
    assert process.stdout.readline() == "in\n"
    folders = [door.parent for door in limited.doors]
    limited.end()
    assert process.wait(timeout=60) == -9
    assert [folder for folder in folders if folder.exists()] == []
    limited.end()
