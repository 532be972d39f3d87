"""The grader's voice inside the kernel: asks the student's objects what it is told to, and says as data what came back.

The session sends this file's text into the kernel. Nothing here is secret, and nothing that it answers is believed.
"""

from __future__ import annotations

import importlib
import json
from types import ModuleType, TracebackType
from typing import Any

from course_lib.grading.examination.inside.encoding import encode
from course_lib.grading.examination.inside.values import LIBRARY, NAMES, Reference, Refused, Step, decode

MIMETYPE = "application/vnd.course.reply"
MAX_MESSAGE = 500
MAX_FRAMES = 8


class Reply:
    """Text that travels in the kernel's reply without passing through a representation."""

    def __init__(self, **content: object) -> None:
        self.text = json.dumps(content)

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
        """Answer one question, an encoded dict: ``do`` is ``call``, ``keep``, ``read`` or ``write``."""
        question = decode(request)
        try:
            target = Reference(question["root"], question["path"])
            if question["do"] == "write":
                self._write(target, decode(question["value"], self._find))
                return Reply(value=encode(None))
            found = self._find(target)
            if question["do"] == "read":
                return Reply(value=encode(found))
            args, kwargs = decode(question["arguments"], self._find)
            value = found(*args, **kwargs)
            if question["do"] == "keep":
                self._kept[question["keep"]] = value
                return Reply(kept="none" if value is None else "object")
            return Reply(value=encode(value))
        except NotThere as error:
            return Reply(missing=str(error))
        except Refused as error:
            return Reply(refused=error.reason)
        except BaseException as error:
            # SystemExit and the grader's interrupt too are answers.
            return self.describe(error)

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
        frames = self._frames(error.__traceback__)
        if isinstance(error, SyntaxError) and error.filename in self._cells:
            frames.append([self._cells[error.filename], error.lineno or 1, "<module>"])
        message = (error.msg if isinstance(error, SyntaxError) else str(error))[:MAX_MESSAGE]
        return Reply(error={"type": type(error).__name__, "message": message, "frames": frames[-MAX_FRAMES:]})

    def _frames(self, trace: TracebackType | None) -> list[list[Any]]:
        frames = []
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in self._cells:
                frames.append([self._cells[code.co_filename], trace.tb_lineno, code.co_name])
            trace = trace.tb_next
        return frames


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
