"""A host full of secrets and traps, a pile of hostile submissions on it, and what became of both."""

from __future__ import annotations

import csv
import json
import os
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from course_lib.grading.isolation import sandbox
from tests.attacks.attack import TOTAL, Attack, tiny

REPOSITORY = sandbox.PACKAGE.parent
GOOD = ("a-good-one", "m-good-one", "zzz-good-one")
FULL = 7.0

# What a test expects is told apart from what it asks: these numbers are in no input, and no page may show either.
HIDDEN = """
from course_lib.grading import points

SECRET = {secret!r}


@points(1, topic="T3", hint="Multiply by 2.")
def test_doubles(student):
    expected, secret = 1.030506, SECRET
    assert student.double(0.515253) == expected, secret
    assert list(student.double.map([(0.515253,), (24.03125,)])) == [expected, 48.0625], secret


@points(2, topic="T3", hint="Divide by 2.")
def test_halves(student):
    expected = 0.3141515
    assert student.halve(0.628303) == expected


@points(4, topic="T3", hint="Add them up.")
def test_totals(student):
    expected = 48.0625
    assert student.total([16.5, 31.5625]) == expected
"""
NUMBERS = ("515253", "1.030506", "030506", "628303", "3141515", "48.0625", "31.5625")

# Modules that a grader started in the folder of submissions would take for its own.
TRAPS = ("sitecustomize.py", "usercustomize.py", "conftest.py", "random.py", "selectors.py", "signal.py", "numpy.py")
TRAPS += ("nbformat.py", "pytest.py", "tiny.py", "hidden_tests.py", "zmq.py", "pickle.py", "socket.py", "rich.py")


@dataclass(frozen=True)
class Host:
    """The machine on which the pile is graded.

    Attributes
    ----------
    pile
        The folder of submissions.
    out
        The folder of results.
    home
        The instructor's home folder.
    canaries
        A folder that everybody may write into.
    settings
        The folder of the assignment, with the hidden tests.
    secrets
        Every secret on it, by where it is.
    token
        In the name of each file and process that an attack would leave.
    listeners
        Sockets that nobody may knock at.
    """

    pile: Path
    out: Path
    home: Path
    canaries: Path
    settings: Path
    secrets: dict[str, str]
    token: str
    listeners: dict[str, socket.socket]

    @property
    def target(self) -> dict[str, object]:
        """What an attacker may have guessed of it: where everything is, and no secret."""
        folders = [self.canaries, self.home, self.pile, self.settings, self.out, REPOSITORY, sandbox.PACKAGE]
        return {
            "folders": [str(each) for each in folders],
            "pile": str(self.pile),
            "out": str(self.out),
            "home": str(self.home),
            "secrets": [str(self.home / "secret.txt"), str(self.settings / "hidden_tests.py"), str(self.pile)],
            "token": self.token,
            "pids": [os.getpid(), os.getppid()],
            "tcp": list(self.listeners["tcp"].getsockname()),
            "unix": self.listeners["unix"].getsockname(),
            "abstract": self.listeners["abstract"].getsockname().decode(),
        }

    @property
    def knocked(self) -> list[str]:
        """The listeners at which somebody has knocked."""
        return [name for name, listener in self.listeners.items() if _accepts(listener)]

    @property
    def left(self) -> list[str]:
        """Files of an attack that are on the host, and processes of one that still run."""
        folders = [self.canaries, self.home, self.settings, self.out, sandbox.PACKAGE, REPOSITORY, Path(sys.prefix)]
        folders += [
            Path(place) for place in ("/tmp", "/dev/shm", "/var/tmp", "/etc", "/", "/root", "/run", "/usr/local")
        ]
        folders += [Path(place) for place in sys.path if Path(place).is_dir()]
        files = [
            str(path) for folder in folders if os.access(folder, os.R_OK) for path in folder.glob(f"*{self.token}*")
        ]
        return files + [name for name in _command_lines() if self.token in name and "pytest" not in name]

    def state(self) -> dict[str, bytes]:
        """Each file that an attack may want to change, with what is in it; the grader's own gradebook grows."""
        folders = (self.canaries, self.home, self.settings, self.pile)
        paths = [path for folder in folders for path in folder.rglob("*") if not path.name.startswith("gradebook.")]
        return {str(path): path.read_bytes() if path.is_file() else b"" for path in paths}


@dataclass(frozen=True)
class Row:
    """A submission's line in the score sheet."""

    score: float | None
    status: str


