"""The grader's voice inside the kernel: asks the student's objects what it is told to, and says as data what came back.

The session sends this file's text into the kernel. Nothing here is secret, and nothing that it answers is believed.
"""

from __future__ import annotations

import importlib
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType, ModuleType, TracebackType
from typing import Any

from course_lib.grading.examination.inside.encoding import encode
from course_lib.grading.examination.inside.values import (
    LIBRARY,
    MAX_BYTES,
    MAX_MARKS,
    NAMES,
    Reference,
    Refused,
    Step,
    decode,
    marks,
)

MIMETYPE = "application/vnd.course.reply"
MAX_MESSAGE = 500
MAX_FRAMES = 8

Content = dict[str, object]
_TOO_MUCH = json.dumps({"refused": "size"})


class Reply:
    """Text that travels in the kernel's reply without passing through a representation."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {MIMETYPE: self.text}


class NotThere(Exception):  # noqa: N818 - named for what happened
    """The object that was asked for does not exist."""


class Answering:
    """Answers the grader's questions about the names that a notebook has defined and the objects that it made.

    Parameters
    ----------
    shell
        The kernel's `InteractiveShell`.
    sources
        The text of each cell by its name, so that a traceback can say in which cell a line is.
    """

    def __init__(self, shell: Any, sources: dict[str, str]) -> None:  # noqa: ANN401 - IPython ships no types for it
        self._names = shell.user_ns
        self._kept: dict[int, object] = {}
        self._cells = {shell.compile.get_code_name(text, text, 0): name for name, text in sources.items()}

    def answer(self, request: str) -> Reply:
        """Answer one question, an encoded dict: ``do`` is ``call``, ``map``, ``keep``, ``read`` or ``write``."""
        question = decode(request)
        target = Reference(question["root"], question["path"])
        if question["do"] == "map":
            return Reply(self._map(target, question["calls"]))
        return Reply(json.dumps(self._outcome(partial(self._answer, target, question))))

    def _outcome(self, answer: Callable[[], Content]) -> Content:
        try:
            return answer()
        except NotThere as error:
            return {"missing": str(error)}
        except Refused as error:
            return {"refused": error.reason}
        except BaseException as error:
            # SystemExit and the grader's interrupt too are answers.
            return self._described(error)

    def _answer(self, target: Reference, question: dict[str, Any]) -> Content:
        if question["do"] == "write":
            self._write(target, decode(question["value"], self._find))
            return {"value": encode(None)}
        if question["do"] == "read":
            return {"value": encode(self._find(target))}
        if question["do"] == "call":
            return self._call(target, question["arguments"])
        value = self._called(target, question["arguments"])
        self._kept[question["keep"]] = value
        return {"kept": "none" if value is None else "object"}

    def _call(self, target: Reference, arguments: str) -> Content:
        return {"value": encode(self._called(target, arguments))}

    def _called(self, target: Reference, arguments: str) -> object:
        found = self._find(target)
        args, kwargs = decode(arguments, self._find)
        return found(*args, **kwargs)

    def _map(self, target: Reference, calls: list[str]) -> str:
        """One outcome a call, each by itself; all of them together are as large as one may be."""
        texts: list[str] = []
        size = items = 0
        with _interrupts() as interrupted:
            for arguments in calls:
                if interrupted:  # also where the student's code has swallowed it
                    break
                text = json.dumps(self._outcome(partial(self._call, target, arguments)))
                size, items = size + len(text), items + marks(text)
                texts.append(text if size <= MAX_BYTES and items <= MAX_MARKS else _TOO_MUCH)
        return f'{{"answers": [{", ".join(texts)}]}}'

    def _find(self, reference: Reference) -> Any:  # noqa: ANN401 - whatever the student has
        path = reference.path
        if isinstance(reference.root, int):
            found = self._kept[reference.root]
        elif not path or path[0][0] != "attribute":
            raise NotThere("a name")
        elif reference.root == NAMES:
            if path[0][1] not in self._names:
                raise NotThere(str(path[0][1]))
            found, path = self._names[path[0][1]], path[1:]
        else:
            assert reference.root == LIBRARY  # noqa: S101 - the grader knows no other
            found, path = importlib.import_module(str(path[0][1])), path[1:]
        for step in path:
            found = _after(found, step)
        return found

    def _write(self, target: Reference, value: object) -> None:
        (kind, key), before = target.path[-1], target.path[:-1]
        if not before and target.root == NAMES:
            self._names[key] = value
        elif kind == "attribute":
            setattr(self._find(Reference(target.root, before)), str(key), value)
        else:
            self._find(Reference(target.root, before))[key] = value

    def describe(self, error: BaseException) -> Reply:
        """An exception as data: its type, its message, and where in the student's cells it came from."""
        return Reply(json.dumps(self._described(error)))

    def _described(self, error: BaseException) -> Content:
        frames = self._frames(error.__traceback__)
        if isinstance(error, SyntaxError) and error.filename in self._cells:
            frames.append([self._cells[error.filename], error.lineno or 1, "<module>"])
        try:
            message = (error.msg if isinstance(error, SyntaxError) else str(error))[:MAX_MESSAGE]
        except BaseException:
            message = ""  # a class of the student's own that cannot even say what it is
        return {"error": {"type": type(error).__name__, "message": message, "frames": frames[-MAX_FRAMES:]}}

    def _frames(self, trace: TracebackType | None) -> list[list[Any]]:
        frames = []
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in self._cells:
                frames.append([self._cells[code.co_filename], trace.tb_lineno, code.co_name])
            trace = trace.tb_next
        return frames


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """The interrupts that come in the meantime; each is raised as ever."""
    met: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        met.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield met
    finally:
        signal.signal(signal.SIGINT, before)


def _after(found: Any, step: Step) -> Any:  # noqa: ANN401 - whatever the student has
    """The attribute or the item; a submodule too is an attribute of its package, imported or not."""
    kind, key = step
    if kind == "item":
        return found[key]
    name = str(key)
    if not hasattr(found, name):
        if not isinstance(found, ModuleType):
            raise NotThere(name)
        importlib.import_module(f"{found.__name__}.{name}")
    return getattr(found, name)
