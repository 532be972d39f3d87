"""Behind Landlock, as another user: what a process can read, write, reach and start, and how it ends."""

import json
import os
import secrets
import select
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from course_lib.grading.isolation import landlock, sandbox
from course_lib.grading.isolation.landlock import Enclosure
from course_lib.grading.isolation.limits import Limits

sys.path.insert(0, str(landlock.ENCLOSE.parent))
import enclose

sys.path.remove(str(landlock.ENCLOSE.parent))

MB = 1_000_000
REPOSITORY = sandbox.PACKAGE.parent
PYTHON = next(
    (each for each in (sys.executable, "/usr/bin/python3") if not landlock.barred(Path(os.path.realpath(each)))), None
)
behind = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or not landlock.version() or PYTHON is None,
    reason="needs root, a kernel with Landlock, and a Python that every user may read",
)


@pytest.fixture
def enclosure():
    with Enclosure(Limits(file_bytes=MB)) as enclosure:
        yield enclosure


def start(enclosure, code, *arguments):
    return subprocess.Popen(
        enclosure.command([PYTHON, "-I", "-c", code, *map(str, arguments)]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={},
    )


def ends(enclosure, code, *arguments):
    """The last line that a program writes: what it printed, or the error that it ended with."""
    out, error = start(enclosure, code, *arguments).communicate(timeout=60)
    return (out or error).strip().splitlines()[-1]


READ = "import os, sys; path = sys.argv[1]; print(os.listdir(path) if os.path.isdir(path) else open(path).read(9))"


@behind
@pytest.mark.parametrize(
    "path",
    [
        REPOSITORY / "solutions",
        REPOSITORY / "pyproject.toml",
        REPOSITORY / "tests",
        sandbox.GRADING / "__init__.py",
        sandbox.GRADING / "isolation/landlock.py",
        *(
            "/etc/passwd",
            "/etc/shadow",
            "/",
            "/root",
            "/home",
            "/tmp",
            "/proc",
            "/proc/self/environ",
            "/proc/1/cmdline",
        ),
        *("/dev", "/dev/shm", "/sys", "/var", "/run"),
    ],
)
def test_nothing_of_the_instructors_or_the_machines_can_be_read(enclosure, path):
    assert ends(enclosure, READ, path).startswith("PermissionError")


@behind
def test_python_the_package_and_facts_about_the_machine_can_be_read(enclosure):
    if not landlock.barred(sandbox.PACKAGE):
        assert ends(enclosure, READ, sandbox.PACKAGE / "__init__.py") != ""
        assert "PermissionError" not in ends(enclosure, READ, sandbox.PACKAGE / "schedules")
    assert ends(enclosure, READ, "/proc/cpuinfo").startswith("processor")
    assert ends(enclosure, "import json, ctypes, multiprocessing.pool; print('imported')") == "imported"


@behind
def test_a_link_in_its_folder_leads_nowhere(enclosure, tmp_path):
    (tmp_path / "secret").write_text("secret")
    tmp_path.chmod(0o755)
    code = "import os, sys; os.symlink(sys.argv[1], 'link'); print(open('link').read())"
    assert ends(enclosure, code, tmp_path / "secret").startswith("PermissionError")


@behind
def test_it_can_write_to_its_folder_alone(enclosure, tmp_path):
    tmp_path.chmod(0o777)
    everyones = tmp_path / "everyones"
    everyones.write_text("kept")
    everyones.chmod(0o666)
    write = "import sys; print(open(sys.argv[1], 'w').write('x'))"
    assert ends(enclosure, write, everyones).startswith("PermissionError")
    assert ends(enclosure, write, tmp_path / "new").startswith("PermissionError")
    assert ends(enclosure, write, f"/tmp/course-{secrets.token_hex(4)}").startswith("PermissionError")
    truncate = "import os, sys; os.truncate(sys.argv[1], 0)"
    assert landlock.version() < 3 or ends(enclosure, truncate, everyones).startswith("PermissionError")
    assert everyones.read_text() == "kept"
    everything = """
import os, tempfile
os.mkdir("a"); os.mkdir("b")
open("a/file", "w").write("x"); os.rename("a/file", "b/file"); os.remove("b/file"); os.rmdir("a")
with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
    file.write(b"x")
print(os.getcwd(), os.environ["HOME"], os.environ["TMPDIR"])
"""
    assert ends(enclosure, everything) == " ".join([str(enclosure.folder)] * 3)


@behind
def test_a_file_has_an_end_and_what_it_writes_is_counted(enclosure):
    assert enclosure.written_bytes() < 100_000
    assert ends(enclosure, "open('big', 'wb').write(bytes(3_000_000)); open('big', 'ab').write(b'x')").startswith(
        "OSError"
    )
    assert enclosure.written_bytes() >= MB
    shared = (
        "import os, sys; os.write(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), bytes(500_000)); print('written')"
    )
    assert ends(enclosure, shared, f"/dev/shm/course-{secrets.token_hex(4)}") == "written"
    assert enclosure.written_bytes() >= 1.5 * MB


@behind
def test_it_is_a_user_of_its_own_without_rights(enclosure):
    code = """
import ctypes, json, os
libc = ctypes.CDLL(None)
held = [libc.prctl(47, 1, each, 0, 0) for each in range(41)]  # ambient capabilities
ids = [os.getresuid(), os.getresgid(), os.getgroups()]
print(json.dumps([*ids, max(held), libc.prctl(39, 0, 0, 0, 0), dict(os.environ)]))
"""
    users, groups, others, ambient, no_new_privileges, environment = json.loads(ends(enclosure, code))
    assert {*users, *groups} == {enclosure.uid} <= set(sandbox.UIDS)
    assert (others, ambient, no_new_privileges) in (([], 0, 1), ([enclosure.uid], 0, 1))
    assert set(environment) <= {*sandbox.ENVIRONMENT, "PATH", "LC_CTYPE"}


@behind
def test_there_is_no_network_and_no_socket_of_the_host(enclosure):
    with socket.create_server(("127.0.0.1", 0)) as server:
        dial = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1]))); print('connected')"
        assert ends(enclosure, dial, server.getsockname()[1]).startswith("OSError")
    name = "course-" + secrets.token_hex(8)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0" + name)
        server.listen()
        dial = "import socket, sys; socket.socket(socket.AF_UNIX).connect(chr(0) + sys.argv[1]); print('connected')"
        assert ends(enclosure, dial, name).startswith("PermissionError")


