"""Running Python under a system-call filter, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

INSIDE = Path(__file__).resolve().parents[3] / "course_lib/grading/isolation/inside"

_LOAD = """
import sys
sys.path.insert(0, sys.argv[1])
import filter
filter.load(bytes.fromhex(sys.stdin.read()))
"""
# What a system call, made by its number with bad arguments, is answered with.
_CALL = """
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
def answer(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return 0 if result >= 0 else ctypes.get_errno()
"""


def run(program: bytes, code: str) -> subprocess.CompletedProcess:
    """Load the filter, then run `code`."""
    words = [sys.executable, "-c", _LOAD + code, str(INSIDE)]
    return subprocess.run(words, input=program.hex(), capture_output=True, text=True, check=False, timeout=120)


def prints(program: bytes, code: str) -> str:
    """What `code` prints under the filter; it must not fail."""
    done = run(program, code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def answers(program: bytes, calls: list[tuple[int, ...]]) -> list[int]:
    """The errno of each call, a number and its arguments; 0 where it succeeds."""
    code = f"{_CALL}\nprint(json.dumps([answer(*call) for call in {calls!r}]))"
    return json.loads(prints(program, code))
