"""pytest run within this process, untouched by the caller's own shell, environment and plugins."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

# Plugins of pytest's own that look after a test run of hours, and take time: collecting garbage, most of all.
_WITHOUT = ("cacheprovider", "unraisableexception", "threadexception", "faulthandler", "logging", "junitxml")


def arguments(root: Path) -> list[str]:
    """What pytest is told so that no file beside or above `root` can change how it runs."""
    return ["-c", os.devnull, "--rootdir", str(root), "--noconftest", *(f"-pno:{name}" for name in _WITHOUT)]


def run(root: Path, words: Sequence[str], plugins: Sequence[object]) -> int:
    """Run pytest here, silently, and give back its exit code.

    Parameters
    ----------
    root
        The folder in which it runs.
    words
        Further arguments.
    plugins
        Plugins as objects: by name, pytest would look for each in the metadata of every package that is installed.
    """
    with _without_environment(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main([*arguments(root), "--capture=no", *words], plugins=plugins))


@contextmanager
def _without_environment() -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if name.startswith("PYTEST_")}
    for name in kept:
        del os.environ[name]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(kept)
