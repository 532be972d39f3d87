"""A process known by a descriptor, which, unlike its number, never comes to stand for another."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path


class Process:
    """A process that need not be a child of ours, with as much of `subprocess.Popen` as kernel provisioners use.

    Parameters
    ----------
    descriptor
        A pidfd, which this object closes.

    Attributes
    ----------
    pid
        Its number here.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
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
        """End it, and, where it is the first of its namespace, all that live in it."""
        self.send_signal(signal.SIGKILL)

    terminate = kill

    def close(self) -> None:
        """Let go of the descriptor."""
        os.close(self._descriptor)
