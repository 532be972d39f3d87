"""Which system calls a student's code may make: the kernel's doors that no coursework needs are shut.

The filter is compiled here, by libseccomp, and loaded in the sandbox by ``inside/filter.py``, which needs no library.
"""

from __future__ import annotations

import errno
import importlib
import tempfile
from collections.abc import Iterator
from functools import cache
from types import ModuleType

_NAMESPACES_AND_MOUNTS = (
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "open_tree_attr"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "statmount", "listmount", "swapon", "swapoff"),
)
_OTHER_PROCESSES = ("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd")
_FILES_PAST_THEIR_NAMES = ("open_by_handle_at", "name_to_handle_at", "fanotify_init", "fanotify_mark")
# Large parts of the kernel that unprivileged code hardly uses, and whose faults have been ways out.
_KERNEL = (
    *("bpf", "perf_event_open", "userfaultfd", "vmsplice", "modify_ldt", "personality"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key"),
    *("kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "acct"),
    *("quotactl", "quotactl_fd", "syslog", "iopl", "ioperm", "lookup_dcookie", "nfsservctl"),
    *("sethostname", "setdomainname", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex"),
)
# Memory that belongs to no process: neither a limit on each process nor a watch over all of them would count it.
_MEMORY_OF_NOBODY = ("memfd_create", "memfd_secret", "shmget", "msgget", "semget")

# libseccomp may be older than these; from 424 on, a call has the same number on every architecture.
_NUMBERS = {"mount_setattr": 442, "quotactl_fd": 443, "memfd_secret": 447}
_NUMBERS |= {"statmount": 457, "listmount": 458, "open_tree_attr": 467}

# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET; NEWTIME can be asked of unshare and clone3 only.
_NEW_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
# TIOCSTI and TIOCLINUX type into a terminal that others read; TIOCSETD loads a driver of the kernel's.
_TERMINALS = (0x5412, 0x541C, 0x5423)
_LOW_HALF = 0xFFFFFFFF

_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
_LAST_FAMILY = 45
# socket.SOCK_DGRAM and SOCK_RAW (which a Unix socket takes for the same), and the part of the argument that says which.
_WITHOUT_CONNECTION, _TYPE = (2, 3), 0xF


def unavailable() -> str | None:
    """Why no filter can be compiled here; None when one can.

    Examples
    --------
    >>> unavailable() is None or "libseccomp" in unavailable()
    True
    """
    try:
        _library()
    except ImportError:
        return "pyseccomp, the way to libseccomp, is not installed: python -m pip install pyseccomp"
    except RuntimeError:
        return "libseccomp is not installed; on Debian or Ubuntu: sudo apt install libseccomp2"
    return None


@cache
def program(*, network: bool = True) -> bytes:
    """The filter for a student's code, compiled for this machine's architecture.

    All calls are allowed but those that make namespaces and mounts, look into other processes, open a rarely used part
    of the kernel, or keep memory outside every process. They fail with EPERM, as for any unprivileged user; ``clone3``
    fails with ENOSYS, so that the C library falls back to ``clone``, whose flags a filter can read; a process that
    calls as another architecture is killed.

    Parameters
    ----------
    network
        False where no network namespace shuts the network off: only Unix sockets are left, and they cannot be bound,
        connected, or sent from by address. A process then talks to those that it started, by pipes and socket pairs.

    Returns
    -------
    bytes
        An array of the kernel's ``struct sock_filter``, for ``filter.load``.

    Raises
    ------
    ImportError, RuntimeError
        As `unavailable` says in words.

    Examples
    --------
    >>> len(program()) % 8
    0
    """
    library = _library()
    compiled = library.SyscallFilter(library.ALLOW)
    compiled.set_attr(library.Attr.ACT_BADARCH, library.KILL_PROCESS)
    for error, name, arguments in _refused(library, network):
        compiled.add_rule(library.ERRNO(error), _number(library, name), *arguments)
    with tempfile.TemporaryFile() as file:
        compiled.export_bpf(file)
        file.seek(0)
        return file.read()


# The error that a call gets, its name, and what its arguments must be like to get it.
_Rule = tuple[int, str, tuple[object, ...]]


def _refused(library: ModuleType, network: bool) -> Iterator[_Rule]:
    for name in (*_NAMESPACES_AND_MOUNTS, *_OTHER_PROCESSES, *_FILES_PAST_THEIR_NAMES, *_KERNEL, *_MEMORY_OF_NOBODY):
        yield errno.EPERM, name, ()
    yield errno.ENOSYS, "clone3", ()
    for flag in _NEW_NAMESPACES:
        yield errno.EPERM, "clone", (library.Arg(0, library.MASKED_EQ, flag, flag),)
    for request in _TERMINALS:
        # The kernel reads half of the argument: the other half must not make a difference here either.
        yield errno.EPERM, "ioctl", (library.Arg(1, library.MASKED_EQ, _LOW_HALF, request),)
    yield from _refused_families(library, {_UNIX, _INET, _INET6, _NETLINK} if network else {_UNIX})
    if not network:
        yield from _refused_addresses(library)


def _refused_families(library: ModuleType, allowed: set[int]) -> Iterator[_Rule]:
    for family in sorted(set(range(_LAST_FAMILY + 1)) - allowed):
        yield errno.EAFNOSUPPORT, "socket", (library.Arg(0, library.EQ, family),)
    # Takes in numbers whose upper half is not 0, for which the tests above would not hold.
    yield errno.EAFNOSUPPORT, "socket", (library.Arg(0, library.GT, _LAST_FAMILY),)
    yield errno.EAFNOSUPPORT, "socketpair", (library.Arg(0, library.NE, _UNIX),)
    # Of netlink's many protocols, 0 lists the interfaces.
    others = (library.Arg(0, library.EQ, _NETLINK), library.Arg(2, library.NE, 0))
    yield errno.EAFNOSUPPORT, "socket", others


def _refused_addresses(library: ModuleType) -> Iterator[_Rule]:
    yield errno.EPERM, "connect", ()
    yield errno.EPERM, "bind", ()
    yield errno.EPERM, "sendto", (library.Arg(4, library.NE, 0),)
    # sendmsg takes its address from memory, where a filter cannot look; on a socket with a connection it has no effect.
    for call in ("socket", "socketpair"):
        for kind in _WITHOUT_CONNECTION:
            yield errno.EPERM, call, (library.Arg(1, library.MASKED_EQ, _TYPE, kind),)


def _number(library: ModuleType, name: str) -> int:
    number = int(library.resolve_syscall(library.Arch.NATIVE, name))
    # Numbers below -1 stand for calls that this architecture lacks, for which libseccomp makes no rule.
    return _NUMBERS[name] if number == -1 else number


def _library() -> ModuleType:
    # Its import looks for libseccomp, and this module is imported where there is none, to say so.
    return importlib.import_module("pyseccomp")
