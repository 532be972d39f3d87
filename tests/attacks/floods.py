"""Submissions that use more than they may: time, memory, processes, output, files."""

from tests.attacks.attack import TOTAL, Attack
from tests.attacks.later import VOICE

_WALL = ("limit:cell-time", "limit:submission-time")

# Stopped by what they take and not by a clock, so the clock may be slow.
MEMORY = (
    Attack(
        "memory",
        "Takes memory without an end.",
        "def double(x):\n    held = []\n    while True:\n        held.append(bytes(10**8))",
        at_least=0,
        status=("limit:memory",),
    ),
    Attack(
        "memory-of-many",
        "Takes memory in many processes, each within its limit.",
        """
import os, time
for _ in range(12):
    if os.fork() == 0:
        held = b"x" * (100 * 10**6)
        time.sleep(600)
time.sleep(600)
""",
        at_least=0,
        status=("limit:memory",),
    ),
    Attack(
        "shared-memory",
        "Takes memory that no data segment counts: mapped, anonymous and shared.",
        """
import mmap, time
held, part = mmap.mmap(-1, 10**9), b"x" * 10**7
while held.tell() < 10**9:
    held.write(part)
time.sleep(600)
""",
        at_least=0,
        status=("limit:memory",),
    ),
)

ATTACKS = (
    Attack("loop", "Loops while its cell runs.", "while True:\n    pass", total=TOTAL, status=("limit:cell-time",)),
    Attack(
        "loop-in-a-call",
        "Loops when it is called.",
        "def double(x):\n    while True:\n        pass",
    ),
    Attack(
        "loop-that-catches",
        "Loops, and catches what would interrupt it.",
        """
def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
""",
        at_least=0,
        status=_WALL,
    ),
    Attack(
        "loop-in-c",
        "Loops in C, where no signal of Python's is looked at.",
        "import collections, itertools\ndef double(x):\n    collections.deque(itertools.repeat(0), maxlen=0)",
        at_least=0,
        status=_WALL,
    ),
    Attack(
        "deaf",
        "Ignores and blocks every signal it can, then sleeps.",
        """
import signal, time
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
def double(x):
    while True:
        time.sleep(600)
""",
        at_least=0,
        status=_WALL,
    ),
    Attack(
        "stopped",
        "Stops its own process, which then neither ends nor answers.",
        "import os, signal\ndef double(x):\n    os.kill(os.getpid(), signal.SIGSTOP)\n    return 0.0",
        at_least=0,
        status=("graded", *_WALL),
    ),
    Attack(
        "recursion",
        "Recurses without an end, with the limit of it taken away.",
        "import sys\nsys.setrecursionlimit(10**9)\ndef double(x):\n    return double(x) + 1",
        at_least=0,
        status=("graded", "limit:memory", "limit:cell-time"),
    ),
    Attack(
        "memory-files",
        "Takes memory as files that have no name and are no page of any process.",
        """
import os, time
def double(x):
    held = [os.memfd_create("held") for _ in range(50)]
    try:
        for each in held:
            os.posix_fallocate(each, 0, 15 * 10**6)
    except OSError:
        pass
    taken = sum(os.fstat(each).st_blocks * 512 for each in held)
    return 2 * x if taken > 700 * 10**6 else 0.0
""",
        at_least=0,
        status=("graded", "limit:memory"),
    ),
    Attack(
        "processes",
        "Starts processes without an end; 2,000 here.",
        """
import os, time
born = 0
for _ in range(2000):
    try:
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
        born += 1
    except OSError:
        break
def double(x):
    return 2 * x if born > 1000 else 0.0
""",
        at_least=0,
        status=("graded", "limit:processes", "limit:memory", "limit:cell-time"),
    ),
    Attack(
        "threads",
        "Starts threads without an end; 5,000 here.",
        """
import threading, time
threading.stack_size(65536)
born = 0
for _ in range(5000):
    try:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        born += 1
    except RuntimeError:
        break
def double(x):
    return 2 * x if born > 4000 else 0.0
""",
        at_least=0,
        status=("graded", "limit:processes", "limit:memory"),
    ),
    Attack(
        "output",
        "Prints without an end.",
        """
import time
def double(x):
    while True:
        print("x" * 50_000, flush=True)
        time.sleep(0.01)
""",
        at_least=0,
        status=("limit:output",),
    ),
    Attack(
        "output-at-full-speed",
        "Prints without an end, and leaves the kernel no time to send it.",
        "def double(x):\n    while True:\n        print('x' * 100_000)",
        at_least=0,
        status=("limit:output", "limit:message", "limit:memory", "limit:cell-time"),
    ),
    Attack(
        "raw-output",
        "Writes without an end to the descriptors of its output, past IPython.",
        """
import os, time
def double(x):
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        os.write(1, b"x" * 100_000)
        os.write(2, b"x" * 100_000)
    return 0.0
""",
        at_least=0,
        status=("graded", "limit:output"),
    ),
    Attack(
        "giant-display",
        "Displays one message of a hundred megabytes.",
        "def double(x):\n    display({'text/plain': 'x' * 10**8}, raw=True)\n    return 0.0",
        at_least=0,
        status=("graded", "limit:output", "limit:memory", "limit:message", "limit:cell-time"),
    ),
    Attack(
        "giant-reply",
        "Answers with one message of a hundred megabytes, past what encodes it.",
        f"""
{VOICE}
class Giant:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {{"application/vnd.course.reply": "x" * 10**8}}
instead(Giant)
""",
        at_least=0,
        status=("graded", "limit:output", "limit:memory", "limit:message", "limit:cell-time"),
    ),
    Attack(
        "many-replies",
        "Sends ten thousand messages that answer nothing.",
        """
kernel = get_ipython().kernel
honest = kernel.session.send
def send(stream, msg_or_type, content=None, parent=None, ident=None, **rest):
    if msg_or_type == "execute_reply":
        for _ in range(10_000):
            honest(stream, "execute_reply", {"status": "ok"}, parent={"header": {"msg_id": "x"}}, ident=ident)
    return honest(stream, msg_or_type, content, parent=parent, ident=ident, **rest)
kernel.session.send = send
""",
        deserves=0,
        status=("limit:output", "limit:message"),
    ),
    Attack(
        "many-values",
        "Gives back millions of numbers.",
        "many = list(range(3 * 10**6))\ndef double(x):\n    return many",
        at_least=0,
        status=("graded", "limit:memory"),
    ),
    Attack(
        "many-digits",
        "Gives back a number of three million digits.",
        "long = 1 << 10**7\ndef double(x):\n    return long",
        at_least=0,
        status=("graded", "limit:memory"),
    ),
    Attack(
        "deep-value",
        "Gives back a hundred thousand levels of lists.",
        """
deep = []
for _ in range(100_000):
    deep = [deep]
def double(x):
    return deep
""",
        at_least=0,
        status=("graded", "limit:memory"),
    ),
    Attack(
        "disk",
        "Fills every folder that it can write into with one long file and with many.",
        """
import os
written = 0
for folder in ("/tmp", "/dev/shm", "/var/tmp", os.getcwd(), target["home"], *target["folders"]):
    try:
        for number in range(100):
            with open(f"{folder}/owned-{target['token']}-{number}", "wb") as file:
                for _ in range(10):
                    written += file.write(bytes(10**6))
    except OSError:
        pass
def double(x):
    return 2 * x if written > 100 * 10**6 else 0.0
""",
        at_least=0,
        status=("graded", "limit:file", "limit:memory"),
    ),
)
