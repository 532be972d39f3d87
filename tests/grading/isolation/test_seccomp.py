"""The doors of the kernel: which are shut, and that what coursework needs is open."""

import errno
import json
import os
import signal

import pytest

from course_lib.grading.isolation import seccomp
from tests.conftest import needs_package
from tests.grading.isolation.bpf import ALLOW, ERRNO, KILL_PROCESS, verdict
from tests.grading.isolation.filtered import answers, prints, run

pytestmark = needs_package("pyseccomp")

SHUT = [
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "kcmp",
    "bpf",
    "perf_event_open",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "keyctl",
    "add_key",
    "request_key",
    "userfaultfd",
    "open_by_handle_at",
    "name_to_handle_at",
    "kexec_load",
    "kexec_file_load",
    "init_module",
    "finit_module",
    "delete_module",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "syslog",
    "personality",
    "memfd_create",
    "shmget",
]
OPEN = [
    "read",
    "write",
    "openat",
    "clone",
    "execve",
    "mmap",
    "mprotect",
    "fork",
    "vfork",
    "futex",
    "kill",
    "prctl",
    "accept4",
    "eventfd2",
    "epoll_wait",
]
NEW = {"mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000}
NEW |= {"user": 0x10000000, "pid": 0x20000000, "net": 0x40000000}
EPERM, ENOSYS, EAFNOSUPPORT = (ERRNO | each for each in (errno.EPERM, errno.ENOSYS, errno.EAFNOSUPPORT))
HIGH = 1 << 32


def arch():
    import pyseccomp

    return pyseccomp.system_arch()


def number(name):
    import pyseccomp

    return pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)


def says(name, *arguments, network=True):
    return verdict(seccomp.program(network=network), arch(), number(name), arguments)


@pytest.mark.parametrize("name", SHUT)
def test_what_no_coursework_needs_is_shut(name):
    assert says(name) == says(name, *[-1] * 6) == says(name, network=False) == EPERM


@pytest.mark.parametrize("name", OPEN)
def test_what_coursework_needs_is_open(name):
    assert says(name) == says(name, network=False) == ALLOW


@pytest.mark.parametrize("name", sorted(seccomp._NUMBERS))
def test_calls_newer_than_the_library_are_shut_by_their_numbers(name):
    assert verdict(seccomp.program(), arch(), seccomp._NUMBERS[name]) == EPERM
    assert number(name) in (-1, seccomp._NUMBERS[name])


@pytest.mark.parametrize("flag", NEW.values(), ids=NEW)
def test_a_clone_makes_no_namespace_and_a_thread_may_be_made(flag):
    assert says("clone", flag | signal.SIGCHLD) == EPERM
    assert says("clone", 0x3D0F00) == says("clone", signal.SIGCHLD) == ALLOW
    assert says("clone3") == ENOSYS


def test_no_text_is_put_into_a_terminal_however_the_request_is_written():
    for request in (0x5412, 0x541C, 0x5423):
        assert says("ioctl", 0, request) == says("ioctl", 0, request | HIGH) == EPERM
    assert says("ioctl", 0, 0x5401) == ALLOW


def test_sockets_are_of_the_common_families_only():
    families = {family for family in range(100) if says("socket", family, 1) == ALLOW}
    assert families == {1, 2, 10, 16}
    assert says("socket", HIGH | 17, 1) == says("socket", -1, 1) == EAFNOSUPPORT
    assert says("socket", 16, 3, 9) == EAFNOSUPPORT  # netlink to the audit system
    assert says("socketpair", 1, 1) == ALLOW
    assert says("socketpair", 30, 1) == EAFNOSUPPORT


def test_without_a_network_namespace_only_pairs_of_unix_streams_are_of_use():
    assert {family for family in range(100) if says("socket", family, 1, network=False) == ALLOW} == {1}
    assert says("socket", 2 | HIGH, 1, network=False) == EAFNOSUPPORT
    for call in ("connect", "bind"):
        assert says(call, 3, network=False) == EPERM
    assert says("sendto", 3, 1, 1, 0, 0xFF, 16, network=False) == EPERM
    assert says("sendto", 3, 1, 1, 0, HIGH, 16, network=False) == EPERM
    assert says("sendto", 3, 1, 1, 0, 0, 0, network=False) == ALLOW
    for call in ("socket", "socketpair"):
        assert says(call, 1, 1 | 0x80800, network=False) == ALLOW
        assert says(call, 1, 2, network=False) == says(call, 1, 3 | 0x80000, network=False) == EPERM


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="x86-64 alone has other ways to call")
def test_another_architectures_calls_end_the_process():
    assert verdict(seccomp.program(), 0x40000003, 4) == KILL_PROCESS
    assert verdict(seccomp.program(), arch(), 0x40000000 | 1) == KILL_PROCESS


