"""Walls for a process that shares its namespaces with the machine: Landlock, a user who owns nothing, limits, a filter.

It runs as ``python -I -S enclose.py ORDERS PROGRAM [ARGUMENT ...]``, started by root, and becomes the program; or a
process that root has forked calls `enclose`. ORDERS is JSON:
``{"uid": 61234, "folder": "/tmp/course-x", "shared": "/dev/shm", "read": ["/usr"], "without": [...], "write": [...],
"rlimits": {"RLIMIT_CORE": 0}, "environment": {"HOME": ...}, "filter": "20000000..."}``.
Standard library only.
"""

import ctypes
import json
import os
import signal
import stat
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - `-I` has taken it away

import filter  # type: ignore[import-not-found]  # beside this file
import isolate  # type: ignore[import-not-found]

_PR_SET_PDEATHSIG = 1
# The same numbers on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

# landlock(7): the rights to files, by the bit of each.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_DIR, _MAKE_REG, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 12
_REFER, _TRUNCATE = 1 << 13, 1 << 14
# What a version of the interface can forbid: files since 1, and how many bits of them; TCP since 4; since 6 abstract
# Unix sockets and signals to processes outside.
_FILE_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_LAST_FILE_BITS = 16
_TCP, _SCOPES = 0b11, 0b11

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_SHARED = _READ_FILE | _WRITE_FILE | _MAKE_REG | _REMOVE_FILE | _TRUNCATE
_OWN = _SHARED | _READ_DIR | _REMOVE_DIR | _MAKE_DIR | _MAKE_SYM | _REFER
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of Landlock that the kernel offers.

    Raises
    ------
    OSError
        When it offers none.
    """
    return int(filter.call(_CREATE_RULESET, 0, 0, _VERSION))


def carve(path: str, hidden: set[str]) -> Iterator[tuple[str, int]]:
    """The rights that show `path` without what is hidden in it, for what is allowed is allowed all the way down.

    The folders on the way to what is hidden can be listed, or Python would find nothing in them: names are shown.
    """
    if path in hidden:
        return
    if not any(each.startswith(f"{path.rstrip('/')}/") for each in hidden):
        yield path, _READ
        return
    yield path, _READ_DIR
    for name in os.listdir(path):  # noqa: PTH208 - thousands of names
        child = f"{path.rstrip('/')}/{name}"
        if not os.path.islink(child):  # noqa: PTH114 - what a link leads to has rights of its own
            yield from carve(child, hidden)


def ruleset(orders: dict[str, Any]) -> int:
    """A Landlock ruleset, as a descriptor, which lets a process read and write what `orders` say and no more.

    Raises
    ------
    OSError
        When the kernel offers no Landlock.
    """
    offered = version()
    files = (1 << _FILE_BITS.get(offered, _LAST_FILE_BITS)) - 1
    attributes = [files, *([_TCP] if offered >= 4 else []), *([_SCOPES] if offered >= 6 else [])]
    words = (ctypes.c_uint64 * len(attributes))(*attributes)
    rules = filter.call(_CREATE_RULESET, words, ctypes.sizeof(words), 0)
    hidden = set(orders["without"])
    for root in orders["read"]:
        for path, rights in carve(root, hidden):
            _allow(rules, path, rights & files)
    for path in orders["write"]:
        _allow(rules, path, (_READ_FILE | _WRITE_FILE) & files)
    _allow(rules, orders["shared"], _SHARED & files)
    _allow(rules, orders["folder"], _OWN & files)
    return int(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_A_FILE
        if rights:
            filter.call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(_PathBeneath(rights, descriptor)), 0)
    finally:
        os.close(descriptor)


def enclose(orders: dict[str, Any]) -> None:
    """Put this process behind all of the walls.

    Raises
    ------
    OSError
        When one of them does not stand; what is then left of this process must end.
    """
    # Landlock opens what it names as root, who may go anywhere; the student's user may then not.
    rules = ruleset(orders)
    os.environ.clear()
    os.environ.update(orders["environment"])
    os.umask(0o077)
    isolate.set_limits(orders["rlimits"])
    os.setgroups([])
    os.setresgid(orders["uid"], orders["uid"], orders["uid"])
    os.setresuid(orders["uid"], orders["uid"], orders["uid"])
    os.chdir(orders["folder"])
    filter.no_new_privileges()
    filter.call(_RESTRICT_SELF, rules, 0)
    os.close(rules)
    filter.load(bytes.fromhex(orders["filter"]))


def unprotected(orders: dict[str, Any]) -> None:
    """Put no wall around this process, only limits and a folder of its own, and make it the first of its group."""
    os.setsid()
    os.environ.clear()
    os.environ.update(orders["environment"])
    isolate.set_limits(orders["rlimits"])
    os.chdir(orders["folder"])


def die_with(parent: int) -> None:
    """End this process when its parent ends; a change of user undoes it, and so it comes after."""
    filter.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the process that started this one has ended")


def become(orders: dict[str, Any], program: list[str]) -> NoReturn:
    """Run `program` behind the walls, for no longer than the process lives that started this one."""
    parent = os.getppid()
    enclose(orders)
    die_with(parent)
    os.execv(program[0], program)  # noqa: S606


if __name__ == "__main__":
    become(json.loads(sys.argv[1]), sys.argv[2:])
