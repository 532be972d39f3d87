"""A process known by a descriptor, which, unlike its number, never comes to stand for another."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol


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


class Crowd(Protocol):
    """All that a process has started, where its own end is not the end of them all."""

    def members(self) -> Iterable[int]:
        """Their numbers, its own among them."""

    def kill(self) -> None:
        """End them."""


class Process:
    """A process that need not be a child of ours, with as much of `subprocess.Popen` as kernel provisioners use.

    Parameters
    ----------
    descriptor
        A pidfd, which this object closes.
    crowd
        How all that it starts is found and ended; left out for the first process of a namespace, whose end is theirs.

    Attributes
    ----------
    pid
        Its number here.
    """

    def __init__(self, descriptor: int, crowd: Crowd | None = None) -> None:
        self._descriptor, self._crowd = descriptor, crowd
        self.pid = self._number()

    def _number(self) -> int:
        for line in Path(f"/proc/self/fdinfo/{self._descriptor}").read_text().splitlines():
            if line.startswith("Pid:"):
                return int(line.split()[1])
        raise ValueError(f"descriptor {self._descriptor} is no pidfd")

    def fileno(self) -> int:
        """The descriptor; it is readable once the process has ended."""
        return self._descriptor

    def poll(self) -> int | None:
        """None while it runs, else 0: how a process ended that is not our child, nobody tells us."""
        return 0 if select.select([self._descriptor], [], [], 0)[0] else None

    def wait(self) -> int:
        """Wait for its end."""
        select.select([self._descriptor], [], [])
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal; nothing happens when it has ended."""
        try:
            signal.pidfd_send_signal(self._descriptor, number)
        except ProcessLookupError:
            return

    def kill(self) -> None:
        """End it and all that it has started."""
        if self._crowd is not None:
            self._crowd.kill()
        self.send_signal(signal.SIGKILL)

    def members(self) -> Iterable[int]:
        """Its number and those of all that it has started."""
        return self._crowd.members() if self._crowd is not None else tree(self.pid)

    terminate = kill

    def close(self) -> None:
        """Let go of the descriptor."""
        os.close(self._descriptor)
