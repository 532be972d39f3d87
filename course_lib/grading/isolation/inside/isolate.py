"""Turning a process that may do much into one that may do little: namespaces, folders, limits, user, capabilities.

Standard library only: it runs in a fork of the warm parent (`parent`), between the fork and the student's first line.
"""

import ctypes
import fcntl
import os
import resource
import socket
import struct
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

_NEW_MOUNTS, _NEW_IPC, _NEW_PIDS, _NEW_NETWORK = 0x20000, 0x08000000, 0x20000000, 0x40000000
_NAMESPACES = _NEW_MOUNTS | _NEW_IPC | _NEW_PIDS | _NEW_NETWORK
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
_PR_CAPBSET_DROP, _PR_SET_KEEPCAPS = 24, 8
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_CAPABILITY_VERSION = 0x20080522
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def new_namespaces() -> None:
    """Leave the siblings: mounts, System V objects, network, and, for the next fork, processes."""
    _check(_libc.unshare(_NAMESPACES), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        # ipykernel listens on the loopback, which is down in a new network.
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))


def own_folders(size: int) -> None:
    """Give the process its own ``/proc`` and empty ``/tmp`` and ``/dev/shm`` of at most `size` bytes each."""
    _check(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "making mounts private")
    safe = _MS_NOSUID | _MS_NODEV
    for folder in (b"/tmp", b"/dev/shm"):
        _check(_libc.mount(b"tmpfs", folder, b"tmpfs", safe, b"mode=1777,size=%d" % size), f"mounting {folder!r}")
    _check(_libc.mount(b"proc", b"/proc", b"proc", safe | _MS_NOEXEC, None), "mounting /proc")


def set_limits(limits: dict[str, int]) -> None:
    """Set resource limits by name, hard and soft, none above what is allowed already."""
    for name, value in limits.items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (value, value))


def become(uid: int | None) -> None:
    """Become a user who owns nothing (for a root caller), and give up every capability."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # the last one that this system knows lies behind
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header, none = struct.pack("=Ii", _CAPABILITY_VERSION, 0), bytes(24)
    _check(_libc.syscall(_SYS_CAPSET[os.uname().machine], header, none), "capset")


def isolate(orders: dict[str, Any]) -> None:
    """Do all of the above but the new namespaces, which need a fork of their own."""
    own_folders(orders["file_bytes"])
    os.chdir("/tmp")  # noqa: S108
    set_limits(orders["rlimits"])
    become(orders["uid"])
