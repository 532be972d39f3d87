"""No walls, for an instructor who said --unsafe: limits and a folder of its own, with all of the grader's rights."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.grading.isolation import sandbox
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import Crowd, tree

# It counts all processes of a user, and the user is the instructor.
_LEFT_OUT = {"RLIMIT_NPROC"}


@dataclass(frozen=True)
class _Descendants:
    pid: int

    def members(self) -> Iterable[int]:
        return tree(self.pid)

    def kill(self) -> None:
        for each in list(self.members()):
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue


class Unprotected:
    """What a submission gets that no wall keeps in.

    Parameters
    ----------
    limits
        What each process may use.

    Attributes
    ----------
    folder
        Where it starts and where it should write; removed in the end.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.folder = Path(tempfile.mkdtemp(prefix="course-"))

    def orders(self) -> dict[str, Any]:
        """What ``enclose.unprotected`` needs to know."""
        rlimits = {name: value for name, value in sandbox.rlimits(self._limits).items() if name not in _LEFT_OUT}
        return {
            "walls": "none",
            "folder": str(self.folder),
            "rlimits": rlimits,
            "environment": sandbox.environment(self.folder),
        }

    def crowd(self, pid: int) -> Crowd:
        """Those that a process has started, as far as they still descend from it."""
        return _Descendants(pid)

    def end(self) -> None:
        """Remove the folder, however deep it has become."""
        subprocess.run(["/bin/rm", "-rf", "--", self.folder], check=True)  # noqa: S603
