"""pytest run within this process, untouched by the caller's own shell, environment and plugins."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

# Plugins of pytest's own that look after a test run of hours, or offer what nobody asks for here, and take time.
_WITHOUT = (
    *("cacheprovider", "unraisableexception", "threadexception", "faulthandler", "logging", "junitxml"),
    *("doctest", "pastebin", "setuponly", "setupplan", "stepwise", "unittest"),
)
_SETTINGS = "PYTEST_"


def arguments(root: Path) -> list[str]:
    """What pytest is told so that no file beside or above `root` can change how it runs."""
    # Without confcutdir, pytest collects from the folders above, and looks at each file that lies in them.
    places = ["-c", os.devnull, "--rootdir", str(root), "--confcutdir", str(root), "--noconftest"]
    return [*places, *(f"-pno:{name}" for name in _WITHOUT)]


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
    with _in_environment(environment()), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main([*arguments(root), "--capture=no", *words], plugins=plugins))


def environment() -> dict[str, str]:
    """The environment without the caller's settings of pytest, in which it looks for no plugin."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    return kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@contextmanager
def _in_environment(wanted: dict[str, str]) -> Iterator[None]:
    """Only the settings of pytest are changed: other threads may look at the rest."""
    before = _settings(os.environ)
    _set(_settings(wanted))
    try:
        yield
    finally:
        _set(before)


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_SETTINGS)}


def _set(settings: dict[str, str]) -> None:
    for name in _settings(os.environ).keys() - settings.keys():
        del os.environ[name]
    os.environ.update(settings)
