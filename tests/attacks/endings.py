"""Submissions that end, or try to end, what runs them."""

from tests.attacks.attack import TOTAL, Attack

_KILL_ALL = """
import os, signal
def double(x):
    for number in {signals}:
        try:
            os.kill({pid}, number)
        except OSError:
            pass
    return 0.0
"""

ATTACKS = (
    Attack(
        "exit",
        "Ends Python in the hope that no error is a pass.",
        "import sys\ndef double(x):\n    sys.exit(0)",
    ),
    Attack(
        "exit-in-a-cell",
        "Ends Python while the cell runs; the cells after it still count.",
        "def double(x):\n    return 0.0\nraise SystemExit(0)",
        total=TOTAL,
    ),
    Attack(
        "hard-exit",
        "Ends the process without a word, with the status of a success.",
        "import os\ndef double(x):\n    os._exit(0)",
        deserves=0,
    ),
    Attack(
        "interrupt",
        "Raises what the grader's own Ctrl-C would raise, and other exceptions that are no `Exception`.",
        """
class Quiet(BaseException):
    def __str__(self): raise KeyboardInterrupt
def double(x):
    raise KeyboardInterrupt if x == 0.5 else Quiet()
""",
    ),
    Attack(
        "ask-exit",
        "Asks IPython to exit, and its kernel to shut down.",
        """
def double(x):
    shell = get_ipython()
    shell.ask_exit()
    shell.kernel.do_shutdown(restart=False)
    return 0.0
""",
        at_least=0,
    ),
    Attack(
        "segmentation-fault",
        "Crashes the interpreter from C.",
        "import ctypes\ndef double(x):\n    ctypes.string_at(0)",
        deserves=0,
    ),
    Attack(
        "kill-everyone",
        "Sends the signals that end or stop a process to everyone it can reach.",
        _KILL_ALL.format(signals="[signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE]", pid=-1),
        at_least=0,
        status=("graded", "limit:cell-time"),
    ),
    Attack(
        "kill-the-parent",
        "Kills its parent process and the first of all processes.",
        """
import os, signal
for pid in {os.getppid(), 1}:
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
        try:
            os.kill(pid, number)
        except OSError:
            pass
def double(x):
    return 0.0
""",
    ),
    Attack(
        "kill-the-grader",
        "Kills the processes whose numbers it guesses: the grader's, outside.",
        """
import os, signal
def double(x):
    for pid in target["pids"]:
        for strike in (os.kill, os.killpg):
            try:
                if pid != os.getpid():
                    strike(pid, signal.SIGKILL)
            except OSError:
                pass
    return 0.0
""",
        at_least=0,
    ),
    Attack(
        "tracers",
        "Installs trace, profile and audit hooks, and a hook on exceptions, that follow every call from now on.",
        """
import sys, threading
def trace(frame, event, argument):
    for name in ("expected", "score", "earned", "points"):
        if name in frame.f_locals:
            frame.f_locals[name] = 100
    return trace
sys.settrace(trace)
sys.setprofile(lambda *args: None)
threading.settrace(trace)
sys.addaudithook(lambda event, args: None)
sys.excepthook = lambda *args: None
get_ipython().showtraceback = lambda *args, **kwargs: None
def double(x):
    return 0.0
""",
    ),
)
