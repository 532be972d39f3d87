"""What the kernel's replies say, checked part by part: nothing that it writes is believed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from course_lib.grading.examination.inside import answering, values

# A value is text inside this text, where each quotation mark gains a stroke; around it there is not much else.
_MAX_REPLY = 2 * values.MAX_BYTES
_MAX_MARKS = 2 * values.MAX_MARKS


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
UNINTELLIGIBLE = Failure("Exception", "the kernel gave no intelligible answer")


def read(reply: dict[str, Any]) -> object:
    """The JSON that a reply carries, unless it is too much to be parsed; None where there is none.

    Examples
    --------
    >>> read({"status": "ok", "user_expressions": "junk"}) is None
    True
    """
    match reply:
        case {"user_expressions": {"reply": {"data": {answering.MIMETYPE: str(text)}}}}:
            try:
                return json.loads(text) if len(text) <= _MAX_REPLY and values.marks(text) <= _MAX_MARKS else None
            except (ValueError, RecursionError):
                return None
    return None


def answer(content: object) -> Answer:
    """What one answer says, checked part by part; one that makes no sense is the failure of an unknown kind."""
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
    return UNINTELLIGIBLE


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