def test_the_kernel_takes_the_filter_and_refuses_what_any_user_may_do():
    calls = {
        "unshare": (0,),
        "memfd_create": (0, 0),
        "personality": (0xFFFFFFFF,),
        "ptrace": (0, 0, 0, 0),
        "setns": (-1, 0),
    }
    given = answers(seccomp.program(), [(number(name), *arguments) for name, arguments in calls.items()])
    assert given == [errno.EPERM] * len(calls)
    assert answers(seccomp.program(), [(number("clone3"), 0, 0), (number("getpid"),)]) == [errno.ENOSYS, 0]


def test_the_kernel_refuses_a_clone_into_a_user_namespace():
    assert answers(seccomp.program(), [(number("clone"), NEW["user"] | signal.SIGCHLD, 0, 0, 0, 0)]) == [errno.EPERM]


def test_no_set_user_id_program_gains_by_being_started_under_it():
    status = prints(seccomp.program(), "print(open('/proc/self/status').read())")
    held = dict(line.split(":\t", 1) for line in status.splitlines())
    assert (held["NoNewPrivs"], held["Seccomp"]) == ("1", "2")


def test_threads_that_run_already_come_under_it():
    code = """
import threading, os
started, go, seen = threading.Event(), threading.Event(), []
def wait():
    started.set()
    go.wait()
    try:
        os.memfd_create("x")
    except PermissionError:
        seen.append("refused")
thread = threading.Thread(target=wait)
thread.start()
started.wait()
filter.load(program)
go.set()
thread.join()
print(seen)
"""
    loaded_late = f"program = bytes.fromhex({seccomp.program().hex()!r})\n" + code
    harmless = bytes.fromhex("0600000000 00ff7f".replace(" ", ""))  # return ALLOW
    assert prints(harmless, loaded_late) == "['refused']"


def test_a_filter_that_is_none_is_refused_at_the_door():
    assert "whole instructions" in run(b"", "").stderr
    assert "whole instructions" in run(seccomp.program()[:-1], "").stderr
    assert "Invalid argument" in run(b"\xff" * 8, "").stderr


@pytest.mark.parametrize("network", [True, False])
def test_programs_threads_and_processes_run_under_it(network):
    code = """
import subprocess, multiprocessing, threading, socket, asyncio, tempfile, json
def double(number, pipe):
    pipe.send(2 * number)
context = multiprocessing.get_context("fork")
near, far = context.Pipe()
child = context.Process(target=double, args=(4, far))
child.start()
told = near.recv()
child.join()
said = subprocess.run(["/bin/sh", "-c", "echo ran"], capture_output=True, text=True).stdout.strip()
seen = []
thread = threading.Thread(target=seen.append, args=("thread",))
thread.start()
thread.join()
async def later():
    await asyncio.sleep(0)
    return "later"
with tempfile.TemporaryFile() as file:
    file.write(b"x")
print(json.dumps([told, said, seen[0], asyncio.run(later())]))
"""
    assert json.loads(prints(seccomp.program(network=network), code)) == [8, "ran", "thread", "later"]


def test_the_names_of_interfaces_can_be_asked_for():
    assert "lo" in prints(seccomp.program(), "import socket; print([name for _, name in socket.if_nameindex()])")


@pytest.mark.slow
@pytest.mark.parametrize("network", [True, False])
def test_torch_learns_and_forks_under_it(network):
    code = """
import numpy, torch, torch.multiprocessing as processes
weights = torch.ones(3, requires_grad=True)
(weights * torch.arange(3.)).sum().backward()
def work(queue):
    queue.put(float(numpy.linalg.norm([3, 4])))
context = processes.get_context("fork")
queue = context.SimpleQueue()
child = context.Process(target=work, args=(queue,))
child.start()
print(weights.grad.tolist(), queue.get())
child.join()
"""
    assert prints(seccomp.program(network=network), code) == "[0.0, 1.0, 2.0] 5.0"


def test_what_is_missing_is_named(monkeypatch):
    def absent(error):
        def load(name):
            raise error

        return load

    monkeypatch.setattr(seccomp.importlib, "import_module", absent(ImportError()))
    assert "pip install" in seccomp.unavailable()
    monkeypatch.setattr(seccomp.importlib, "import_module", absent(RuntimeError()))
    assert "apt install libseccomp2" in seccomp.unavailable()
    monkeypatch.undo()
    assert seccomp.unavailable() is None
