"""A limit on the memory of all a submission's processes together, kept by the kernel: a control group.

Where the caller may not make one, `watch.MemoryWatch` reads ``/proc`` instead, ten times a second.
"""

from __future__ import annotations

import errno
import os
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc/self")
_PROCESSES = "cgroup.procs"
# How long the kernel may take to be rid of processes that were killed, in seconds.
_PATIENCE = 10.0
_PAUSE = 0.01


class NoControlGroup(RuntimeError):  # noqa: N818 - named for what is not there
    """The caller may make no control group here; the message says why."""


@dataclass(frozen=True)
class Place:
    """Where groups can be made: the folder for each controller, which is one and the same in version 2.

    Attributes
    ----------
    version
        1 or 2, of the kernel's interface.
    memory
        Where a group that limits memory is made.
    pids
        Where one that limits the number of processes is made; None where only the limits on each process do that.
    """

    version: int
    memory: Path
    pids: Path | None


def find(proc: Path = _PROC) -> Place:
    """Look for a place where this process may make groups and move its children into them.

    Parameters
    ----------
    proc
        The process that asks, as a folder with ``mountinfo`` and ``cgroup``.

    Raises
    ------
    NoControlGroup
        When there is none.
    """
    own = dict(_own(proc))
    mounts = list(_mounts(proc))
    for controllers, mount, root in mounts:
        if "memory" in controllers and "memory" in own:
            memory = _inside(mount, root, own["memory"])
            pids = [_inside(mount, root, own["pids"]) for has, mount, root in mounts if "pids" in has and "pids" in own]
            if _writable(memory):
                return Place(1, memory, next((folder for folder in pids if _writable(folder)), None))
            raise NoControlGroup(f"{memory} cannot be written to by this user")
    for controllers, mount, root in mounts:
        if not controllers and "" in own:
            return _delegated(_inside(mount, root, own[""]), mount)
    raise NoControlGroup("no control groups with the memory controller are mounted")


@cache
def available() -> str | None:
    """Why this process can make no group that limits memory; None when it can.

    Found by making one and removing it.

    Examples
    --------
    >>> available() is None or isinstance(available(), str)
    True
    """
    try:
        MemoryGroup(1 << 30, 64).end()
    except NoControlGroup as error:
        return str(error)
    return None


class MemoryGroup:
    """A control group for one submission: its processes, and all that they start, may hold so much memory and no more.

    Swap is included, and so is what they write to folders that are kept in memory. A process above the limit is killed.

    Parameters
    ----------
    limit_bytes
        What they may hold together.
    processes
        How many processes and threads they may be; not limited where `Place.pids` is None.
    place
        Where to make the group; found when not given.

    Raises
    ------
    NoControlGroup
        When none can be made here.
    ValueError
        When a limit is not above 0.
    """

    def __init__(self, limit_bytes: int, processes: int, place: Place | None = None) -> None:
        for name, value in (("limit_bytes", limit_bytes), ("processes", processes)):
            if value <= 0:
                raise ValueError(f"{name} must be above 0, not {value!r}")
        self._place = place or find()
        name = f"course-{os.getpid()}-{secrets.token_hex(4)}"
        self._memory = self._place.memory / name
        self._pids = self._place.pids / name if self._place.pids else None
        try:
            for folder in self._folders():
                folder.mkdir()
            self._limit(limit_bytes, processes)
        except OSError as error:
            self._remove()
            raise NoControlGroup(f"no group can be made at {self._memory.parent}: {error.strerror}") from error

    @property
    def doors(self) -> list[Path]:
        """The files to which a process writes ``0`` to join, before it gives up the right to."""
        return [folder / _PROCESSES for folder in self._folders()]

    def add(self, pid: int) -> None:
        """Take in a process, and with it all that it starts from now on; what it started before stays where it is.

        Raises
        ------
        ProcessLookupError
            When there is no such process.
        """
        for door in self.doors:
            door.write_text(str(pid))

    @property
    def exceeded(self) -> bool:
        """Whether a process was killed because the group held more than it may."""
        events = self._memory / ("memory.oom_control" if self._place.version == 1 else "memory.events")
        return any(int(count) > 0 for name, count in _pairs(events.read_text()) if name == "oom_kill")

    def end(self) -> None:
        """Kill what is left in the group, and remove it.

        Raises
        ------
        TimeoutError
            When the kernel has not ended the processes after ten seconds.
        """
        until = time.monotonic() + _PATIENCE
        while not self._remove():
            if time.monotonic() > until:
                raise TimeoutError(f"{self._memory} still has processes {_PATIENCE:.0f} seconds after they were killed")
            for pid in self._members():
                _kill(pid)
            time.sleep(_PAUSE)

    def _members(self) -> set[int]:
        return {int(pid) for door in self.doors if door.exists() for pid in door.read_text().split()}

    def _folders(self) -> list[Path]:
        return [self._memory, *([self._pids] if self._pids and self._pids != self._memory else [])]

    def _limit(self, limit_bytes: int, processes: int) -> None:
        if self._place.version == 1:
            (self._memory / "memory.limit_in_bytes").write_text(str(limit_bytes))
            _write_if_there(self._memory / "memory.memsw.limit_in_bytes", str(limit_bytes))
        else:
            (self._memory / "memory.max").write_text(str(limit_bytes))
            _write_if_there(self._memory / "memory.swap.max", "0")
            _write_if_there(self._memory / "memory.oom.group", "1")
        if self._pids:
            (self._pids / "pids.max").write_text(str(processes))

    def _remove(self) -> bool:
        for folder in self._folders():
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError as error:
                if error.errno != errno.EBUSY:
                    raise
                return False
        return True


def _own(proc: Path) -> Iterator[tuple[str, str]]:
    """The process's own group for each controller of version 1, and under the empty name for version 2."""
    for line in (proc / "cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        yield from ((controller, path) for controller in controllers.split(","))


def _mounts(proc: Path) -> Iterator[tuple[set[str], Path, str]]:
    """Where control groups are mounted: the controllers of version 1 (none for 2), the place and what is its root."""
    for line in (proc / "mountinfo").read_text().splitlines():
        before, after = line.split(" - ", 1)
        root, place = before.split()[3:5]
        kind, _, options = after.split(" ", 2)
        if kind in {"cgroup", "cgroup2"}:
            yield (set(options.split(",")) if kind == "cgroup" else set()), Path(place), root


def _inside(mount: Path, root: str, own: str) -> Path:
    # A container may see its own group as the root of the mount, and yet be told its whole path.
    return mount / (os.path.relpath(own, root) if Path(own).is_relative_to(root) else ".")


def _delegated(own: Path, mount: Path) -> Place:
    """The nearest folder above a process's own group whose children may limit memory, and which the caller may use."""
    for folder in [own, *own.parents]:
        if not folder.is_relative_to(mount):
            break
        lent = _text(folder / "cgroup.subtree_control").split()
        if "memory" in lent and _writable(folder):
            return Place(2, folder, folder if "pids" in lent else None)
    raise NoControlGroup(
        f"no group at or above {own} lends its memory controller to this user (systemd-run --user --scope does)"
    )


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and os.access(folder / _PROCESSES, os.W_OK)


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        yield name, value


def _write_if_there(path: Path, text: str) -> None:
    if path.exists():
        path.write_text(text)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
