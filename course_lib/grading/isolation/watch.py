"""Watching over a sandbox: the memory of all its processes together, and the end of them all."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

INTERVAL = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(pid: int) -> Iterator[int]:
    """A process and all that descend from it, those that ended meanwhile left out.

    Examples
    --------
    >>> os.getpid() in set(tree(os.getpid()))
    True
    """
    yield pid
    try:
        tasks = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
        children = [int(child) for task in tasks for child in task.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return
    for child in children:
        yield from tree(child)


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and its descendants, in bytes; a page that two of them share counts twice."""
    pages = 0
    for each in tree(pid):
        try:
            pages += int(Path(f"/proc/{each}/statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return pages * _PAGE


class MemoryWatch:
    """Ends a sandbox whose processes together hold more memory than they may; limits on each do not bound their sum.

    Parameters
    ----------
    pid
        The sandbox's first process. Its end takes all others with it.
    most_bytes
        What they may hold together.
    """

    def __init__(self, pid: int, most_bytes: int) -> None:
        self.exceeded = False
        self._pid, self._most = pid, most_bytes
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL):
            if resident_bytes(self._pid) > self._most:
                self.exceeded = True
                os.kill(self._pid, signal.SIGKILL)
                return

    def stop(self) -> None:
        """Stop watching; to be called before the process is reaped, for its number may then be another's."""
        self._done.set()
        self._thread.join()