@behind
def test_it_can_reach_no_process_but_its_own(enclosure):
    signal_us = "import os, sys; os.kill(int(sys.argv[1]), 0); print('reached')"
    assert ends(enclosure, signal_us, os.getpid()).startswith("PermissionError")
    own = """
import os, signal, time
child = os.fork()
if not child:
    os.read(os.pipe()[0], 1)
os.kill(child, signal.SIGKILL)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert ends(enclosure, own) == "-9"


@behind
def test_programs_and_processes_that_talk_to_each_other_run(enclosure):
    code = """
import multiprocessing, subprocess
context = multiprocessing.get_context("fork")
queue = context.Queue()
child = context.Process(target=queue.put, args=(3,))
child.start()
got = queue.get()
child.join()
print(got, subprocess.run(["/bin/sh", "-c", "echo ran"], capture_output=True, text=True).stdout.strip())
"""
    assert ends(enclosure, code) == "3 ran"


@behind
def test_processes_that_detach_are_found_and_ended(enclosure):
    code = """
import os, sys
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        os.close(1)
        os.read(os.pipe()[0], 1)
    os.wait()
print("detached", flush=True)
"""
    process = start(enclosure, code)
    assert process.stdout.readline() == "detached\n"
    process.wait(timeout=60)
    process.stdout.close()
    process.stderr.close()
    assert len(enclosure.members()) == 3
    enclosure.kill()
    assert enclosure.members() == set()


@behind
def test_a_process_that_forks_without_end_is_ended():
    with Enclosure(Limits(processes=40)) as enclosure:
        process = start(
            enclosure, "import os\nprint('go', flush=True)\nwhile True:\n  try: os.fork()\n  except OSError: pass"
        )
        assert process.stdout.readline() == "go\n"
        enclosure.kill()
        assert process.wait(timeout=60) == -9
        assert enclosure.members() == set()
        process.communicate()


@behind
@pytest.mark.parametrize("_", range(10))
def test_a_process_that_is_another_at_every_look_is_ended(enclosure, _):
    code = """
import os
os.close(1)
os.close(2)
while True:
    try:
        if os.fork():
            os._exit(0)
    except OSError:
        pass
    with open("steps", "a") as file:
        file.write(".")
