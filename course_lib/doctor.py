"""What `course doctor` says: what is installed, what is in force, what is missing and how to get it."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from rich.markup import escape
from rich.table import Table

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what
        Its name.
    present
        Whether it is there.
    words
        The version or the state; for what is missing, what it is for and how to get it.
    """

    what: str
    present: bool
    words: str


def examine() -> list[Finding]:
    """Look at this machine; imports torch, which takes seconds.

    Examples
    --------
    >>> examine()[0].what
    'Python'
    """
    findings = [
        Finding("Python", sys.version_info >= (3, 11), f"{platform.python_version()} (3.11 or newer is needed)")
    ]
    findings += [_package(name) for name in ("torch", "torchvision")]
    findings += [_device(), _fashion_mnist()]
    if find_spec("course_lib.grading"):
        findings += _walls()
    findings.append(_browser())
    return findings


def table(findings: list[Finding]) -> Table:
    """The findings for a terminal."""
    grid = Table.grid(padding=(0, 2))
    for finding in findings:
        mark = "[green]there[/]" if finding.present else "[yellow]missing[/]"
        grid.add_row(mark, f"[bold]{escape(finding.what)}[/]", escape(finding.words))
    return grid


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, version(name))
    except PackageNotFoundError:
        return Finding(name, False, f"pip install {name}")


def _device() -> Finding:
    if find_spec("torch") is None:
        return Finding("device", False, "none without torch")
    import torch

    if torch.cuda.is_available():
        return Finding("device", True, f"cuda: {torch.cuda.get_device_name()}")
    return Finding("device", True, f"cpu, {torch.get_num_threads()} threads; all of the course runs on it")


def _fashion_mnist() -> Finding:
    from course_lib.data import load

    try:
        load("fashion-mnist")
    except FileNotFoundError as error:
        return Finding("fashion-mnist", False, f"the course does without it: fashion-mini is in the package. {error}")
    return Finding("fashion-mnist", True, "the whole data set; fashion-mini is in the package")


def _walls() -> list[Finding]:
    from course_lib.grading.isolation.tiers import walls

    return [Finding(wall.what, wall.stands, f"{wall.words} (for `course grade`)") for wall in walls()]


def _browser() -> Finding:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found:
        return Finding("chromium", True, f"{found} (for `course pdf`)")
    return Finding(
        "chromium",
        False,
        "`course pdf` uses it; on Debian or Ubuntu: sudo apt install chromium",
    )
