"""What a kernel may say: each of its messages rebuilt from the parts that the protocol gives it, or dropped.

The kernel is a stranger's process, and writes what it likes. What passes has the right kinds in the right places, and
nothing else in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Content = dict[str, Any]

# What may be asked of a kernel, and the reply that answers it.
REPLIES = {
    "execute_request": "execute_reply",
    "kernel_info_request": "kernel_info_reply",
    "complete_request": "complete_reply",
    "inspect_request": "inspect_reply",
    "is_complete_request": "is_complete_reply",
    "history_request": "history_reply",
    "comm_info_request": "comm_info_reply",
    "interrupt_request": "interrupt_reply",
}
_INFORMATION: Content = {
    "status": "ok",
    "protocol_version": "5.3",
    "implementation": "course-sandbox",
    "implementation_version": "1",
    "language_info": {
        "name": "python",
        "version": "3",
        "mimetype": "text/x-python",
        "file_extension": ".py",
        "pygments_lexer": "ipython3",
        "codemirror_mode": {"name": "ipython", "version": 3},
    },
    "banner": "",
}


class Nonsense(ValueError):  # noqa: N818 - named for what it is
    """A message that is not of the protocol."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Nonsense("no text where text belongs")
    # Half a character could be neither sent on nor written to a file.
    return value.encode(errors="replace").decode()


def _texts(value: object) -> list[str]:
    return [_text(each) for each in value] if isinstance(value, list) else []


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 1_000_000_000 else None


def _bundle(value: object) -> dict[str, str]:
    """A value in several formats; those that are no text are left out."""
    if not isinstance(value, dict):
        raise Nonsense("no mapping of formats")
    return {_text(kind): _text(data) for kind, data in value.items() if isinstance(data, str)}


def _error(content: Mapping[str, Any]) -> Content:
    return {
        "ename": _text(content.get("ename", "")),
        "evalue": _text(content.get("evalue", "")),
        "traceback": _texts(content.get("traceback")),
    }


def _expression(value: object) -> Content:
    if isinstance(value, dict) and value.get("status") == "ok":
        return {"status": "ok", "data": _bundle(value.get("data")), "metadata": {}}
    if isinstance(value, dict) and value.get("status") == "error":
        return {"status": "error", **_error(value)}
    raise Nonsense("an expression that is neither a value nor an error")


def _executed(content: Content) -> Content:
    match content.get("status"):
        case "ok":
            expressions = content.get("user_expressions", {})
            if not isinstance(expressions, dict):
                raise Nonsense("expressions that are no mapping")
            return {
                "status": "ok",
                "execution_count": _count(content.get("execution_count")),
                # A payload would open pages and set what the client runs next.
                "payload": [],
                "user_expressions": {_text(name): _expression(each) for name, each in expressions.items()},
            }
        case "error":
            return {"status": "error", "execution_count": _count(content.get("execution_count")), **_error(content)}
        case "aborted":
            return {"status": "aborted"}
    raise Nonsense("a reply without a status")


def _completed(content: Content) -> Content:
    start, end = _count(content.get("cursor_start")), _count(content.get("cursor_end"))
    return {
        "status": "ok",
        "matches": _texts(content.get("matches")),
        "cursor_start": start or 0,
        "cursor_end": end or 0,
        "metadata": {},
    }


def _inspected(content: Content) -> Content:
    return {
        "status": "ok",
        "found": content.get("found") is True,
        "data": _bundle(content.get("data", {})),
        "metadata": {},
    }


def _judged_complete(content: Content) -> Content:
    status = content.get("status")
    if status not in ("complete", "incomplete", "invalid", "unknown"):
        raise Nonsense("code that is neither complete nor incomplete")
    return {"status": status, "indent": _text(content.get("indent", ""))}


_SHELL: dict[str, Callable[[Content], Content]] = {
    "execute_reply": _executed,
    "kernel_info_reply": lambda _: _INFORMATION,
    "complete_reply": _completed,
    "inspect_reply": _inspected,
    "is_complete_reply": _judged_complete,
    "history_reply": lambda _: {"status": "ok", "history": []},
    "comm_info_reply": lambda _: {"status": "ok", "comms": {}},
    "interrupt_reply": lambda _: {"status": "ok"},
}


def reply(kind: str, content: object) -> Content:
    """The content of a reply, rebuilt.

    Parameters
    ----------
    kind
        One of the values of `REPLIES`.
    content
        What the kernel wrote.

    Raises
    ------
    Nonsense
        When it is not what the protocol says.

    Examples
    --------
    >>> reply("execute_reply", {"status": "ok", "payload": [{"source": "page"}], "score": 100})
    {'status': 'ok', 'execution_count': None, 'payload': [], 'user_expressions': {}}
    """
    if not isinstance(content, dict):
        raise Nonsense("content that is no mapping")
    return _SHELL[kind](content)


def _status(content: Content) -> Content:
    if content.get("execution_state") not in ("busy", "idle"):
        raise Nonsense("a state that is neither busy nor idle")
    return {"execution_state": content["execution_state"]}


def _stream(content: Content) -> Content:
    if content.get("name") not in ("stdout", "stderr"):
        raise Nonsense("a stream that does not exist")
    return {"name": content["name"], "text": _text(content.get("text"))}


def _display(content: Content) -> Content:
    shown: Content = {"data": _bundle(content.get("data")), "metadata": {}}
    match content.get("transient"):
        case {"display_id": str(name)}:
            shown["transient"] = {"display_id": _text(name)}
    return shown


def _result(content: Content) -> Content:
    return {**_display(content), "execution_count": _count(content.get("execution_count"))}


def _input(content: Content) -> Content:
    return {"code": _text(content.get("code")), "execution_count": _count(content.get("execution_count"))}


_BROADCAST: dict[str, Callable[[Content], Content]] = {
    "status": _status,
    "stream": _stream,
    "display_data": _display,
    "update_display_data": _display,
    "execute_result": _result,
    "execute_input": _input,
    "error": _error,
    "clear_output": lambda content: {"wait": content.get("wait") is True},
}


def broadcast(kind: str, content: object) -> Content:
    """The content of a message to all clients, rebuilt.

    Raises
    ------
    Nonsense
        When it is not what the protocol says, or of a kind that has no place here (widgets' among them).

    Examples
    --------
    >>> broadcast("stream", {"name": "stdout", "text": "hello", "more": 1})
    {'name': 'stdout', 'text': 'hello'}
    """
    if kind not in _BROADCAST or not isinstance(content, dict):
        raise Nonsense("a message of no kind that we know")
    return _BROADCAST[kind](content)
