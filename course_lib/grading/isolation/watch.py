"""Watching over a submission: the memory and the number of all its processes together.

A control group keeps the memory where the caller may make one; else it is read from ``/proc`` ten times a second.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from course_lib.grading.isolation.cgroup import MemoryGroup, available
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import Process

INTERVAL = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(pids: Iterable[int]) -> int:
    """Resident memory of processes, in bytes; a page that two of them share counts twice."""
    pages = 0
    for each in pids:
        try:
            pages += int(Path(f"/proc/{each}/statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return pages * _PAGE


def threads(pids: Iterable[int]) -> int:
    """How many threads processes have together."""
    count = 0
    for each in pids:
        try:
            count += len(os.listdir(f"/proc/{each}/task"))  # noqa: PTH208 - no need for a path of each
        except (FileNotFoundError, ProcessLookupError):
            continue
    return count


class Watch:
    """Ends a submission whose processes together use more than they may; limits on each do not bound their sum.

    Parameters
    ----------
    process
        The submission's first process, whose end is that of all others.
    limits
        Its memory and processes.

    """

    def __init__(self, process: Process, limits: Limits) -> None:
        self._exceeded: tuple[str, str] | None = None
        self._process, self._limits = process, limits
        self._group = MemoryGroup(limits.memory_bytes, 2 * limits.processes) if available() is None else None
        if self._group is not None:
            with suppress(ProcessLookupError):  # it has ended already, which is the client's to find out
                self._group.add(process.pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL) and self._process.poll() is None:
            if self.exceeded:
                self._process.kill()
                return

    @property
    def exceeded(self) -> tuple[str, str] | None:
        """The limit that was reached, as (name, words); None while none is."""
        self._exceeded = self._exceeded or self._looked()
        return self._exceeded

    def _looked(self) -> tuple[str, str] | None:
        limits = self._limits
        # The group counts exactly, and has killed by itself; where none can be made, we count and kill.
        group, members = self._group, self._process.members
        if group.exceeded if group else resident_bytes(members()) > limits.memory_bytes:
            return "memory", f"the notebook took more than {limits.memory_bytes / 1e9:g} GB of memory"
        if threads(members()) >= limits.processes:
            return "processes", f"the notebook had {limits.processes} processes and threads, which is the most it may"
        return None

    def stop(self) -> None:
        """Stop watching; the process has to have ended."""
        self._done.set()
        self._thread.join()
        if self._group is not None:
            self._group.end()
