"""The warm parent, from outside: a process in bubblewrap that has imported what notebooks need and forks kernels."""

from __future__ import annotations

import ast
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from types import TracebackType

from course_lib.grading.isolation import sandbox, seccomp
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import Process

_START = 60.0  # seconds; importing torch takes some


class DidNotStart(RuntimeError):  # noqa: N818 - named for what happened
    """The warm parent, or a kernel that it should have forked, did not start: the grading machine's fault."""


class WarmParent:
    """Starts the warm parent, and ends it with every kernel that it has forked.

    Parameters
    ----------
    preload
        Modules that kernels find imported; those that cannot be imported are left out.

    Attributes
    ----------
    address
        The socket at which it is asked for kernels (`fork`), in a folder that only we can enter.

    Raises
    ------
    NoSandbox
        When this machine has none.
    """

    def __init__(self, preload: Sequence[str] = ("numpy",)) -> None:
        self._folder = tempfile.mkdtemp(prefix="course-parent-")
        self.address = f"{self._folder}/parent"
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self.address)
            listener.listen()
            orders = json.dumps({"socket": listener.fileno(), "preload": list(preload)})
            self._process = subprocess.Popen(  # noqa: S603 - no shell
                sandbox.command([sys.executable, "-I", "-B", f"{sandbox.INSIDE}/parent.py", orders]),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                env={},
                pass_fds=[listener.fileno()],
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
        self._process.kill()
        self._process.wait()
        self._words.close()
        shutil.rmtree(self._folder)

    def last_words(self) -> str:
        """What bubblewrap or the parent wrote before it ended."""
        self._words.seek(0)
        return self._words.read(10_000).decode(errors="replace").strip()


def fork(address: str, key: str, sockets: Sequence[socket.socket], words: int, limits: Limits) -> Process:
    """Ask a warm parent for a kernel.

    Parameters
    ----------
    address
        Of the parent.
    key
        Signs the messages between the kernel and the relay.
    sockets
        Five listening sockets, in the order of the ports.
    words
        A file's descriptor: what the kernel writes when it does not start.
    limits
        What the kernel and all that it starts may use.

    Raises
    ------
    DidNotStart
        When no process came of it.
    """
    request = {
        "key": key,
        "rlimits": sandbox.rlimits(limits),
        "file_bytes": limits.file_bytes,
        "uid": secrets.choice(sandbox.UIDS) if os.geteuid() == 0 else None,
        "filter": seccomp.program().hex(),
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(_START)
        try:
            connection.connect(address)
            socket.send_fds(connection, [json.dumps(request).encode()], [*(each.fileno() for each in sockets), words])
            _, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        except OSError as error:
            raise DidNotStart(f"the warm parent does not answer: {error}") from error
    if not descriptors:
        raise DidNotStart("the warm parent could not start a kernel")
    return Process(descriptors[0])


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
