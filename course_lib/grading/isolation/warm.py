"""The warm parent, from outside: a process that has imported what notebooks need and forks kernels."""

from __future__ import annotations

import ast
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

from course_lib.grading.isolation import landlock, sandbox, tiers, unsafe
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import Crowd, Process
from course_lib.grading.isolation.sandbox import Tier

_START = 60.0  # seconds; importing torch takes some


class DidNotStart(RuntimeError):  # noqa: N818 - named for what happened
    """The warm parent, or a kernel that it should have forked, did not start: the grading machine's fault."""


@dataclass(frozen=True)
class Parent:
    """Where a warm parent is asked for kernels, and behind which walls it puts them.

    Attributes
    ----------
    address
        A socket in a folder that only we can enter.
    tier
        A name of `tiers`.
    """

    address: str
    tier: str


class Walls(Protocol):
    """What one kernel is given to live in, and the end of it."""

    def orders(self) -> dict[str, Any]:
        """What the warm parent needs to know, as JSON."""

    def crowd(self, pid: int) -> Crowd | None:
        """How all that the kernel starts is found."""

    def end(self) -> None:
        """Remove what is left when the kernel has ended."""


_WALLS: dict[str, Callable[[Limits], Walls]] = {
    tiers.BUBBLEWRAP: sandbox.Namespaces,
    tiers.LANDLOCK: landlock.Enclosure,
    tiers.UNSAFE: unsafe.Unprotected,
}


class WarmParent:
    """Starts the warm parent, and ends it with every kernel that it has forked.

    Parameters
    ----------
    preload
        Modules that kernels find imported; those that cannot be imported are left out.
    tier
        The walls; by default the best that this machine allows.

    Attributes
    ----------
    handle
        By which it is asked for kernels.

    Raises
    ------
    NoSandbox
        When this machine has none, and `tier` does not say to go on without.
    """

    def __init__(self, preload: Sequence[str] = ("numpy",), tier: Tier | None = None) -> None:
        name = str((tier or tiers.require()).name)
        self._folder = tempfile.mkdtemp(prefix="course-parent-")
        self.handle = Parent(f"{self._folder}/parent", name)
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close
        # Its other end closes with this process, however that ends, and then the parent ends itself.
        self._lifeline, theirs = socket.socketpair()
        with theirs, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self.handle.address)
            listener.listen()
            orders = json.dumps({"socket": listener.fileno(), "lifeline": theirs.fileno(), "preload": list(preload)})
            inside = name == tiers.BUBBLEWRAP
            place = sandbox.INSIDE if inside else str(sandbox.ROOM / "inside")
            program = [sys.executable, "-I", "-B", f"{place}/parent.py", orders]
            self._process = subprocess.Popen(  # noqa: S603 - no shell
                sandbox.command(program) if inside else program,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                env={} if inside else {**sandbox.ENVIRONMENT, "PATH": os.environ.get("PATH", "/usr/bin:/bin")},
                pass_fds=[listener.fileno(), theirs.fileno()],
                start_new_session=True,
            )

    def __enter__(self) -> WarmParent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it."""
        self._lifeline.close()
        self._process.kill()
        self._process.wait()
        self._words.close()
        shutil.rmtree(self._folder)

    def last_words(self) -> str:
        """What bubblewrap or the parent wrote before it ended."""
        self._words.seek(0)
        return self._words.read(10_000).decode(errors="replace").strip()


def fork(
    parent: Parent, key: str, sockets: Sequence[socket.socket], words: int, limits: Limits
) -> tuple[Process, Walls]:
    """Ask a warm parent for a kernel.

    Parameters
    ----------
    parent
        The parent.
    key
        Signs the messages between the kernel and the relay.
    sockets
        Five listening sockets, in the order of the ports.
    words
        A file's descriptor: what the kernel writes when it does not start.
    limits
        What the kernel and all that it starts may use.

    Returns
    -------
    Process, Walls
        The kernel, and what it lives in, which the caller ends after it.

    Raises
    ------
    DidNotStart
        When no process came of it.
    """
    walls = _WALLS[parent.tier](limits)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(_START)
        try:
            connection.connect(parent.address)
            request = json.dumps({**walls.orders(), "key": key}).encode()
            socket.send_fds(connection, [request], [*(each.fileno() for each in sockets), words])
            _, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        except OSError as error:
            walls.end()
            raise DidNotStart(f"the warm parent does not answer: {error}") from error
    if not descriptors:
        walls.end()
        raise DidNotStart("the warm parent could not start a kernel")
    number = Process(descriptors[0]).pid
    return Process(descriptors[0], walls.crowd(number)), walls


def imported_by(sources: Sequence[str]) -> list[str]:
    """The modules that code imports by absolute name at its top level, in order and once each.

    Examples
    --------
    >>> imported_by(["import math, numpy as np", "from torch.nn import Linear", "def f(: broken"])
    ['math', 'numpy', 'torch.nn']
    """
    found: dict[str, None] = {}
    for source in sources:
        try:
            statements = ast.parse(source).body
        except SyntaxError:
            continue
        for statement in statements:
            if isinstance(statement, ast.Import):
                found |= dict.fromkeys(alias.name for alias in statement.names)
            elif isinstance(statement, ast.ImportFrom) and statement.level == 0 and statement.module:
                found[statement.module] = None
    return list(found)