"""
    process = start(enclosure, code)
    process.communicate(timeout=60)
    enclosure.kill()
    steps = enclosure.folder / "steps"
    taken = steps.stat().st_size if steps.exists() else 0
    time.sleep(0.05)
    assert (steps.stat().st_size if steps.exists() else 0) == taken


@behind
def test_what_a_killed_grader_left_behind_is_ended_before_the_user_is_anothers(enclosure, monkeypatch):
    process = start(enclosure, "import os\nprint('in', flush=True)\nos.read(os.pipe()[0], 1)")
    assert process.stdout.readline() == "in\n"
    with socket.socket(socket.AF_UNIX) as claim:
        monkeypatch.setattr(landlock, "_claim_user", lambda: (enclosure.uid, claim))
        Enclosure(Limits()).end()
    assert process.wait(timeout=60) == -9
    process.communicate()


@behind
def test_after_its_end_it_touches_no_process_of_that_user(enclosure):
    enclosure.end()
    with socket.socket(socket.AF_UNIX) as claim, pytest.MonkeyPatch.context() as patch:
        patch.setattr(landlock, "_claim_user", lambda: (enclosure.uid, claim))
        other = Enclosure(Limits())
    process = start(other, "import os\nprint('in', flush=True)\nos.read(os.pipe()[0], 1)")
    assert process.stdout.readline() == "in\n"
    enclosure.kill()
    enclosure.end()
    assert other.members() == {process.pid}
    other.end()
    process.communicate()


@behind
def test_two_submissions_share_neither_user_nor_folder(enclosure):
    with Enclosure(Limits()) as other:
        assert (other.uid, other.folder) != (enclosure.uid, enclosure.folder)
        (enclosure.folder / "answer").write_text("secret")
        enclosure.folder.chmod(0o777)
        assert ends(other, READ, enclosure.folder / "answer").startswith("PermissionError")


@behind
def test_nothing_is_left_however_deep_its_folders_are():
    with Enclosure(Limits()) as enclosure:
        name = f"/dev/shm/course-{secrets.token_hex(4)}"
        code = """
import os, sys
open(sys.argv[1], "x").close()
for _ in range(1200):
    os.mkdir("d" * 100); os.chdir("d" * 100)
print("made")
"""
        assert ends(enclosure, code, name) == "made"
    assert not enclosure.folder.exists()
    assert not Path(name).exists()


@behind
def test_its_end_is_that_of_the_grader(enclosure):
    code = """
import json, subprocess, sys
child = subprocess.Popen(json.loads(sys.argv[1]), stdout=subprocess.PIPE)
print(child.stdout.readline(), flush=True)
"""
    waits = "import os; print('in', flush=True); os.read(os.pipe()[0], 1)"
    middle = subprocess.run(
        [sys.executable, "-c", code, json.dumps(enclosure.command([PYTHON, "-I", "-c", waits]))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "in" in middle.stdout
    for number in enclosure.members():
        with suppress(ProcessLookupError):
            descriptor = os.pidfd_open(number)
            assert select.select([descriptor], [], [], 60)[0], "it lives on"
            os.close(descriptor)
    assert enclosure.members() == set()


def test_what_is_hidden_is_carved_out_and_links_are_not_followed(tmp_path):
    for name in ("site/course/grading", "site/course/models", "site/numpy", "bin"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "site/link").symlink_to("/etc")
    (tmp_path / "site/course/grading/secret").touch()
    shown = dict(enclose.carve(str(tmp_path), {str(tmp_path / "site/course/grading")}))
    names = {str(Path(path).relative_to(tmp_path)): rights for path, rights in shown.items()}
    assert {name for name, rights in names.items() if rights & enclose._READ_FILE} == {
        "site/course/models",
        "site/numpy",
        "bin",
    }
    assert {name for name, rights in names.items() if rights == enclose._READ_DIR} == {".", "site", "site/course"}


def test_without_root_it_is_refused(monkeypatch):
    monkeypatch.setattr(landlock.os, "geteuid", lambda: 1000)
    assert "only root" in landlock.unavailable.__wrapped__()
    with pytest.raises(PermissionError, match="only root"):
        Enclosure(Limits())


def test_where_the_kernel_has_none_it_says_so(monkeypatch):
    monkeypatch.setattr(landlock.os, "geteuid", lambda: 0)
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert "kernel offers no Landlock" in landlock.unavailable.__wrapped__()


def test_a_python_that_only_root_may_enter_is_named(monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    assert landlock.barred(tmp_path / "bin") is not None
    monkeypatch.setattr(landlock.os, "geteuid", lambda: 0)
    monkeypatch.setattr(landlock, "version", lambda: 7)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert "put it where every user may read" in landlock.unavailable.__wrapped__()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