@dataclass(frozen=True)
class Outcome:
    """What grading the pile has made.

    Attributes
    ----------
    host
        The machine, as it is now.
    rows
        The score sheet, by student.
    pages
        The text of each file of feedback, by its name.
    said
        What the instructor's terminal showed.
    before
        The state of the host before the grading.
    """

    host: Host
    rows: dict[str, Row]
    pages: dict[str, str]
    said: str
    before: dict[str, bytes]


def written_out(name: str) -> str:
    """A student's name as the score sheet has it: on one line, and no formula."""
    name = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)
    return f"'{name}" if name.startswith(("=", "+", "-", "@")) else name


@contextmanager
def host(root: Path) -> Iterator[Host]:
    """A machine with its secrets in place and its listeners open."""
    folders = [root / name for name in ("pile", "out", "home", "canaries", "tiny")]
    for folder in folders:
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)  # nothing but the sandbox shall keep an attack from writing there
    root.chmod(0o755)
    planted = {where: f"CANARY-{secrets.token_hex(8)}" for where in ("hidden tests", "environment", "home", "sibling")}
    token = f"attack{secrets.token_hex(6)}"
    pile, out, home, canaries, settings = folders
    (home / "secret.txt").write_text(planted["home"])
    (home / "secret.txt").chmod(0o666)
    (canaries / "canary").write_text("alive")
    (canaries / "canary").chmod(0o666)
    (settings / "hidden_tests.py").write_text(HIDDEN.format(secret=planted["hidden tests"]))
    (settings / "tiny.ipynb").write_text(json.dumps(tiny()))
    with ExitStack() as stack:
        listeners = {
            "tcp": stack.enter_context(socket.create_server(("127.0.0.1", 0))),
            "unix": stack.enter_context(socket.socket(socket.AF_UNIX)),
            "abstract": stack.enter_context(socket.socket(socket.AF_UNIX)),
        }
        listeners["unix"].bind(str(canaries / "socket"))
        (canaries / "socket").chmod(0o777)
        listeners["abstract"].bind(f"\0{token}")
        for name in ("unix", "abstract"):
            listeners[name].listen()
        yield Host(pile, out, home, canaries, settings, planted, token, listeners)


def hand_in(host: Host, attacks: Iterable[Attack]) -> None:
    """Write the attacks into the pile, good submissions around and among them, and traps beside them."""
    for name in GOOD:
        good = Attack(name, "Nothing.", f"# {host.secrets['sibling']}\ndef double(x):\n    return 2 * x", total=TOTAL)
        (host.pile / f"{name}.ipynb").write_bytes(good.file({}))
    for attack in attacks:
        path = host.pile / f"{attack.name}.ipynb"
        if path.exists():
            raise ValueError(f"two submissions are called {attack.name!r}")
        path.write_bytes(attack.file(host.target))
    sprung = f"open({str(host.canaries / f'trap-{host.token}')!r}, 'a').write(__name__)\n"
    for name in TRAPS:
        (host.pile / name).write_text(sprung)
    (host.pile / "pytest.ini").write_text("[pytest]\naddopts = -p tiny\npython_files = *.py\n")


def graded(host: Host, limits: dict[str, float]) -> Outcome:
    """Grade the pile as an instructor would who stands in the folder of submissions."""
    before = host.state()
    settings = {
        "hidden_tests": f"{host.settings}/hidden_tests.py",
        "release": f"{host.settings}/tiny.ipynb",
        "limits": limits,
    }
    program = [sys.executable, "-P", "-m", "tests.attacks.course", json.dumps(settings), "grade"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "JUPYTER"))}
    environment |= {"PYTHONPATH": str(REPOSITORY), "HOME": str(host.home), "SECRET": host.secrets["environment"]}
    environment |= {"XDG_CACHE_HOME": f"{host.out}/cache", "IPYTHONDIR": f"{host.home}/.ipython", "COLUMNS": "200"}
    finished = subprocess.run(
        [*program, ".", "--assignment", "tiny", "--out", str(host.out)],
        cwd=host.pile,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=900,
        check=False,
    )
    said = (finished.stdout + finished.stderr).decode(errors="backslashreplace")
    if not (host.out / "scores.csv").exists():
        raise RuntimeError(f"the pile was stopped: {said}")
    with (host.out / "scores.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    rows = {each["student"]: Row(float(each["score"]) if each["score"] else None, each["status"]) for each in lines}
    pages = {
        path.name: path.read_text(encoding="utf-8") for path in (host.out / "feedback").rglob("*") if path.is_file()
    }
    return Outcome(host, rows, pages, said, before)


def word(status: str) -> str:
    """The status without what it says."""
    found = re.match(r"limit:[a-z-]+|[a-z-]+", status)
    return found.group() if found else status


def _accepts(listener: socket.socket) -> bool:
    listener.setblocking(False)
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it has ended
