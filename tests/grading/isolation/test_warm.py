"""The warm parent: kernels that it forks share what it has imported, and nothing else."""

import ast
import os
import subprocess
import sys

import pytest

from course_lib.grading.examination.channel import Channel, KernelDidNotStart, KernelGone
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import Process
from course_lib.grading.isolation.warm import WarmParent, imported_by
from tests.conftest import needs

pytestmark = [needs("bwrap")]


@pytest.fixture(scope="module")
def parent():
    with WarmParent(["numpy.random", "nowhere_to_be_found"]) as started:
        yield started.handle


def value(channel: Channel, expression: str) -> str:
    """The value of an expression as the kernel prints it, or the name of the error it raised."""
    reply = channel.ask("", {"value": expression}, 10)["user_expressions"]["value"]
    return reply["data"]["text/plain"] if reply["status"] == "ok" else reply["ename"]


@pytest.fixture(scope="module")
def siblings(parent):
    """Two kernels of one parent, the first of which has done what it could to be noticed."""
    with Channel(Limits(), parent) as first, Channel(Limits(), parent) as second:
        first.start(
            "import numpy, socket, random; numpy.mine = 1; open('/tmp/mine', 'w').write('x')\n"
            "listener = socket.create_server(('127.0.0.1', 7777))\n"
            "hidden = socket.socket(socket.AF_UNIX); hidden.bind('\\0hidden'); hidden.listen()"
        )
        second.start("import os, random, socket, sys")
        yield first, second


def test_a_kernel_finds_imported_what_the_parent_has(siblings):
    assert value(siblings[1], "'numpy' in sys.modules") == "True"


@pytest.mark.parametrize(
    ("what", "expression", "found"),
    [
        ("its files", "os.listdir('/tmp').count('mine')", "0"),
        ("its changes to a shared module", "hasattr(sys.modules['numpy'], 'mine')", "False"),
        ("its processes", "sum(name.isdigit() for name in os.listdir('/proc'))", "1"),
        ("its network", "socket.create_connection(('127.0.0.1', 7777), 2)", "ConnectionRefusedError"),
        ("its named sockets", "socket.socket(socket.AF_UNIX).connect('\\0hidden')", "ConnectionRefusedError"),
    ],
)
def test_a_sibling_does_not_see(siblings, what, expression, found):
    assert value(siblings[1], expression) == found


def test_siblings_draw_other_random_numbers_and_are_other_users(siblings):
    for expression in ("random.random()", "__import__('numpy').random.rand()"):
        assert value(siblings[0], expression) != value(siblings[1], expression)


def test_a_kernel_has_no_capability_no_way_to_more_and_a_filter(siblings):
    status = "dict(line.split(':', 1) for line in open('/proc/self/status').read().splitlines())"
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert value(siblings[1], f"int({status}['{name}'], 16)") == "0"
    assert value(siblings[1], f"({status}['NoNewPrivs'].strip(), {status}['Seccomp'].strip())") == "('1', '2')"


def test_an_open_descriptor_of_the_parents_does_not_reach_a_kernel(siblings):
    kinds = "[os.readlink(f'/proc/self/fd/{each}') for each in os.listdir('/proc/self/fd')[:-1]]"
    for target in ast.literal_eval(value(siblings[1], kinds)):
        assert target.startswith(("socket:", "pipe:", "anon_inode:", "/dev/null", "/dev/urandom"))


def asked_until_it_ends(channel: Channel) -> None:
    while True:  # it may still answer while its end is on the way
        channel.ask("", {}, 10)


def test_the_end_of_the_parent_is_the_end_of_its_kernels():
    parent = WarmParent()
    with Channel(Limits(), parent.handle) as channel:
        channel.start("x = 1")
        parent.close()
        with pytest.raises(KernelGone):
            asked_until_it_ends(channel)


def test_a_grader_that_is_killed_leaves_no_parent_behind():
    code = (
        "import time\nfrom course_lib.grading.isolation.warm import WarmParent\n"
        "parent = WarmParent()\nprint(parent._process.pid, flush=True)\ntime.sleep(60)"
    )
    grader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    parent = Process(os.pidfd_open(int(grader.stdout.readline())))
    grader.kill()
    grader.wait()
    parent.wait()  # or the test does not end
    parent.close()


def test_a_parent_that_is_gone_is_the_graders_fault():
    with WarmParent() as gone:
        handle = gone.handle
    with pytest.raises(KernelDidNotStart, match="does not answer"):
        Channel(Limits(), handle)


def test_what_is_imported_by_a_cell_with_a_mistake_or_a_magic_is_left_out():
    assert imported_by(["%matplotlib inline\nimport torch", "import numpy.linalg", "from . import x"]) == [
        "numpy.linalg"
    ]
