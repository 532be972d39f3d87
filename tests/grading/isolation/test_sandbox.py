"""What a student's code can reach from inside: its own files, and nothing of the machine."""

import os
import secrets
import socket
import sys
from pathlib import Path

import pytest

from course_lib.grading.isolation import sandbox, tiers
from course_lib.grading.isolation.limits import Limits
from tests.conftest import needs

pytestmark = needs("bwrap")

REPOSITORY = sandbox.PACKAGE.parent
ABSENT = {"FileNotFoundError", "PermissionError", "NotADirectoryError"}


def test_the_tier_in_force_is_told():
    assert sandbox.describe().name == "bubblewrap"


def test_without_bubblewrap_it_says_how_to_get_it_and_refuses(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    monkeypatch.setattr(tiers.landlock, "unavailable", lambda: "only root can")
    described = (sandbox.describe, tiers.describe)
    for once in described:  # once a process, and perhaps in another test
        once.cache_clear()
    try:
        assert "apt install bubblewrap" in sandbox.describe().words
        with pytest.raises(sandbox.NoSandbox, match="no sandbox, no grading"):
            tiers.require()
    finally:
        for once in described:
            once.cache_clear()


def test_it_is_not_root_and_holds_no_capability(probe):
    assert 0 not in probe.ids()
    held = probe.capabilities()
    assert (held["CapPrm"], held["CapEff"], held["CapAmb"]) == (0, 0, 0)


def test_there_is_no_network_but_its_own_loopback(probe):
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert probe.connect("inet", list(server.getsockname())) != "connected"
    assert probe.connect("inet", ["192.0.2.1", 80]) != "connected"
    assert probe.interfaces() == ["lo"]


def test_a_socket_of_the_host_is_out_of_reach(probe):
    name = "\0course-" + secrets.token_hex(8)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        assert probe.connect("unix", name) != "connected"


@pytest.mark.parametrize(
    "path",
    [
        REPOSITORY / "solutions",
        REPOSITORY / "pyproject.toml",
        REPOSITORY / ".git",
        REPOSITORY / "tests",
        REPOSITORY / "assignments",
        sandbox.GRADING / "hidden.py",
        sandbox.GRADING / "inside",
        "/etc/passwd",
        "/etc/shadow",
        "/var",
        "/run",
        "/home",
        "/proc/kcore",
    ],
)
def test_nothing_of_the_instructors_or_the_machines_can_be_read(probe, path):
    assert probe.readable(str(path)) in ABSENT


def test_bubblewraps_own_process_tells_nothing(probe):
    assert probe.readable("/proc/1/environ") in (0, "PermissionError")
    assert probe.readable("/proc/1/root") in (probe.readable("/"), "PermissionError")


def test_of_the_repository_only_the_package_is_there_and_the_grader_is_not_in_it(probe):
    assert set(probe.readable(str(sandbox.PACKAGE))) >= {"schedules", "training"}
    assert probe.readable(str(sandbox.GRADING)) == []
    assert set(probe.readable(str(REPOSITORY))) <= {"course_lib", Path(sys.prefix).name}


def test_of_a_home_folder_only_the_way_to_python_is_there(probe):
    home = Path.home()
    found = probe.readable(str(home))
    if isinstance(found, list):
        shown = {path.relative_to(home).parts[0] for path in sandbox.visible() if path.is_relative_to(home)}
        assert set(found) <= shown


def test_a_file_of_the_host_made_meanwhile_is_not_there(probe, tmp_path):
    (tmp_path / "secret").write_text("x")
    assert probe.readable(str(tmp_path / "secret")) in ABSENT
    assert not [name for name in probe.readable("/tmp") if name.startswith("course-")]


@pytest.mark.parametrize(
    "path", ["/", "/usr", "/etc", "/dev", "/course", "/proc", sys.prefix, sandbox.PACKAGE, sandbox.GRADING]
)
def test_nothing_can_be_written_but_the_temporary_folder(probe, path):
    assert probe.writable(str(path)) != "written"


def test_the_temporary_folder_can_be_written_and_has_an_end(probe):
    assert probe.writable("/tmp") == "written"
    assert probe.fill("/dev/shm/big", 300) == "OSError"
    assert probe.fill("/tmp/big", 300) == "OSError"


def test_it_sees_no_process_and_no_variable_of_the_graders(probe, monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "x")
    assert str(os.getpid()) not in probe.environment()
    assert not {"COURSE_SECRET", "PYTHONPATH", "SSH_AUTH_SOCK"} & set(probe.environment())
    assert len(probe.processes()) == 1


def test_its_descriptors_lead_to_sockets_and_to_nothing_of_the_host(probe):
    kinds = ("socket:", "pipe:", "anon_inode:", "/dev/null", "/dev/urandom", "/proc/")
    assert [target for target in probe.descriptors().values() if not target.startswith(kinds)] == []


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("CORE", 0),
        ("FSIZE", Limits().file_bytes),
        ("DATA", Limits().memory_bytes + sandbox.RESERVED_BYTES),
        ("NPROC", Limits().processes),
    ],
)
def test_a_process_may_not_grow_beyond_its_limits(probe, name, most):
    assert probe.limit(f"RLIMIT_{name}") == [most, most]
