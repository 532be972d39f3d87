"""The walls around a student's code: bubblewrap's arguments, and what of the machine is visible inside."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_lib.grading.isolation import seccomp
from course_lib.grading.isolation.limits import MB, Limits

ROOM = Path(__file__).resolve().parent
GRADING = ROOM.parent
PACKAGE = GRADING.parent
INSIDE = "/course"

# The range from which systemd takes users for services that exist only while they run: no file belongs to them.
UIDS = range(61184, 65520)
# What the warm parent needs to give each kernel namespaces and folders of its own; no kernel keeps any.
_CAPABILITIES = ("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
# What a process may set aside beside the memory that it uses: torch 0.8 GB, each thread 8 MB for its stack.
RESERVED_BYTES = 4000 * MB
SYSTEM_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
SYSTEM_FILES = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime", "mime.types")
ENVIRONMENT = {
    "HOME": "/tmp",  # noqa: S108 - inside the sandbox, where it is the only writable folder
    "TMPDIR": "/tmp",  # noqa: S108
    "USER": "student",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
}


class NoSandbox(RuntimeError):  # noqa: N818 - named for what happened
    """No way on this machine to run a student's code safely; the message says why and what to install."""


@dataclass(frozen=True)
class Tier:
    """Which isolation is in force.

    Attributes
    ----------
    name
        ``"bubblewrap"``, or None when there is none and grading is refused.
    words
        One line for a person: what holds, or why nothing does and what to do.
    """

    name: str | None
    words: str


@cache
def describe() -> Tier:
    """Try the sandbox once and say which isolation is in force, and if none, why not.

    Returns
    -------
    Tier
        Found by starting a program in the sandbox, not by looking for one.

    Examples
    --------
    >>> describe().name in {"bubblewrap", None}
    True
    """
    if not sys.platform.startswith("linux"):
        return Tier(None, f"grading needs Linux, for bubblewrap; this is {sys.platform}")
    if shutil.which("bwrap") is None:
        return Tier(None, "bubblewrap is not installed; on Debian or Ubuntu: sudo apt install bubblewrap")
    trial = subprocess.run(command(["/bin/true"]), capture_output=True, text=True, env={}, check=False)  # noqa: S603
    if trial.returncode != 0:
        return Tier(None, f"bubblewrap is installed and cannot build the sandbox here: {trial.stderr.strip()}")
    return Tier("bubblewrap", "bubblewrap: no network, no files of this machine, unprivileged")


def command(program: Sequence[str]) -> list[str]:
    """The command line that runs a program of ours inside the sandbox, still able to make walls within it.

    Parameters
    ----------
    program
        The program and its arguments, as paths inside the sandbox.

    Returns
    -------
    list of str
        For `subprocess.Popen`; descriptors passed to it reach the program.

    Raises
    ------
    NoSandbox
        When bubblewrap is not installed.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise NoSandbox(describe().words)
    return [bwrap, *_namespaces(os.geteuid() == 0), *_files(), *_environment(), "--", *program]


def _namespaces(root: bool) -> list[str]:
    args = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    args += ["--hostname", "sandbox", "--new-session", "--die-with-parent", "--cap-drop", "ALL"]
    for capability in _CAPABILITIES:
        args += ["--cap-add", capability]
    # Root mounts what only root may read, and each kernel then becomes a user who owns nothing.
    return args if root else [*args, "--unshare-user", "--uid", "65534", "--gid", "65534"]


class Namespaces:
    """What a kernel gets inside bubblewrap: namespaces, folders and a user of its own, which end with it.

    Parameters
    ----------
    limits
        What it may use.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def orders(self) -> dict[str, Any]:
        """What ``isolate.isolate`` needs to know."""
        return {
            "walls": "namespaces",
            "rlimits": rlimits(self._limits),
            "file_bytes": self._limits.file_bytes,
            "uid": secrets.choice(UIDS) if os.geteuid() == 0 else None,
            "filter": seccomp.program().hex(),
        }

    def crowd(self, pid: int) -> None:
        """None, for the end of the first process of its namespace is that of all others."""

    def end(self) -> None:
        """Nothing is left to do."""


def rlimits(limits: Limits) -> dict[str, int]:
    """What each process of a submission may use, by the names of `resource`."""
    return {
        "RLIMIT_CORE": 0,
        # Not the address space: torch reserves 3 GB of it before it does anything. And more than is counted as memory:
        # a process that is refused some may die of it, and nothing would say which limit it was.
        "RLIMIT_DATA": limits.memory_bytes + RESERVED_BYTES,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": 1024,
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_MEMLOCK": 0,
    }


def _files() -> list[str]:
    """The system's libraries, the students' Python and `course_lib` without the grader, all of it read-only."""
    args = ["--ro-bind", "/usr", "/usr"]
    for name in SYSTEM_LINKS:
        path = Path("/", name)
        if path.is_symlink():
            args += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            args += ["--ro-bind", str(path), str(path)]
    for name in SYSTEM_FILES:
        args += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    args += ["--proc", "/proc", "--dev", "/dev"]
    for folder in ("/tmp", "/dev/shm"):  # noqa: S108 - places for what each kernel mounts for itself
        args += ["--perms", "1777", "--size", str(MB), "--tmpfs", folder]
    # A folder comes after those that contain it: what is hidden stays hidden, and what lies in it can still be shown.
    veiled = hidden()
    for path in sorted({*visible(), *veiled}, key=lambda path: len(path.parts)):
        for parent in reversed(path.parents):
            # bubblewrap would give a folder such as /root its owner's mode, and bar the way to what lies in it.
            args += ["--perms", "0755", "--dir", str(parent)] if parent != Path("/") else []
        if path in veiled:
            args += ["--size", str(MB), "--tmpfs", str(path)]
        else:
            args += ["--ro-bind", str(path), str(path)]
    args += ["--ro-bind", str(ROOM / "inside"), INSIDE]
    for path in [*veiled, Path("/dev"), Path("/")]:
        args += ["--remount-ro", str(path)]
    return [*args, "--chdir", "/tmp"]  # noqa: S108


def visible() -> set[Path]:
    """The students' Python and `course_lib`: what a notebook may read beside the system's own files."""
    prefixes = {Path(prefix).absolute() for prefix in (sys.prefix, sys.base_prefix)}
    # An environment's interpreter is a link, perhaps to one that lies in neither.
    prefixes.add(Path(os.path.realpath(sys.executable)).parent.parent)
    shown = {PACKAGE, *prefixes}
    return {path for path in shown if not path.is_relative_to("/usr") and path != Path("/")}


def hidden() -> set[Path]:
    """What of `visible` a notebook may not read: the grader, and the repository around it."""
    repository = PACKAGE.parent
    veiled = {GRADING}
    if (repository / "solutions").is_dir() and any(repository.is_relative_to(path) for path in visible()):
        veiled.add(repository)
    return veiled


def environment(folder: Path) -> dict[str, str]:
    """The variables of a kernel whose own folder this is."""
    own = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    return {**ENVIRONMENT, **own}


def _environment() -> list[str]:
    variables = environment(Path("/tmp"))  # noqa: S108 - the sandbox's own
    return ["--clearenv", *(word for name, value in variables.items() for word in ("--setenv", name, value))]
