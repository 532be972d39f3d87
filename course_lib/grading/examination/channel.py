"""The line to a sandboxed kernel: one question at a time, with a time limit, and its death noticed at once."""

from __future__ import annotations

import os
import signal
import time
from types import TracebackType
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from course_lib.grading.examination.inside.values import MAX_BYTES
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.provisioner import JUPYTER_PATH, KERNEL_NAME, SandboxProvisioner
from course_lib.grading.isolation.watch import MemoryWatch

# A value is text inside the text of a reply, where each quotation mark gains a stroke.
_MAX_MESSAGE = 2 * MAX_BYTES
_GRACE = 2.0  # seconds in which an interrupted cell may still answer
_JUNK = 1000  # messages that answer nothing


class LimitReached(Exception):  # noqa: N818 - named for what happened
    """A limit stopped the submission; `which` is its name, and the message says what happened in words."""

    def __init__(self, which: str, words: str) -> None:
        super().__init__(words)
        self.which = which


class OutOfTime(Exception):  # noqa: N818 - named for what happened
    """A cell or a call took too long and was interrupted; the kernel lives."""


class KernelGone(Exception):  # noqa: N818 - named for what happened
    """The kernel's process has ended."""


class KernelDidNotStart(RuntimeError):  # noqa: N818 - named for what happened
    """The kernel never answered: the fault of the grading machine, not of a student; the message is what it wrote."""


class Channel:
    """A running sandboxed kernel, and the only way by which we speak with it.

    Parameters
    ----------
    limits
        What the submission may use; `submission_seconds` counts from here.

    Attributes
    ----------
    process_id
        The sandbox's first process.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._deadline = time.monotonic() + limits.submission_seconds
        self._output = 0
        self._stopped: LimitReached | None = None
        context = zmq.Context()
        # Whatever is larger is dropped by ZeroMQ before it takes our memory.
        context.maxmsgsize, context.rcvhwm, context.linger = _MAX_MESSAGE, 16, 0
        specs = KernelSpecManager(kernel_dirs=[str(JUPYTER_PATH / "kernels")], ensure_native_kernel=False)
        self._manager = KernelManager(kernel_name=KERNEL_NAME, kernel_spec_manager=specs, context=context)
        spec: Any = self._manager.kernel_spec
        spec.metadata["kernel_provisioner"]["config"] = {"limits": vars(limits)}
        self._manager.start_kernel()
        provisioner = self._manager.provisioner
        if not isinstance(provisioner, SandboxProvisioner):
            raise KernelDidNotStart(f"the kernel {KERNEL_NAME!r} is not the sandboxed one; is course_lib installed?")
        self._provisioner, pid = provisioner, provisioner.process_id
        self.process_id = pid
        self._watch = MemoryWatch(pid, limits.memory_bytes)
        self._process = os.pidfd_open(pid)
        self._shell = self._manager.connect_shell()
        self._iopub = self._manager.connect_iopub()
        self._control = self._manager.connect_control()
        self._poller = zmq.Poller()
        for source in (self._shell, self._iopub, self._process):
            self._poller.register(source, zmq.POLLIN)

    def __enter__(self) -> Channel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.stop()
        self._kill()
        os.close(self._process)
        # Not shutdown_kernel: it sends a dead kernel an interrupt and waits a second for it to go.
        self._provisioner.reap()
        self._manager.cleanup_resources()
        self._manager.context.destroy(linger=0)

    def start(self, code: str, seconds: float = 60) -> None:
        """Wait for the kernel and give it its first code.

        Raises
        ------
        KernelDidNotStart
            When it does not answer.
        """
        try:
            reply = self.ask(code, {}, seconds)
        except (KernelGone, OutOfTime, LimitReached) as error:
            raise KernelDidNotStart(self._provisioner.last_words() or str(error)) from error
        if reply.get("status") != "ok":
            raise KernelDidNotStart(f"the kernel refused its first code: {reply.get('evalue')}")

    def ask(self, code: str, expressions: dict[str, str], seconds: float) -> dict[str, Any]:
        """Run code, evaluate expressions, and wait for the one reply.

        Parameters
        ----------
        code
            What runs; empty for nothing.
        expressions
            Evaluated after it, by name.
        seconds
            Wall-clock limit.

        Returns
        -------
        dict
            The content of the ``execute_reply``: whatever a hostile kernel wrote, to be checked part by part.

        Raises
        ------
        OutOfTime
            After `seconds`, when the kernel could be interrupted.
        KernelGone
            When the kernel has ended by itself.
        LimitReached
            When a limit ended it; from then on every question raises the same.
        """
        if self._stopped is not None:
            raise self._stopped
        content = {"code": code, "silent": not code, "store_history": False, "user_expressions": expressions}
        content |= {"allow_stdin": False, "stop_on_error": False}
        request = self._manager.session.send(self._shell, "execute_request", content)["header"]["msg_id"]
        end = time.monotonic() + seconds
        reply = self._wait(request, min(end, self._deadline))
        if reply is not None:
            return reply
        if time.monotonic() >= self._deadline:
            self._stop("submission-time", f"the notebook took more than {self._limits.submission_seconds:g} s in all")
        self._manager.session.send(self._control, "interrupt_request", {})
        if self._wait(request, time.monotonic() + _GRACE) is None:
            self._stop(
                "cell-time", f"a cell or a call went on for more than {seconds:g} s and could not be interrupted"
            )
        raise OutOfTime(f"took more than {seconds:g} s")

    def _wait(self, request: str, end: float) -> dict[str, Any] | None:
        junk = 0
        while (left := end - time.monotonic()) > 0:
            ready = dict(self._poller.poll(max(1, int(left * 1000))))
            if self._iopub in ready:
                self._output += sum(len(part) for part in self._iopub.recv_multipart())
                if self._output > self._limits.output_bytes:
                    words = f"the notebook printed more than {self._limits.output_bytes / 1e6:g} MB"
                    self._stop("output", words)
            if self._shell in ready:
                reply = self._reply_to(request, self._shell.recv_multipart())
                if reply is not None:
                    return reply
                junk += 1
                if junk > _JUNK:
                    self._stop("output", f"the kernel sent more than {_JUNK} messages that answer nothing")
            elif self._process in ready:
                self._gone()
        return None

    def _reply_to(self, request: str, parts: list[bytes]) -> dict[str, Any] | None:
        session = self._manager.session
        try:
            message = session.deserialize(session.feed_identities(parts)[1])
            if message["msg_type"] == "execute_reply" and message["parent_header"].get("msg_id") == request:
                return dict(message["content"])
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            # The kernel can write whatever it likes; what is no reply is counted and dropped.
            return None
        return None

    def _gone(self) -> None:
        if self._watch.exceeded:
            self._stop("memory", f"the notebook took more than {self._limits.memory_bytes / 1e9:g} GB of memory")
        raise KernelGone("the notebook's process has ended")

    def _stop(self, which: str, words: str) -> None:
        self._kill()
        self._stopped = LimitReached(which, words)
        raise self._stopped

    def _kill(self) -> None:
        try:
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        except ProcessLookupError:
            return  # it ended by itself
