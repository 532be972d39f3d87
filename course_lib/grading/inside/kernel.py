"""An ipykernel on sockets that the grader bound outside the sandbox and handed in as descriptors.

It runs as ``python -I -B kernel.py CONNECTION``, where CONNECTION is JSON, with one descriptor a port:
``{"key": ..., "descriptors": {"1": 7, ...}}``.
No folder is shared with the host: a socket file in a writable folder would be a way to fill the host's disk.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import zmq
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp

PORTS = ("shell", "iopub", "stdin", "control", "hb")
orders = json.loads(sys.argv[1])
descriptors = {int(port): descriptor for port, descriptor in orders["descriptors"].items()}


def listen(sock: "zmq.Socket[bytes]", port: int) -> int:
    """Let a socket accept on the descriptor of its port; the address is only a name, nothing is made there."""
    sock.setsockopt(zmq.USE_FD, descriptors[port])
    sock.bind(f"ipc:///tmp/kernel-{port}")
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


connection: dict[str, Any] = {f"{name}_port": number for number, name in enumerate(PORTS, start=1)}
connection |= {"transport": "ipc", "ip": "/tmp/kernel", "key": orders["key"], "signature_scheme": "hmac-sha256"}  # noqa: S108
Path("/tmp/kernel.json").write_text(json.dumps(connection))  # noqa: S108

app = InheritingKernelApp.instance()
app.initialize(["-f", "/tmp/kernel.json", "--HistoryManager.enabled=False"])  # type: ignore[no-untyped-call]  # noqa: S108
# Up to here an error can be told to the grader; from here on the student's code could flood it.
silence = os.open(os.devnull, os.O_RDWR)
for descriptor in (0, 1, 2):
    os.dup2(silence, descriptor)
app.start()  # type: ignore[no-untyped-call]
