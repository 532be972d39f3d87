"""One submission in its sandboxed kernel: its cells are run, then its functions can be called."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from course_lib.assignments import cells
from course_lib.grading.examination.channel import Channel, KernelGone, LimitReached, OutOfTime
from course_lib.grading.examination.inside import answering, encoding, values
from course_lib.grading.examination.inside.values import NAMES, Reference
from course_lib.grading.isolation.limits import Limits

# A value is text inside this text, where each quotation mark gains a stroke.
_MAX_REPLY = 2 * values.MAX_BYTES
_START = """
def __course__(modules, sources):
    import sys, types
    for name, text in modules.items():
        module = sys.modules[name] = types.ModuleType(name)
        exec(text, module.__dict__)
    return module.Answering(get_ipython(), sources)
__course__ = __course__({modules!r}, {sources!r})
"""


@dataclass(frozen=True)
class Frame:
    """One line of a student's traceback: the cell, the line in it counted from 1, and the function."""

    cell: str
    line: int
    function: str


@dataclass(frozen=True)
class Failure:
    """What a student's code raised: the exception's type and message, and the lines of its cells it came through."""

    kind: str
    message: str
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True)
class Returned:
    """The value that a call gave back."""

    value: Any


@dataclass(frozen=True)
class Kept:
    """The call gave back an object that stays in the kernel; `empty` when that was None."""

    empty: bool = False


@dataclass(frozen=True)
class Missing:
    """There is nothing of that name."""


@dataclass(frozen=True)
class NotData:
    """The call gave back something that cannot cross, for one of `values.REASONS`."""

    reason: str = "junk"


Answer = Returned | Failure | Missing | NotData | Kept


