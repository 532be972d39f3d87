"""A tiny assignment, and kernels in the sandbox to try things in."""

from collections.abc import Iterator
from contextlib import contextmanager

import nbformat.v4
import pytest
from nbformat import NotebookNode

from course_lib.grading.examination.channel import Channel
from course_lib.grading.examination.session import Session
from course_lib.grading.isolation.limits import Limits


def answer_cell(name: str, source: str) -> NotebookNode:
    metadata = {"grade_id": name, "grade": False, "solution": True, "locked": False, "task": False, "schema_version": 3}
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": metadata})


def notebook_of(*sources: str) -> NotebookNode:
    """A notebook whose answer cells are called a, b, c ..."""
    cells = [answer_cell(chr(ord("a") + number), source) for number, source in enumerate(sources)]
    return nbformat.v4.new_notebook(cells=cells, metadata={"course": {"assignment": "tiny"}})


@contextmanager
def running(*sources: str, limits: Limits | None = None) -> Iterator[Session]:
    """A session in which these answer cells have run."""
    limits = limits or Limits()
    with Channel(limits) as channel:
        session = Session(channel, limits)
        session.run(notebook_of(*sources))
        yield session


PROBES = """
import os, socket
from pathlib import Path

def ids():
    return [os.getuid(), os.geteuid(), os.getgid()]

def capabilities():
    lines = Path("/proc/self/status").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1], 16) for line in lines if line.startswith("Cap")}

def readable(path):
    try:
        return os.listdir(path) if os.path.isdir(path) else len(open(path, "rb").read(10))
    except OSError as error:
        return type(error).__name__

def writable(path):
    try:
        Path(path, "written-by-a-student").write_text("x")
    except OSError as error:
        return type(error).__name__
    return "written"

def fill(path, megabytes):
    try:
        with open(path, "wb") as file:
            for _ in range(megabytes):
                file.write(bytes(1_000_000))
    except OSError as error:
        return type(error).__name__
    return "filled"

def connect(family, address):
    kind = socket.AF_UNIX if family == "unix" else socket.AF_INET
    address = tuple(address) if isinstance(address, list) else address
    try:
        with socket.socket(kind) as sock:
            sock.settimeout(2)
            sock.connect(address)
    except OSError as error:
        return type(error).__name__
    return "connected"

def interfaces():
    return [name for _, name in socket.if_nameindex()]

def processes():
    return [path.read_bytes().decode(errors="replace") for path in Path("/proc").glob("[0-9]*/cmdline")]

def limit(name):
    import resource
    return list(resource.getrlimit(getattr(resource, name)))

def environment():
    return dict(os.environ)

def descriptors():
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[name] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            pass
    return found
"""


@pytest.fixture(scope="module")
def probe():
    """What code in the sandbox finds: ``probe.readable("/root")``."""
    from course_lib.grading.examination.student import Student

    with running(PROBES) as session:
        yield Student(session)
