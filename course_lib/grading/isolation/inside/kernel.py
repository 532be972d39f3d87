"""An ipykernel on sockets that the grader bound outside the sandbox and handed in as descriptors.

The warm parent calls `serve` in a fork of itself, with one descriptor a port:
``{"key": ..., "descriptors": {1: 7, ...}, "network": true}``.
No folder is shared with the host: a socket file in a writable folder would be a way to fill the host's disk.
"""

import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any, cast

import zmq

# Without debugpy, ipykernel starts no debugger, which nobody could reach, and which takes half of a kernel's start.
sys.modules["debugpy"] = cast(Any, None)
importlib.import_module("ipykernel.debugger")
del sys.modules["debugpy"]

import iopub  # type: ignore[import-not-found]  # noqa: E402 - beside this file
from ipykernel import kernelapp  # noqa: E402
from ipykernel.heartbeat import Heartbeat  # noqa: E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402

# What IPython and ipykernel import when they start; a fork of the warm parent then finds it there.
for _name in (
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect"),
    *("IPython.extensions.storemagic", "tornado.locks", "tornado.queues", "tornado.platform.asyncio"),
    *("encodings.idna", "faulthandler"),
):
    importlib.import_module(_name)

PORTS = ("shell", "iopub", "stdin", "control", "hb")
descriptors: dict[int, int] = {}


def folder() -> str:
    """The folder that a kernel may write to."""
    return os.environ["TMPDIR"]


def listen(sock: "zmq.Socket[bytes]", port: int) -> int:
    """Let a socket accept on the descriptor of its port; the address is only a name, nothing is made there."""
    sock.setsockopt(zmq.USE_FD, descriptors[port])
    sock.bind(f"ipc://{folder()}/kernel-{port}")
    return port


class InheritedHeartbeat(Heartbeat):
    """The heartbeat, on an inherited socket."""

    def _try_bind_socket(self) -> None:
        listen(self.socket, self.port)


class InheritingKernelApp(IPKernelApp):
    """The kernel application, on inherited sockets."""

    def _try_bind_socket(self, s: "zmq.Socket[bytes]", port: int) -> int:
        return listen(s, port)

    def init_control(self, context: "zmq.Context[zmq.Socket[bytes]]") -> None:
        """Leave the debugger unconnected: its address lies outside, and it would knock there for ever."""
        super().init_control(context)  # type: ignore[no-untyped-call]  # ipykernel is typed in part
        self.debug_shell_socket.disconnect(self.shell_socket.getsockopt(zmq.LAST_ENDPOINT))

    def init_heartbeat(self) -> None:
        """As ipykernel does, on the inherited socket."""
        address = (self.transport, self.ip, self.hb_port)
        self.heartbeat = InheritedHeartbeat(zmq.Context(), address)  # type: ignore[no-untyped-call]
        self.heartbeat.start()


def serve(orders: dict[str, Any]) -> None:
    """Run the kernel until it is told to end."""
    descriptors.update(orders["descriptors"])
    connection: dict[str, Any] = {f"{name}_port": number for number, name in enumerate(PORTS, start=1)}
    connection |= {"transport": "ipc", "ip": f"{folder()}/kernel"}
    connection |= {"key": orders["key"], "signature_scheme": "hmac-sha256"}
    file = Path(folder(), "kernel.json")
    file.write_text(json.dumps(connection))
    if not orders["network"]:
        kernelapp.IOPubThread = iopub.IOPubWithoutPort  # type: ignore[attr-defined]

    # The student's code must not inherit a way to a file outside, which it could fill; an error here may still use it.
    report = os.fdopen(os.dup(2), "w")
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    app = InheritingKernelApp.instance()
    try:
        # orjson, which Jupyter takes where it is installed, ends the process when it is refused memory.
        app.initialize(  # type: ignore[no-untyped-call]
            ["-f", str(file), "--HistoryManager.enabled=False", "--Session.packer=json"]
        )
    except BaseException:
        traceback.print_exc(file=report)
        raise
    finally:
        report.close()
    app.start()  # type: ignore[no-untyped-call]