@dataclass
class Session:
    """The cells of one submission, run in order, and the functions they define.

    Attributes
    ----------
    channel
        The kernel.
    limits
        What each cell and call may take.
    failures
        What cells raised, by the cell's name.
    stopped
        The first limit that was reached, as (name, words); None when none was.
    ended
        When the kernel ended by itself, while it did what; empty otherwise.
    """

    channel: Channel
    limits: Limits
    failures: dict[str, Failure] = field(default_factory=dict)
    stopped: tuple[str, str] | None = None
    ended: str = ""

    def run(self, notebook: NotebookNode) -> None:
        """Run the set-up and answer cells; one that raises or takes too long does not keep the next from being tried.

        Visible checks and experiments are left out.
        """
        sources = cells_to_run(notebook)
        modules = {module.__name__: inspect.getsource(module) for module in (values, encoding, answering)}
        self.channel.start(_START.format(modules=modules, sources=sources))
        for name, source in sources.items():
            try:
                self._run(name, source)
            except (KernelGone, LimitReached) as error:
                self._note(error, f"while the cell {name!r} ran, ")
                self.failures[name] = Failure("", str(error))
                return

    def _run(self, name: str, source: str) -> None:
        try:
            reply = self.channel.ask(source, {}, self.limits.cell_seconds)
        except OutOfTime as error:
            self.stopped = self.stopped or ("cell-time", f"the cell {name!r} {error}")
            self.failures[name] = Failure("", f"{error} and was stopped")
            return
        if reply.get("status") != "ok":
            answer = self._question("__course__.describe(__import__('sys').last_value)", self.limits.call_seconds)
            self.failures[name] = answer if isinstance(answer, Failure) else Failure("Exception", "")

    def call(
        self,
        target: str | Reference,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        *,
        keep: int | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """Call a function, a class or a method.

        Parameters
        ----------
        target
            What is called: a name that the notebook has defined, or a reference. References may be among the arguments.
        args, kwargs
            Its arguments.
        keep
            The number under which what it gives back stays in the kernel; by default its value is brought out.
        seconds
            How long it may take, at most as long as the limits allow.

        Raises
        ------
        OutOfTime, KernelGone, LimitReached
            When no answer came.
        """
        question: dict[str, object] = {"arguments": encoding.encode((args, kwargs))}
        if isinstance(target, str):
            target = Reference(NAMES, (("attribute", target),))
        if keep is None:
            return self._ask("call", target, question, seconds)
        return self._ask("keep", target, question | {"keep": keep}, seconds)

    def read(self, target: Reference, *, seconds: float | None = None) -> Answer:
        """The value of a name, an attribute or an item; raises as `call` does."""
        return self._ask("read", target, {}, seconds)

    def write(self, target: Reference, value: object, *, seconds: float | None = None) -> Answer:
        """Set a name, an attribute or an item to a value or to what a reference stands for; raises as `call` does."""
        return self._ask("write", target, {"value": encoding.encode(value)}, seconds)

    def _ask(self, do: str, target: Reference, question: dict[str, object], seconds: float | None) -> Answer:
        request = encoding.encode({"do": do, "root": target.root, "path": target.path} | question)
        seconds = min(self.limits.call_seconds, self.limits.call_seconds if seconds is None else seconds)
        try:
            answer = self._question(f"__course__.answer({request!r})", seconds)
        except (KernelGone, LimitReached) as error:
            name = ".".join(str(key) for _, key in target.path)
            self._note(error, f"while {name} was called, ")
            raise
        # A forged answer of the other kind would hand the test something that is no plain value.
        return NotData() if isinstance(answer, Returned if do == "keep" else Kept) else answer

    def _question(self, expression: str, seconds: float) -> Answer:
        reply = self.channel.ask("", {"reply": expression}, seconds)
        answer = read(reply)
        if isinstance(answer, Failure):
            self.stopped = self.stopped or met(answer)
        return answer

    def _note(self, error: KernelGone | LimitReached, where: str) -> None:
        if isinstance(error, LimitReached):
            self.stopped = self.stopped or (error.which, f"{where}{error}")
        else:
            self.ended = self.ended or f"{where}{error}"


def cells_to_run(notebook: NotebookNode) -> dict[str, str]:
    """The code that grading runs, by the cell's name: all but visible checks and experiments."""
    return {
        cells.grade_id(cell) or f"cell {number}": cell.source
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and not cells.is_check(cell) and not cells.is_experiment(cell)
    }


def read(reply: dict[str, Any]) -> Answer:
    """What a reply says, checked part by part; one that makes no sense is the failure of an unknown kind.

    Examples
    --------
    >>> read({"status": "ok", "user_expressions": "junk"})
    Failure(kind='Exception', message='the kernel gave no intelligible answer', frames=())
    """
    match reply:
        case {"user_expressions": {"reply": {"data": {answering.MIMETYPE: str(text)}}}}:
            return _read_text(text)
    return Failure("Exception", "the kernel gave no intelligible answer")


def _read_text(text: str) -> Answer:
    try:
        content = json.loads(text) if len(text) <= _MAX_REPLY else None
    except (ValueError, RecursionError):
        content = None
    match content:
        case {"value": str(value)}:
            try:
                return Returned(values.decode(value))
            except values.Refused as error:
                return NotData(error.reason)
        case {"refused": str(reason)} if reason in values.REASONS:
            return NotData(reason)
        case {"missing": str()}:
            return Missing()
        case {"kept": "none" | "object" as kind}:
            return Kept(empty=kind == "none")
        case {"error": {"type": str(kind), "message": str(message), "frames": list(frames)}}:
            kept = tuple(frame for frame in map(_frame, frames[: answering.MAX_FRAMES]) if frame is not None)
            return Failure(_clean(kind[:100]), _clean(message[: answering.MAX_MESSAGE]), kept)
    return Failure("Exception", "the kernel gave no intelligible answer")


def _frame(frame: object) -> Frame | None:
    match frame:
        case [str(cell), int(line), str(function)] if 0 < line < 1_000_000:
            return Frame(_clean(cell[:100]), line, _clean(function[:100]))
    return None


def _clean(text: str) -> str:
    """Text without what no page can show: control characters other than line breaks, and half characters."""
    return "".join(char if char == "\n" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def met(failure: Failure) -> tuple[str, str] | None:
    """The limit that the system set before an error, as (name, words); None for an error of another kind.

    Examples
    --------
    >>> met(Failure("OSError", "[Errno 28] No space left on device"))
    ('file', 'the notebook wrote more to its files than it may')
    """
    kind, words = failure.kind, failure.message
    if kind == "MemoryError":
        return "memory", "the notebook asked for more memory than it may have"
    if kind == "OSError" and words.startswith(("[Errno 27]", "[Errno 28]")):
        return "file", "the notebook wrote more to its files than it may"
    if (kind == "BlockingIOError" and words.startswith("[Errno 11]")) or words == "can't start new thread":
        return "processes", "the notebook started more processes and threads than it may"
    return None
