"""The second tier, for root where no namespace can be made, as in most containers: Landlock, a filter, another user.

A submission is known by its user, which is nobody else's while it runs: all its processes are found by it, and ended.
What bubblewrap gives and this does not: a process table, temporary folders of a fixed size and a network of its own.
The network is refused whole, the size of the folders is for a watcher to look at (`Enclosure.written_bytes`).
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import secrets
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from course_lib.grading.isolation import sandbox, seccomp
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import Crowd

ENCLOSE = sandbox.ROOM / "inside" / "enclose.py"
SHARED = Path("/dev/shm")  # noqa: S108 - semaphores live there, by names that the C library chooses

_CREATE_RULESET, _VERSION = 444, 1
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
# What libraries ask of the machine. Nothing of a process: the table shows all of them.
_MACHINE = (
    *("/dev/random", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version"),
    *("/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/osrelease", "/proc/filesystems"),
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
)
# How long the kernel may take to be rid of processes that were killed, in seconds.
_PATIENCE = 10.0
_PAUSE = 0.01
_ZOMBIE = "Z"


def version() -> int:
    """The version of Landlock that the kernel offers; 0 when it offers none.

    Version 1 guards files, 4 also TCP, 6 also abstract Unix sockets and signals; the filter guards those everywhere.

    Examples
    --------
    >>> version() >= 0
    True
    """
    if not sys.platform.startswith("linux"):
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))))


@cache
def unavailable() -> str | None:
    """Why this tier cannot be used here; None when it can, found by starting Python in it.

    Examples
    --------
    >>> unavailable() is None or isinstance(unavailable(), str)
    True
    """
    if not sys.platform.startswith("linux"):
        return f"Landlock is Linux's; this is {sys.platform}"
    if os.geteuid() != 0:
        return "only root can give a notebook a user of its own, which Landlock needs beside it"
    if not version():
        return "the kernel offers no Landlock (Linux 5.13 or newer, with landlock among its security modules)"
    missing = seccomp.unavailable()
    if missing:
        return missing
    for place in (os.path.realpath(sys.executable), sys.prefix, sys.base_prefix):
        bar = barred(Path(place))
        if bar:
            return f"Python is in {place}, and only root may enter {bar}: put it where every user may read"
    with Enclosure(Limits()) as enclosure:
        trial = subprocess.run(  # noqa: S603 - no shell
            enclosure.command([sys.executable, "-I", "-c", "import json"]),
            capture_output=True,
            text=True,
            env={},
            check=False,
        )
    if trial.returncode != 0:
        words = trial.stderr.strip().splitlines() or [f"status {trial.returncode}"]
        return f"Python does not start behind Landlock: {words[-1]}"
    return None


class Enclosure:
    """A user and a folder for one submission, and the end of both.

    Parameters
    ----------
    limits
        What each process may use.

    Attributes
    ----------
    uid
        The user, and the group.
    folder
        The only folder of its own; removed in the end.

    Raises
    ------
    PermissionError
        When the caller is not root.
    """

    def __init__(self, limits: Limits) -> None:
        if os.geteuid() != 0:
            raise PermissionError("only root can give a notebook a user of its own")
        self._limits = limits
        self.uid, self._claim = _claim_user()
        self._ended = False
        # A grader that was killed could not end what it had started.
        self.kill()
        self.folder = Path(tempfile.mkdtemp(prefix="course-"))
        os.chown(self.folder, self.uid, self.uid)

    def __enter__(self) -> Enclosure:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def orders(self) -> dict[str, Any]:
        """What ``enclose.enclose`` needs to know, for a process that root forks."""
        return {
            "walls": "landlock",
            "uid": self.uid,
            "folder": str(self.folder),
            "shared": str(SHARED),
            "read": [str(each) for each in readable()],
            "without": [os.path.realpath(each) for each in sandbox.hidden()],
            "write": list(_DEVICES),
            "rlimits": sandbox.rlimits(self._limits),
            "environment": sandbox.environment(self.folder),
            "filter": seccomp.program(network=False).hex(),
        }

    def crowd(self, pid: int) -> Crowd:
        """All that a process has started: those of its user."""
        return self

    def command(self, program: Sequence[str]) -> list[str]:
        """The command line that runs a program behind the walls; descriptors passed to it reach the program."""
        return [sys.executable, "-I", "-S", str(ENCLOSE), json.dumps(self.orders()), *program]

    def members(self) -> set[int]:
        """The numbers of all its processes, whoever their parents are now."""
        return {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and self._owns(entry)}

    def written_bytes(self) -> int:
        """What its files take on the disk and in shared memory; one that is open and has no name is not counted."""
        used = subprocess.run(["/usr/bin/du", "-s", "-B1", self.folder], capture_output=True, text=True, check=False)  # noqa: S603
        # du reports what it could read of a folder that changes under its hands, and fails.
        counted = int(used.stdout.split()[0]) if used.stdout else 0
        return counted + sum(each.stat().st_blocks * 512 for each in self._shared())

    def kill(self) -> None:
        """Kill all its processes, and wait until they are gone.

        Raises
        ------
        TimeoutError
            When they are not gone after ten seconds.
        """
        if self._ended:  # the user may be another submission's by now
            return
        until = time.monotonic() + _PATIENCE
        self._kill_all()
        while self.members():
            if time.monotonic() > until:
                raise TimeoutError(
                    f"user {self.uid} still has processes {_PATIENCE:.0f} seconds after they were killed"
                )
            time.sleep(_PAUSE)
            self._kill_all()

    def end(self) -> None:
        """Kill all its processes, and remove what they have written; nothing more to do the second time."""
        if self._ended:
            return
        self.kill()
        self._ended = True
        for path in self._shared():
            path.unlink(missing_ok=True)
        # Not shutil.rmtree, which a thousand folders, one in the other, stop.
        subprocess.run(["/bin/rm", "-rf", "--", self.folder], check=True)  # noqa: S603
        self._claim.close()

    def _kill_all(self) -> None:
        # All at once and as that user: one by one, they could fork faster. Nor is an empty table a reason not to: who
        # forks and ends without pause is in none, since a number that was listed is gone before it is read.
        subprocess.run(
            ["/bin/sh", "-c", "kill -KILL -1"],
            user=self.uid,
            group=self.uid,
            extra_groups=[],
            stderr=subprocess.DEVNULL,
            check=False,
        )

    def _owns(self, entry: Path) -> bool:
        try:
            status = (entry / "status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        return int(fields["Uid"].split()[0]) == self.uid and not fields["State"].startswith(_ZOMBIE)

    def _shared(self) -> list[Path]:
        return [path for path in SHARED.iterdir() if _is_file_of(path, self.uid)] if SHARED.is_dir() else []


def readable() -> list[Path]:
    """What can be read behind the walls: the system's programs, the students' Python, and facts about the machine."""
    system = [Path("/usr"), *(Path("/", name) for name in sandbox.SYSTEM_LINKS)]
    files = [Path("/etc", name) for name in sandbox.SYSTEM_FILES]
    roots = {*system, *files, *sandbox.visible(), *map(Path, _MACHINE)}
    return sorted({Path(os.path.realpath(root)) for root in roots if root.exists()} | {ENCLOSE.parent})


def barred(path: Path) -> Path | None:
    """The first folder on the way to `path` that not every user may enter, or `path` where it is one; None without.

    Examples
    --------
    >>> barred(Path("/usr"))
    """
    way = [*reversed(path.parents), path]
    return next((each for each in way if each.is_dir() and not each.stat().st_mode & stat.S_IXOTH), None)


def _claim_user() -> tuple[int, socket.socket]:
    """A user whom no other grader on this machine uses now, and the claim to it, which ends with this process."""
    uids = list(sandbox.UIDS)
    secrets.SystemRandom().shuffle(uids)
    for uid in uids:
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            claim.bind(f"\0course-user-{uid}")
        except OSError as error:
            claim.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return uid, claim
    raise RuntimeError(f"all users from {uids[0]} to {uids[-1]} are taken by other submissions")


def _is_file_of(path: Path, uid: int) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return found.st_uid == uid and not stat.S_ISDIR(found.st_mode)
