"""One submission in its sandboxed kernel: its cells are run, then its functions can be called."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from course_lib.assignments import cells
from course_lib.grading.examination.channel import Channel, KernelGone, LimitReached, OutOfTime
from course_lib.grading.examination.inside import answering, encoding, values
from course_lib.grading.examination.inside.values import NAMES, Reference
from course_lib.grading.examination.replies import (
    UNINTELLIGIBLE,
    Answer,
    Failure,
    Kept,
    NotData,
    Returned,
    answer,
    met,
    read,
)
from course_lib.grading.isolation.limits import Limits

_START = """
def __course__(modules, sources):
    import sys, types
    for name, text in modules.items():
        module = sys.modules[name] = types.ModuleType(name)
        exec(text, module.__dict__)
    return module.Answering(get_ipython(), sources)
__course__ = __course__({modules!r}, {sources!r})
"""


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
            content = self._question("__course__.describe(__import__('sys').last_value)", self.limits.call_seconds)
            said = self._noted(answer(content))
            self.failures[name] = said if isinstance(said, Failure) else Failure("Exception", "")

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

    def map(
        self,
        target: Reference,
        calls: Sequence[tuple[tuple[object, ...], dict[str, object]]],
        *,
        seconds: float | None = None,
    ) -> list[Answer]:
        """Call something many times in one question.

        Parameters
        ----------
        target
            What is called.
        calls
            The arguments of each call, those by position and those by name.
        seconds
            How long all of them together may take, at most as long as the limits allow for one.

        Returns
        -------
        list of Answer
            One a call. A reply that is no such list is the failure of each.

        Raises
        ------
        OutOfTime, KernelGone, LimitReached
            When no answer came.
        """
        content = self._reply("map", target, {"calls": [encoding.encode(each) for each in calls]}, seconds)
        match content:
            case {"answers": list(answers)} if len(answers) == len(calls):
                return [self._noted(NotData() if isinstance(each, Kept) else each) for each in map(answer, answers)]
        return [self._noted(UNINTELLIGIBLE)] * len(calls)

    def read(self, target: Reference, *, seconds: float | None = None) -> Answer:
        """The value of a name, an attribute or an item; raises as `call` does."""
        return self._ask("read", target, {}, seconds)

    def write(self, target: Reference, value: object, *, seconds: float | None = None) -> Answer:
        """Set a name, an attribute or an item to a value or to what a reference stands for; raises as `call` does."""
        return self._ask("write", target, {"value": encoding.encode(value)}, seconds)

    def _ask(self, do: str, target: Reference, question: dict[str, object], seconds: float | None) -> Answer:
        said = self._noted(answer(self._reply(do, target, question, seconds)))
        # A forged answer of the other kind would hand the test something that is no plain value.
        return NotData() if isinstance(said, Returned if do == "keep" else Kept) else said

    def _reply(self, do: str, target: Reference, question: dict[str, object], seconds: float | None) -> object:
        """What the kernel says to a question, as JSON that nobody has looked at."""
        request = encoding.encode({"do": do, "root": target.root, "path": target.path} | question)
        seconds = min(self.limits.call_seconds, self.limits.call_seconds if seconds is None else seconds)
        try:
            return self._question(f"__course__.answer({request!r})", seconds)
        except (KernelGone, LimitReached) as error:
            name = ".".join(str(key) for _, key in target.path)
            self._note(error, f"while {name} was called, ")
            raise

    def _question(self, expression: str, seconds: float) -> object:
        return read(self.channel.ask("", {"reply": expression}, seconds))

    def _noted(self, said: Answer) -> Answer:
        if isinstance(said, Failure):
            self.stopped = self.stopped or met(said)
        return said

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
