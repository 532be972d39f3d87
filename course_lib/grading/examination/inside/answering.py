"""The grader's voice inside the kernel: calls a student's function when asked, and says as data what came back.

The session sends this file's text into the kernel. Nothing here is secret, and nothing that it answers is believed.
"""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any

from course_lib.grading.examination.inside.values import Refused, decode, encode

MIMETYPE = "application/vnd.course.reply"
MAX_MESSAGE = 500
MAX_FRAMES = 8


class Reply:
    """Text that travels in the kernel's reply without passing through a representation."""

    def __init__(self, **content: object) -> None:
        self.text = json.dumps(content)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {MIMETYPE: self.text}


class Answering:
    """Answers the grader's questions about the names that a notebook has defined.

    Parameters
    ----------
    shell
        The kernel's `InteractiveShell`.
    sources
        The text of each cell by its name, so that a traceback can say in which cell a line is.
    """

    def __init__(self, shell: Any, sources: dict[str, str]) -> None:  # noqa: ANN401 - IPython ships no types for it
        self._names = shell.user_ns
        self._cells = {shell.compile.get_code_name(text, text, 0): name for name, text in sources.items()}

    def call(self, name: str, arguments: str) -> Reply:
        """Call a function by name; `arguments` is an encoded ``(args, kwargs)``."""
        if name not in self._names:
            return Reply(missing=name)
        args, kwargs = decode(arguments)
        try:
            value = self._names[name](*args, **kwargs)
        except BaseException as error:
            # SystemExit and the grader's interrupt too are answers.
            return self.describe(error)
        try:
            return Reply(value=encode(value))
        except Refused as error:
            return Reply(refused=str(error))

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
