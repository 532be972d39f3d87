"""A kernel in the sandbox, for any Jupyter client: nbclient, nbval and our own session start it by its name."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict

from course_lib.grading.isolation import sandbox
from course_lib.grading.isolation.limits import Limits

KERNEL_NAME = "course-sandbox"
JUPYTER_PATH = Path(__file__).resolve().parent / "jupyter"
_PORTS = ("shell", "iopub", "stdin", "control", "hb")


def announce() -> None:
    """Let every Jupyter client that this process starts, nbval among them, find the kernel by its name."""
    known = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    if str(JUPYTER_PATH) not in known:
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(JUPYTER_PATH), *filter(None, known)])


class SandboxProvisioner(LocalProvisioner):
    """Starts the kernel under bubblewrap, on Unix sockets that are bound outside and passed in as descriptors.

    Attributes
    ----------
    limits
        Fields of `Limits` that differ from the defaults.
    """

    limits = Dict().tag(config=True)
    _folder: str | None = None
    _errors: IO[bytes] | None = None

    async def pre_launch(self, **kwargs: object) -> dict[str, Any]:
        """Choose the transport, which must be decided before the client learns where to connect."""
        sandbox.require()
        self._folder = self._folder or tempfile.mkdtemp(prefix="course-")
        manager: Any = self.parent
        manager.transport = "ipc"
        manager.ip = f"{self._folder}/kernel"
        for number, name in enumerate(_PORTS, start=1):
            setattr(manager, f"{name}_port", number)
        # Encryption would protect the channel against those who can read a folder that only we can.
        kwargs["transport_encryption"] = "disabled"
        launch: dict[str, Any] = await super().pre_launch(**kwargs)
        return launch

    async def launch_kernel(self, cmd: list[str], **kwargs: object) -> KernelConnectionInfo:
        """Start the kernel; `cmd`, the kernel spec's own command, starts nothing and is not used."""
        # A file and not a pipe: nobody reads while it runs, and enter.py's limits bound its length.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in cleanup
        with ExitStack() as stack:
            sockets = [stack.enter_context(self._listen(number)) for number in range(1, len(_PORTS) + 1)]
            descriptors = {number: each.fileno() for number, each in enumerate(sockets, start=1)}
            key = self.connection_info["key"]
            orders = json.dumps({"key": key.decode() if isinstance(key, bytes) else key, "descriptors": descriptors})
            program = [sys.executable, "-I", "-B", f"{sandbox.INSIDE}/kernel.py", orders]
            self.process = subprocess.Popen(  # noqa: S603 - no shell
                sandbox.command(program, Limits(**self.limits)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env={},
                pass_fds=list(descriptors.values()),
                start_new_session=True,
            )
        self.pid = self.pgid = self.process.pid
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
    def process_id(self) -> int:
        """The sandbox's first process, whose end takes all others with it."""
        if self.process is None:
            raise RuntimeError("no kernel has been started")
        return self.process.pid

    def last_words(self) -> str:
        """What bubblewrap or Python wrote when the kernel did not start; empty once it runs."""
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read(10_000).decode(errors="replace").strip()

    def reap(self) -> None:
        """Collect the process after it was killed."""
        if self.process is not None:
            self.process.wait()
            self.process = None

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets."""
        if self._errors is not None:
            self._errors.close()
            self._errors = None
        if self._folder is not None and not restart:
            shutil.rmtree(self._folder)
            self._folder = None
        await super().cleanup(restart=restart)
