"""Calls of the kernel by which a process makes itself a world of its own, or looks into others'."""

import errno
import platform

import pytest

from course_lib.grading.examination.student import Student
from tests.conftest import needs
from tests.grading.conftest import running

pytestmark = [
    pytest.mark.slow,
    needs("bwrap"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers of the calls are those of x86-64"),
]

# Each is made in a process of its own, which then ends.
CALLS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)

def attempt(number, arguments):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        given = [ctypes.create_string_buffer(each) if isinstance(each, bytes) else ctypes.c_long(each)
                 for each in map(prepare, arguments)]
        caller = os.getpid()
        ctypes.set_errno(0)
        result = libc.syscall(number, *given)
        if os.getpid() != caller:
            os._exit(0)  # a clone
        os.write(write, repr([result, ctypes.get_errno()]).encode())
        os._exit(0)
    os.close(write)
    said = os.read(read, 100).decode()
    os.close(read)
    os.waitpid(child, 0)
    return eval(said) if said else [0, 0]

def prepare(each):
    if each == "self":
        return os.getpid()
    if each == "namespace":
        return os.open("/proc/self/ns/user", os.O_RDONLY)
    if isinstance(each, str):
        return each.encode() + bytes(200)
    return each
"""

NEW = {"mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000}
NEW |= {"net": 0x40000000}
SIGCHLD = 17
HERE, READ_ONLY = -100, 0
REFUSED = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EAFNOSUPPORT}

# The number of the call on x86-64 and its arguments, as near to what would succeed as they can be without harm.
ATTEMPTS = {
    **{f"unshare, a new {name} namespace": (272, [0x10000000 | flag]) for name, flag in NEW.items()},
    **{f"clone, a new {name} namespace": (56, [0x10000000 | flag | SIGCHLD, 0, 0, 0, 0]) for name, flag in NEW.items()},
    "clone3": (435, ["", 0]),
    "setns": (308, ["namespace", 0]),
    "mount": (165, ["none", "/tmp", "tmpfs", 0, 0]),
    "umount2": (166, ["/tmp", 2]),
    "pivot_root": (155, ["/tmp", "/tmp"]),
    "chroot": (161, ["/tmp"]),
    "open_tree": (428, [HERE, "/", 1]),
    "move_mount": (429, [HERE, "/tmp", HERE, "/dev/shm", 0]),
    "fsopen": (430, ["tmpfs", 0]),
    "fsmount": (432, [0, 0, 0]),
    "mount_setattr": (442, [HERE, "/", 0, "", 32]),
    "ptrace": (101, [0, 0, 0, 0]),
    "process_vm_readv": (310, ["self", 0, 0, 0, 0, 0]),
    "process_vm_writev": (311, ["self", 0, 0, 0, 0, 0]),
    "kcmp": (312, ["self", "self", 0, 0, 0]),
    "pidfd_getfd": (438, [0, 0, 0]),
    "bpf": (321, [0, "", 48]),
    "io_uring_setup": (425, [1, ""]),
    "io_uring_enter": (426, [0, 0, 0, 0, 0, 0]),
    "io_uring_register": (427, [0, 0, 0, 0]),
    "keyctl": (250, [0, -3, 1]),
    "add_key": (248, ["user", "owned", "x", 1, -3]),
    "request_key": (249, ["user", "owned", 0, -3]),
    "userfaultfd": (323, [1]),
    "perf_event_open": (298, ["", 0, -1, -1, 0]),
    "open_by_handle_at": (304, [HERE, "", READ_ONLY]),
    "fanotify_init": (300, [0, 0]),
    "init_module": (175, ["", 0, ""]),
    "finit_module": (313, [0, "", 0]),
    "delete_module": (176, ["owned", 0]),
    "kexec_load": (246, [0, 0, 0, 0]),
    "kexec_file_load": (320, [0, 0, 0, "", 0]),
    "quotactl": (179, [0, "", 0, ""]),
    "acct": (163, ["/tmp/account"]),
    "syslog": (103, [3, "", 100]),
    "settimeofday": (164, ["", 0]),
    "sethostname": (170, ["owned", 5]),
    "iopl": (172, [3]),
    "ioperm": (173, [0x80, 1, 1]),
    "modify_ldt": (154, [0, "", 16]),
    "personality": (135, [0x0040000]),
    "memfd_create": (319, ["owned", 0]),
    "memfd_secret": (447, [0]),
    "shmget": (29, [0, 4096, 0o1600]),
    "a packet socket": (41, [17, 3, 0]),
    "a raw socket": (41, [2, 3, 1]),
    "a socket to the hypervisor": (41, [40, 1, 0]),
    "a socket to the kernel's cryptography": (41, [38, 5, 0]),
    "a key socket": (41, [15, 3, 2]),
}


@pytest.fixture(scope="module")
def inside():
    with running(CALLS) as session:
        yield Student(session)


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_call_is_refused(inside, name):
    number, arguments = ATTEMPTS[name]
    result, error = inside.attempt(number, arguments)
    assert result == -1, f"it succeeded with {result}"
    assert error in REFUSED, errno.errorcode[error]


def test_a_call_that_anybody_may_make_is_not(inside):
    assert inside.attempt(39, [])[0] > 0  # getpid
