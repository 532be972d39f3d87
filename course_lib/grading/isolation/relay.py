"""The relay between a client and a sandboxed kernel: a kernel can neither flood, starve, hang nor deceive its client.

It holds keys of its own towards both, so that no message passes which it has not rebuilt (`messages`). It bounds the
length and the number of messages, passes one reply a request, says at once when the kernel has died, and ends the whole
submission when a limit is reached.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

import zmq
from jupyter_client.session import Session

from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.messages import REPLIES, Content, Nonsense, broadcast, reply
from course_lib.grading.isolation.process import Process
from course_lib.grading.isolation.watch import Watch

SHELL, IOPUB, STDIN, CONTROL, HEARTBEAT = range(1, 6)
_GRACE = 2.0  # seconds in which an interrupted cell may still answer
_UNTIL_IDLE = 1.0  # seconds after its reply in which a request must be said to be over
_ENDING = 3000  # milliseconds in which a process that has cut its lines may still end
_JUNK = 1000  # messages that are not of the protocol, or answer nothing
# Items in one message, by their commas and brackets: each becomes an object of 60 bytes and more when it is parsed. The
# largest value that a call may give back has three million.
_MAX_ITEMS = 4_000_000
_REMEMBERED = 100  # requests whose late output still finds its way
_STRANGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


@dataclass
class _Request:
    """A question under way; `identity` and `header` are the client's, who must hear of nothing else."""

    kind: str
    identity: list[bytes]
    header: Content
    port: int
    deadline: float
    seconds: float
    interrupted: bool = False
    answered: float | None = None
    idle: bool = False


