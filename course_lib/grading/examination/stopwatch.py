"""A limit on the time that a hidden test's own code takes, in whatever thread it runs."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TestOutOfTime(BaseException):
    """Raised in the middle of a test whose time is over; no `except Exception` of the test's catches it."""

    __test__ = False  # pytest takes a class of such a name for a class of tests


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Interrupt what runs in the block, Python code in this thread, after so many seconds.

    A signal would do the same in a process's first thread alone, and a worker of a cluster runs us in another.

    Raises
    ------
    TestOutOfTime
        Between two instructions of the block, when its time is over.
    """
    thread, lock, done = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()

    def interrupt() -> None:
        with lock:
            if not done.is_set():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TestOutOfTime))

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            done.set()
            # What was asked for and has not come yet must not come later, in the middle of something else.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
