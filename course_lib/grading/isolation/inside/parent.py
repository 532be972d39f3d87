"""The warm parent: has imported what a notebook needs, and forks a kernel for each request into walls of its own.

It runs as ``python -I -B parent.py ORDERS``, inside bubblewrap where there is one; ORDERS is JSON:
``{"socket": 5, "lifeline": 6, "preload": ["numpy"]}``. It runs no code of a student's and knows no secret. A request is
a connection on the listening socket: JSON (``{"walls": "namespaces", "key": ...}`` and what `isolate` or `enclose` asks
for), and as descriptors the kernel's five sockets and a file for the last words of a kernel that does not start. The
answer is a descriptor that stands for the new process. When the lifeline's other end closes, nobody is left to ask.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - `-I` has taken it away

import enclose  # type: ignore[import-not-found]
import filter  # type: ignore[import-not-found]  # beside this file
import isolate  # type: ignore[import-not-found]

MOST_BYTES, DESCRIPTORS = 1_000_000, 6


def serve(orders: dict[str, Any]) -> None:
    """Answer requests until those who would ask are gone, or this process is killed."""
    import kernel  # type: ignore[import-not-found]

    for name in orders["preload"]:
        with contextlib.suppress(ImportError):  # the notebook's own import will say it better
            importlib.import_module(name)
    gc.freeze()  # so that a child's collector does not write to, and so copy, every page
    listener, lifeline = socket.socket(fileno=orders["socket"]), socket.socket(fileno=orders["lifeline"])
    while lifeline not in select.select([listener, lifeline], [], [])[0]:
        connection, _ = listener.accept()
        with connection:
            _answer(connection, (listener, lifeline), kernel.serve)
        _collect()


def _answer(
    connection: socket.socket, ours: tuple[socket.socket, ...], serve: Callable[[dict[str, Any]], None]
) -> None:
    request, (*sockets, words) = _receive(connection)

    def run() -> NoReturn:
        for each in (*ours, connection):
            each.close()
        _run(request, sockets, words, serve)

    try:
        (_in_namespaces if request["walls"] == "namespaces" else _here)(connection, run)
    except OSError:
        traceback.print_exc()
    for descriptor in (*sockets, words):
        os.close(descriptor)


def _collect() -> None:
    """Let those that have ended go."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    message, descriptors, _, _ = socket.recv_fds(connection, MOST_BYTES, DESCRIPTORS)
    return json.loads(message), descriptors


def _here(connection: socket.socket, run: Callable[[], NoReturn]) -> None:
    """Fork a kernel that makes its walls by itself."""
    child = os.fork()
    if child == 0:
        run()
    _introduce(connection, child)


def _in_namespaces(connection: socket.socket, run: Callable[[], NoReturn]) -> None:
    """Fork a kernel as the first process of new namespaces, which takes a fork between: it is the child who is in."""
    middle = os.fork()
    if middle:
        os.waitpid(middle, 0)
        return
    try:
        isolate.new_namespaces()
        child = os.fork()
        if child == 0:
            run()
        _introduce(connection, child)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _introduce(connection: socket.socket, child: int) -> None:
    process = os.pidfd_open(child)
    socket.send_fds(connection, [b"1"], [process])
    os.close(process)


def _run(request: dict[str, Any], sockets: list[int], words: int, serve: Callable[[dict[str, Any]], None]) -> NoReturn:
    status = 1
    os.dup2(words, 2)
    os.close(words)
    try:
        _WALLS[request["walls"]](request)
        if "numpy.random" in sys.modules:  # Python's own numbers begin anew in each fork by themselves
            sys.modules["numpy.random"].seed()
        orders = {"key": request["key"], "descriptors": dict(enumerate(sockets, start=1))}
        serve({**orders, "network": request["walls"] != "landlock"})
        status = 0
    except BaseException:
        with contextlib.suppress(OSError, ValueError):
            traceback.print_exc(file=sys.stderr)
    os._exit(status)


def _isolated(request: dict[str, Any]) -> None:
    isolate.isolate(request)
    filter.load(bytes.fromhex(request["filter"]))


def _enclosed(request: dict[str, Any]) -> None:
    parent = os.getppid()
    enclose.enclose(request)
    enclose.die_with(parent)


_WALLS = {"namespaces": _isolated, "landlock": _enclosed, "none": enclose.unprotected}


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))
