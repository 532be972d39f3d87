"""The warm parent: has imported what a notebook needs, and forks a kernel for each request into walls of its own.

It runs as ``python -I -B parent.py ORDERS`` inside bubblewrap, where ORDERS is JSON:
``{"socket": 5, "preload": ["numpy"]}``.
It runs no code of a student's and knows no secret. A request is a connection on the listening socket: JSON (`isolate`
and `kernel` say what), and as descriptors the kernel's five sockets and a file for the last words of a kernel that does
not start. The answer is a descriptor that stands for the new process.
"""

import contextlib
import gc
import importlib
import json
import os
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - `-I` has taken it away

import filter  # type: ignore[import-not-found]  # beside this file
import isolate  # type: ignore[import-not-found]

MOST_BYTES, DESCRIPTORS = 1_000_000, 6


def serve(orders: dict[str, Any]) -> None:
    """Answer requests until the listening socket's other holders are gone and this process is killed."""
    import kernel  # type: ignore[import-not-found]

    for name in orders["preload"]:
        with contextlib.suppress(ImportError):  # the notebook's own import will say it better
            importlib.import_module(name)
    gc.freeze()  # so that a child's collector does not write to, and so copy, every page
    listener = socket.socket(fileno=orders["socket"])
    while True:
        connection, _ = listener.accept()
        with connection:
            request, descriptors = _receive(connection)
            middle = os.fork()
            if middle == 0:
                listener.close()
                _become_parent_of_a_kernel(connection, request, descriptors, kernel.serve)
            os.waitpid(middle, 0)
            for descriptor in descriptors:
                os.close(descriptor)


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    message, descriptors, _, _ = socket.recv_fds(connection, MOST_BYTES, DESCRIPTORS)
    return json.loads(message), descriptors


def _become_parent_of_a_kernel(
    connection: socket.socket, request: dict[str, Any], descriptors: list[int], run: Callable[[dict[str, Any]], None]
) -> NoReturn:
    *sockets, words = descriptors
    try:
        isolate.new_namespaces()
        child = os.fork()
        if child == 0:
            connection.close()
            _run(request, sockets, words, run)
        process = os.pidfd_open(child)
        socket.send_fds(connection, [b"1"], [process])
    except BaseException:
        with open(words, "w") as file:  # noqa: PTH123 - a descriptor
            traceback.print_exc(file=file)
        os._exit(1)
    os._exit(0)


def _run(request: dict[str, Any], sockets: list[int], words: int, run: Callable[[dict[str, Any]], None]) -> NoReturn:
    status = 1
    os.dup2(words, 2)
    os.close(words)
    try:
        isolate.isolate(request)
        filter.load(bytes.fromhex(request["filter"]))
        if "numpy.random" in sys.modules:  # Python's own numbers begin anew in each fork by themselves
            sys.modules["numpy.random"].seed()
        run({"key": request["key"], "descriptors": dict(enumerate(sockets, start=1))})
        status = 0
    except BaseException:
        with contextlib.suppress(OSError, ValueError):
            traceback.print_exc(file=sys.stderr)
    os._exit(status)


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))