class Relay:
    """Stands between a client and a kernel until `close`.

    Parameters
    ----------
    process
        The kernel's. Its end is the end of all that the submission has started.
    kernel, client
        The address (its start; a hyphen and the port's number follow) and the key on either side.
    limits
        What the submission may use. Time counts from here.

    Attributes
    ----------
    stopped
        The limit that ended the submission, as (name, words); None when none did. Unlike what a message says, it is
        certain.
    """

    def __init__(self, process: Process, kernel: tuple[str, bytes], client: tuple[str, bytes], limits: Limits) -> None:
        self.stopped: tuple[str, str] | None = None
        self._process, self._limits = process, limits
        self._deadline = time.monotonic() + limits.submission_seconds
        self._requests: dict[str, _Request] = {}
        self._order: deque[str] = deque()
        self._output = self._junk = self._messages = 0
        self._gone = False
        self._wake, self._waker = socket.socketpair()
        self._context = zmq.Context()
        # The standard library's reader, whatever else is installed: what comes from the kernel is meant to break it.
        self._inner, self._outer = (Session(key=key, packer="json") for key in (kernel[1], client[1]))
        self._poller = zmq.Poller()
        self._connect(kernel[0])
        self._bind(client[0])
        self._poller.register(process.fileno(), zmq.POLLIN)
        self._poller.register(self._wake.fileno(), zmq.POLLIN)
        self._watch = Watch(process, limits)
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def _connect(self, address: str) -> None:
        """The kernel's side: whatever is longer than it may be is dropped by ZeroMQ before it takes our memory."""
        self._kernel: dict[int, zmq.Socket[bytes]] = {}
        self._broken: dict[int, zmq.Socket[bytes]] = {}
        kinds = {SHELL: zmq.DEALER, IOPUB: zmq.SUB, CONTROL: zmq.DEALER}
        for port, kind in kinds.items():
            sock = self._context.socket(kind)
            sock.linger, sock.rcvhwm = 0, 8
            sock.maxmsgsize = self._limits.output_bytes if port == IOPUB else self._limits.message_bytes
            monitor = sock.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            sock.connect(f"ipc://{address}-{port}")
            if kind == zmq.SUB:
                sock.subscribe(b"")
            self._kernel[port] = sock
            self._broken[port] = monitor
            self._poller.register(sock, zmq.POLLIN)
            self._poller.register(monitor, zmq.POLLIN)

    def _bind(self, address: str) -> None:
        self._client: dict[int, zmq.Socket[bytes]] = {}
        kinds = {SHELL: zmq.ROUTER, IOPUB: zmq.XPUB, STDIN: zmq.ROUTER, CONTROL: zmq.ROUTER, HEARTBEAT: zmq.REP}
        for port, kind in kinds.items():
            sock = self._context.socket(kind)
            sock.linger = 0
            sock.bind(f"ipc://{address}-{port}")
            self._client[port] = sock
            self._poller.register(sock, zmq.POLLIN)

    def close(self) -> None:
        """End the kernel and the relay."""
        self._process.kill()
        self._waker.close()
        self._thread.join()
        self._watch.stop()

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        finally:
            # Also when we fail: a kernel without its relay must not live on.
            self._process.kill()
            self._context.destroy(linger=0)
            self._wake.close()

    def _turn(self) -> bool:
        ready = dict(self._poller.poll(self._patience()))
        if self._wake.fileno() in ready:
            return False
        for port in (IOPUB, SHELL, CONTROL):
            if self._kernel[port] in ready:
                self._from_kernel(port, self._kernel[port].recv_multipart())
        for port in (SHELL, CONTROL):
            if self._client[port] in ready:
                self._from_client(port, self._client[port].recv_multipart())
        if self._client[IOPUB] in ready:
            self._welcome(self._client[IOPUB].recv())
        if self._client[STDIN] in ready:
            self._client[STDIN].recv_multipart()  # nobody is there to be asked
        if self._client[HEARTBEAT] in ready:
            beat = self._client[HEARTBEAT].recv_multipart()
            self._client[HEARTBEAT].send_multipart(beat)
        if not self._gone and self._process.fileno() in ready:
            if not any(self._kernel[port].poll(0) for port in (IOPUB, SHELL)):  # its last words come first
                self._end()
        elif not self._gone:
            for port, monitor in self._broken.items():
                if monitor in ready:
                    self._line_cut(port)
                    break
        self._look_at_the_clock()
        return True

    def _patience(self) -> int:
        """Milliseconds until something is due."""
        due = [self._deadline] if not self._gone else []
        for each in self._requests.values():
            if each.answered is None:
                due.append(each.deadline)
            elif not each.idle:
                due.append(each.answered + _UNTIL_IDLE)
        return max(0, min(60_000, int((min(due) - time.monotonic()) * 1000) + 1)) if due else 60_000

    # From the client, who is ours.

    def _from_client(self, port: int, parts: list[bytes]) -> None:
        identity, rest = self._outer.feed_identities(parts)
        try:
            message = self._outer.deserialize(rest)
        except _STRANGE:
            return
        kind = message["msg_type"]
        if kind == "shutdown_request":
            self._process.kill()
            content = {"status": "ok", "restart": message["content"].get("restart", False)}
            self._outer.send(self._client[port], "shutdown_reply", content, message["header"], ident=identity)
            return
        if kind not in REPLIES:
            return
        content = dict(message["content"])
        if kind == "execute_request":
            content["allow_stdin"] = False
        seconds = float(message["metadata"].get("seconds", self._limits.cell_seconds))
        request = _Request(kind, identity, message["header"], port, time.monotonic() + seconds, seconds)
        if self._gone:
            self._answer_for_the_kernel(request)
            return
        sent = self._inner.msg(kind, content)
        self._requests[sent["msg_id"]] = request
        self._order.append(sent["msg_id"])
        self._inner.send(self._kernel[port], sent)
        while len(self._order) > _REMEMBERED and self._requests[self._order[0]].idle:
            del self._requests[self._order.popleft()]

    def _welcome(self, subscription: bytes) -> None:
        """Tell a new listener that it is heard, as the protocol has it since version 5.4: clients wait for a sign."""
        if subscription[:1] == b"\x01":
            content = {"subscription": subscription[1:].decode(errors="replace")}
            self._outer.send(self._client[IOPUB], "iopub_welcome", content, parent={}, ident=subscription[1:])

    # From the kernel, who is not.

    def _from_kernel(self, port: int, parts: list[bytes]) -> None:
        if self._gone and self.stopped:
            return
        self._messages += 1
        if port == IOPUB:
            self._output += sum(len(part) for part in parts)
        if sum(part.count(mark) for part in parts for mark in (b",", b"[", b"{")) > _MAX_ITEMS:
            self._stop("message", f"the notebook's process sent a message of more than {_MAX_ITEMS:,} items")
            return
        try:
            message = self._inner.deserialize(self._inner.feed_identities(parts)[1])
            kind, request = message["msg_type"], self._requests.get(message["parent_header"].get("msg_id"))
            if request is None:
                # Its start and its own affairs have no parent; they are nobody's business.
                self._junk += bool(message["parent_header"])
            elif port == IOPUB:
                self._publish(request, kind, broadcast(kind, message["content"]))
            elif kind == REPLIES[request.kind] and request.port == port and request.answered is None:
                self._answer(request, reply(kind, message["content"]))
            else:
                self._junk += 1
        except (Nonsense, *_STRANGE):
            self._junk += 1
        if self._output > self._limits.output_bytes:
            self._too_much_output()
        elif self._junk > _JUNK:
            self._stop("message", f"the notebook's process sent more than {_JUNK} messages that answer nothing")
        elif self._messages > self._limits.messages:
            self._stop("message", f"the notebook's process sent more than {self._limits.messages} messages")

    def _publish(self, request: _Request, kind: str, content: Content) -> None:
        if kind == "status":
            if request.idle:
                return
            request.idle = content["execution_state"] == "idle"
        self._outer.send(self._client[IOPUB], kind, content, request.header, ident=kind.encode())

    def _answer(self, request: _Request, content: Content) -> None:
        request.answered = time.monotonic()
        if request.interrupted:
            words = f"took more than {request.seconds:g} s"
            self._say(request, "out-of-time", "TimeoutError", words)
        else:
            self._outer.send(
                self._client[request.port], REPLIES[request.kind], content, request.header, ident=request.identity
            )

    def _say(self, request: _Request, outcome: str, name: str, words: str) -> None:
        """Answer in the kernel's place; what the metadata says comes from us alone."""
        error = {"ename": name, "evalue": words, "traceback": [f"{name}: {words}"]}
        self._publish(request, "error", error)
        self._outer.send(
            self._client[request.port],
            REPLIES[request.kind],
            {"status": "error", "execution_count": None, **error},
            request.header,
            ident=request.identity,
            metadata={"course": {"outcome": outcome, "words": words}},
        )

    def _answer_for_the_kernel(self, request: _Request) -> None:
        which, words = self.stopped or ("gone", "the notebook's process has ended")
        request.answered = time.monotonic()
        self._publish(request, "status", {"execution_state": "busy"})
        self._say(request, which, "SystemExit", words)
        self._publish(request, "status", {"execution_state": "idle"})

    # Ends.

    def _look_at_the_clock(self) -> None:
        if self._gone:
            return
        now = time.monotonic()
        if now >= self._deadline:
            self._stop("submission-time", f"the notebook took more than {self._limits.submission_seconds:g} s in all")
            return
        for request in list(self._requests.values()):
            if request.answered is None and now >= request.deadline:
                if request.interrupted:
                    words = f"a cell or a call went on for more than {request.seconds:g} s and could not be interrupted"
                    self._stop("cell-time", words)
                    return
                request.interrupted, request.deadline = True, now + _GRACE
                self._inner.send(self._kernel[CONTROL], "interrupt_request", {})
            elif request.answered is not None and not request.idle and now >= request.answered + _UNTIL_IDLE:
                self._publish(request, "status", {"execution_state": "idle"})

    def _line_cut(self, port: int) -> None:
        self._broken[port].recv_multipart()
        # A process that ends cuts its lines too, a moment before it is gone: a long one, where it held much memory.
        ended = zmq.Poller()
        ended.register(self._process.fileno(), zmq.POLLIN)
        if ended.poll(_ENDING):
            return
        if port == IOPUB:
            self._too_much_output()
        else:
            most = self._limits.message_bytes / 1e6
            self._stop("message", f"the notebook's process sent a message of more than {most:g} MB, or cut its line")

    def _too_much_output(self) -> None:
        self._stop("output", f"the notebook printed more than {self._limits.output_bytes / 1e6:g} MB")

    def _stop(self, which: str, words: str) -> None:
        self.stopped = self.stopped or (which, words)
        self._process.kill()
        self._end()

    def _end(self) -> None:
        self.stopped = self.stopped or self._watch.exceeded
        self._gone = True
        self._poller.unregister(self._process.fileno())
        for monitor in self._broken.values():
            self._poller.unregister(monitor)
        for request in list(self._requests.values()):
            if request.answered is None:
                self._answer_for_the_kernel(request)


def outcome(message: dict[str, Any]) -> tuple[str, str] | None:
    """What the relay says in the kernel's place: ``out-of-time``, ``gone`` or a limit's name, with words; else None."""
    said = message["metadata"].get("course")
    return (said["outcome"], said["words"]) if said else None
