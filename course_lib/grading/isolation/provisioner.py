"""A kernel in the sandbox, for any Jupyter client: nbclient, nbval and our own session start it by its name."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from course_lib.grading.isolation import warm
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import Process
from course_lib.grading.isolation.relay import Relay

KERNEL_NAME = "course-sandbox"
JUPYTER_PATH = Path(__file__).resolve().parent / "jupyter"
_PORTS = ("shell", "iopub", "stdin", "control", "hb")


@dataclass(frozen=True)
class Setting:
    """What the kernels that this process starts may use, and the address of the warm parent that forks them."""

    limits: Limits
    parent: warm.Parent | None = None


_setting: ContextVar[Setting | None] = ContextVar("setting", default=None)


@contextmanager
def kernels(limits: Limits, parent: warm.Parent | None = None) -> Iterator[None]:
    """Say for a while what sandboxed kernels started here, by whatever client, may use and who forks them.

    Parameters
    ----------
    limits
        What each may use.
    parent
        A `WarmParent`'s handle; each kernel starts a parent of its own when left out.
    """
    token = _setting.set(Setting(limits, parent))
    try:
        yield
    finally:
        _setting.reset(token)


def announce() -> None:
    """Let every Jupyter client in or started by this process, nbval among them, find the kernel by its name."""
    known = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    if str(JUPYTER_PATH) not in known:
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(JUPYTER_PATH), *filter(None, known)])


class SandboxProvisioner(LocalProvisioner):
    """Has a kernel forked inside the sandbox, on sockets bound outside, and puts a relay between it and its client.

    Attributes
    ----------
    relay
        The relay; None before the kernel is started.
    """

    relay: Relay | None = None
    _folder: str | None = None
    _own_parent: warm.WarmParent | None = None
    _walls: warm.Walls | None = None
    _errors: IO[bytes] | None = None

    async def pre_launch(self, **kwargs: object) -> dict[str, Any]:
        """Choose the transport, which must be decided before the client learns where to connect."""
        self._setting = _setting.get() or Setting(Limits())
        self._folder = self._folder or tempfile.mkdtemp(prefix="course-")
        manager: Any = self.parent
        manager.transport = "ipc"
        manager.ip = f"{self._folder}/client"
        for number, name in enumerate(_PORTS, start=1):
            setattr(manager, f"{name}_port", number)
        # Encryption would protect the channel against those who can read a folder that only we can.
        kwargs["transport_encryption"] = "disabled"
        launch: dict[str, Any] = await super().pre_launch(**kwargs)
        return launch

    async def launch_kernel(self, cmd: list[str], **kwargs: object) -> KernelConnectionInfo:
        """Start the kernel; `cmd`, the kernel spec's own command, starts nothing and is not used."""
        self._close()  # of a restart
        # A file and not a pipe: nobody reads while it runs, and the limits bound its length.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in cleanup
        parent = self._setting.parent
        if parent is None:
            self._own_parent = self._own_parent or warm.WarmParent()
            parent = self._own_parent.handle
        key = secrets.token_hex(32)
        with ExitStack() as stack:
            sockets = [stack.enter_context(self._listen(number)) for number in range(1, len(_PORTS) + 1)]
            try:
                process, self._walls = warm.fork(parent, key, sockets, self._errors.fileno(), self._setting.limits)
            except warm.DidNotStart as error:
                words = self._own_parent.last_words() if self._own_parent else ""
                raise warm.DidNotStart(f"{error} {self.last_words()} {words}".strip()) from error
        client_key: Any = self.connection_info["key"]
        client_key = client_key.encode() if isinstance(client_key, str) else client_key
        kernel, client = (f"{self._folder}/kernel", key.encode()), (f"{self._folder}/client", client_key)
        self.relay = Relay(process, kernel, client, self._setting.limits)
        self.process: Any = process
        self.pid, self.pgid = process.pid, None
        self.cwd = os.fspath(Path.cwd())
        return self.connection_info

    def _listen(self, number: int) -> socket.socket:
        path = Path(f"{self._folder}/kernel-{number}")
        path.unlink(missing_ok=True)  # a restart binds the same names anew
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        listener.bind(str(path))
        listener.listen()
        return listener

    @property
    def running(self) -> Process:
        """The kernel's process, whose end takes all others with it."""
        if not isinstance(self.process, Process):
            raise RuntimeError("no kernel has been started")
        return self.process

    @property
    def has_process(self) -> bool:
        """Whether a kernel was launched and not yet waited for: true at once after a launch, even if it has died."""
        return isinstance(self.process, Process)

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        while isinstance(self.process, Process) and self.process.poll() is None:
            await asyncio.sleep(0.02)
        return 0

    def last_words(self) -> str:
        """What the kernel wrote when it did not start; empty once it runs."""
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read(10_000).decode(errors="replace").strip()

    def _close(self) -> None:
        if self.relay is not None:
            self.relay.close()
            self.relay = None
        if isinstance(self.process, Process):
            self.process.wait()
            self.process.close()
            self.process = None
        if self._walls is not None:
            self._walls.end()
            self._walls = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def end(self) -> None:
        """End the kernel and all that was started for it, and remove the sockets."""
        self._close()
        if self._own_parent is not None:
            self._own_parent.close()
            self._own_parent = None
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    async def cleanup(self, restart: bool = False) -> None:
        """As `end`, or for a restart as much of it as makes room for the next kernel."""
        if restart:
            self._close()
        else:
            self.end()
        await super().cleanup(restart=restart)
