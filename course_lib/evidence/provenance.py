"""Where a record comes from: when, on what, by which code, from which data."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import course_lib
from course_lib.data import ImageData

PACKAGES = ("numpy", "torch")
SAME = ("device", "python", *PACKAGES, "data")
"""Where these are equal, a run gives the same numbers to the bit."""


def provenance(data: ImageData) -> dict[str, Any]:
    """What is to be said of runs made here and now.

    Parameters
    ----------
    data : ImageData
        What they train on.

    Returns
    -------
    dict
        `date`, `commit` and whether the library differs from it (`changed`), `device`, `python`, the packages'
        versions, `data` (name and a SHA-256 over all its images and labels).
    """
    import torch

    cuda = torch.cuda.is_available()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        **_commit(),
        "device": torch.cuda.get_device_name() if cuda else f"CPU, {_processor()}, one thread a run",
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "data": {"name": data.name, "sha256": _digest(data)},
        "cores": os.cpu_count(),
    }


def _commit() -> dict[str, str | bool]:
    """The commit of the library's repository; without one (an installed wheel) the library's version."""
    library = Path(course_lib.__file__).parent

    def git(*words: str) -> str:
        command = ["git", "-C", str(library), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603  # fixed words

    try:
        return {"commit": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain", "--", "."))}
    except (FileNotFoundError, subprocess.CalledProcessError):
        return {"commit": f"training-dynamics {version('training-dynamics')}", "changed": False}


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = (
        [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")] if cpuinfo.exists() else []
    )
    return names[0].split(":")[1].strip() if names else platform.processor() or platform.machine()


def _digest(data: ImageData) -> str:
    digest = hashlib.sha256()
    for split in (data.train, data.valid, data.test):
        if split is not None:
            digest.update(split.images.numpy().tobytes())
            digest.update(split.labels.numpy().tobytes())
    return digest.hexdigest()
