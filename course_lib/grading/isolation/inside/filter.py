"""Loading a system-call filter, from inside the sandbox and with the standard library alone."""

import ctypes
import os

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_TSYNC = 1
_INSTRUCTION_BYTES = 8
# The number of seccomp(2), which the C library has no function for.
_SECCOMP = {"x86_64": 317, "aarch64": 277, "riscv64": 277, "ppc64le": 358}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def load(program: bytes) -> None:
    """Put this process, all its threads and all that it will start under a filter, for good.

    Parameters
    ----------
    program
        What ``seccomp.program`` compiled.

    Raises
    ------
    OSError
        When the kernel refuses it, or a thread has a filter that this one does not add to.
    ValueError
        When `program` is empty or not a whole number of instructions.
    """
    if not program or len(program) % _INSTRUCTION_BYTES:
        raise ValueError(f"program must be whole instructions of {_INSTRUCTION_BYTES} bytes, not {len(program)} bytes")
    no_new_privileges()
    described = _Program(len(program) // _INSTRUCTION_BYTES, program)
    machine = os.uname().machine
    if machine not in _SECCOMP:
        raise OSError(f"no system-call filter for {machine}; there is one for {', '.join(_SECCOMP)}")
    thread = call(_SECCOMP[machine], _SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC, ctypes.byref(described))
    if thread:
        raise OSError(f"thread {thread} has another filter and cannot be put under this one")


def no_new_privileges() -> None:
    """Let no program that is started from here gain rights, as a set-uid one would."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process.

    Raises
    ------
    OSError
        When the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_ulong(each) for each in (value, 0, 0, 0)]
    if libc.prctl(option, *words) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}): {os.strerror(ctypes.get_errno())}")


def call(number: int, *arguments: object) -> int:
    """Make a system call by its number.

    Raises
    ------
    OSError
        When it fails.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result = int(libc.syscall(ctypes.c_long(number), *words))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}: {os.strerror(ctypes.get_errno())}")
    return result
