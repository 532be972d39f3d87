"""The line to a sandboxed kernel: one question at a time, with a time limit, and its death noticed at once."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.provisioner import JUPYTER_PATH, KERNEL_NAME, SandboxProvisioner, kernels
from course_lib.grading.isolation.relay import outcome
from course_lib.grading.isolation.warm import DidNotStart, Parent

# The relay answers every question in time, when the kernel does not; if not even that comes, the relay is at fault.
_MARGIN = 30.0


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
    parent
        The warm parent that forks the kernel; one of its own when left out.

    Raises
    ------
    KernelDidNotStart
        When it cannot be started.
    """

    def __init__(self, limits: Limits, parent: Parent | None = None) -> None:
        self._limits = limits
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        specs = KernelSpecManager(kernel_dirs=[str(JUPYTER_PATH / "kernels")], ensure_native_kernel=False)
        self._manager = KernelManager(kernel_name=KERNEL_NAME, kernel_spec_manager=specs, context=self._context)
        try:
            with kernels(limits, parent):
                self._manager.start_kernel()
        except DidNotStart as error:
            raise KernelDidNotStart(str(error)) from error
        provisioner = self._manager.provisioner
        if not isinstance(provisioner, SandboxProvisioner):
            raise KernelDidNotStart(f"the kernel {KERNEL_NAME!r} is not the sandboxed one; is course_lib installed?")
        self._provisioner = provisioner
        self._shell = self._manager.connect_shell()

    def processes(self) -> list[int]:
        """The numbers, here outside, of the kernel's process and of all that it has started."""
        return list(self._provisioner.running.members())

    def __enter__(self) -> Channel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not shutdown_kernel: it waits for the kernel to agree.
        self._provisioner.end()
        self._manager.cleanup_resources()
        self._context.destroy(linger=0)

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
            The content of the ``execute_reply``: of the protocol's form, and in it whatever a hostile kernel wrote.

        Raises
        ------
        OutOfTime
            After `seconds`, when the kernel could be interrupted.
        KernelGone
            When the kernel has ended by itself.
        LimitReached
            When a limit ended it; from then on every question raises the same.
        """
        content = {"code": code, "silent": not code, "store_history": False, "user_expressions": expressions}
        content |= {"allow_stdin": False, "stop_on_error": False}
        session = self._manager.session
        session.send(self._shell, "execute_request", content, metadata={"seconds": seconds})
        if not self._shell.poll(int((seconds + _MARGIN) * 1000)):
            raise RuntimeError("the relay does not answer")
        message = session.deserialize(session.feed_identities(self._shell.recv_multipart())[1])
        match outcome(message):
            case None:
                return dict(message["content"])
            case "out-of-time", words:
                raise OutOfTime(words)
            case "gone", words:
                raise KernelGone(words)
            case which, words:
                raise LimitReached(which, words)
