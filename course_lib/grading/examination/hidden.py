"""Running hidden tests with pytest in the grader's own process, where nothing of the student's can reach them."""

from __future__ import annotations

import inspect
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from course_lib.grading.examination.marker import Points, marked
from course_lib.grading.examination.session import Failure
from course_lib.grading.examination.student import NoAnswer, Student, StudentError

_WRONG = "The answer is not what the task asks for."


class BadHiddenTests(RuntimeError):  # noqa: N818 - named for what happened
    """Hidden tests that cannot be run as they are written; the message names the test or the error."""


@dataclass(frozen=True)
class Result:
    """What one hidden test found, in words that give neither its inputs nor its expected values away.

    Attributes
    ----------
    name
        The test's function.
    examines
        What it examines: the first paragraph of its docstring, else its name in words.
    points
        What it is worth, its topic and its hint.
    passed
        Whether it earned its points.
    words
        What went wrong; empty for a test that passed.
    failure
        What the student's code raised, if it did.
    """

    name: str
    examines: str
    points: Points
    passed: bool
    words: str = ""
    failure: Failure | None = None

    @property
    def earned(self) -> float:
        """The points it earned."""
        return self.points.n if self.passed else 0.0


@dataclass(frozen=True)
class Listed:
    """A hidden test before it is run."""

    name: str
    examines: str
    points: Points


class _Plugin:
    """Gives the tests their `student` and keeps what each found; pytest's own report would show values."""

    def __init__(self, student: Student | None) -> None:
        self._student = student
        self.listed: dict[str, Listed] = {}
        self.failed: dict[str, tuple[str, Failure | None]] = {}
        self.ran: set[str] = set()
        self.problems: list[str] = []

    @pytest.fixture
    def student(self) -> Student | None:
        """The student's functions."""
        return self._student

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if not isinstance(item, pytest.Function):
                continue
            worth, name = marked(item.function), item.originalname
            if worth is None:
                self.problems.append(f"{name} has no @points(...)")
                continue
            self.listed[name] = Listed(name, _examines(item), worth)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Function, call: pytest.CallInfo[None]) -> Iterator[None]:
        report = yield
        if call.when == "call":
            self.ran.add(item.originalname)
        if call.excinfo is not None and item.originalname not in self.failed:
            self.failed[item.originalname] = self._words(call.excinfo.value)
        return report

    def _words(self, error: BaseException) -> tuple[str, Failure | None]:
        if isinstance(error, StudentError):
            return f"`{error.function}` stopped with an error.", error.failure
        if isinstance(error, NoAnswer):
            words = str(error)
            return f"{words[0].upper()}{words[1:]}.", None
        last = self._student.last if self._student else None
        if last is not None and last[1] is type(None):
            return f"`{last[0]}` gave back None: does every way through it end in a `return`?", None
        if isinstance(error, AssertionError) or last is None:
            return _WRONG, None
        # The test tripped over the value, as in indexing a number: its own message would show what it expected.
        return (
            f"What `{last[0]}` gave back (of type {last[1].__name__}) is not of the kind that the task asks for.",
            None,
        )


def outline(source: str) -> list[Listed]:
    """The hidden tests of an assignment, not run, in the order in which they stand.

    Raises
    ------
    BadHiddenTests
        When they cannot be imported, one has no points, or there is none.
    """
    plugin = _Plugin(None)
    _pytest(source, plugin, "--collect-only")
    if plugin.problems:
        raise BadHiddenTests("\n".join(plugin.problems))
    if not plugin.listed:
        raise BadHiddenTests("there is no hidden test")
    return list(plugin.listed.values())


def run(source: str, student: Student) -> list[Result]:
    """Run hidden tests against a student's functions.

    Parameters
    ----------
    source
        The text of ``hidden_tests.py``.
    student
        The submission.

    Returns
    -------
    list of Result
        One a test function, in the order in which they stand; of a parametrised one, the first case that failed speaks.

    Raises
    ------
    BadHiddenTests
        As `outline` does.
    """
    plugin = _Plugin(student)
    _pytest(source, plugin)
    if plugin.problems:
        raise BadHiddenTests("\n".join(plugin.problems))
    return [_result(each, plugin) for each in plugin.listed.values()]


def _result(listed: Listed, plugin: _Plugin) -> Result:
    if listed.name in plugin.failed:
        words, failure = plugin.failed[listed.name]
        return Result(listed.name, listed.examines, listed.points, False, words, failure)
    # A test that was skipped, or never came to run, has shown nothing.
    passed = listed.name in plugin.ran
    return Result(listed.name, listed.examines, listed.points, passed, "" if passed else "This was not examined.")


def _examines(item: pytest.Function) -> str:
    documentation = inspect.getdoc(item.function)
    if documentation:
        return " ".join(documentation.split("\n\n")[0].split())
    return item.originalname.removeprefix("test_").replace("_", " ")


def _pytest(source: str, plugin: _Plugin, *options: str) -> None:
    with tempfile.TemporaryDirectory(prefix="course-hidden-") as folder, _clean_environment():
        path = Path(folder, "hidden_tests.py")
        path.write_text(source, encoding="utf-8")
        arguments = [str(path), "-c", os.devnull, "--rootdir", folder, "--noconftest", "--import-mode=importlib"]
        arguments += ["-p", "no:cacheprovider", "-p", "no:terminal", *options]
        code = pytest.main(arguments, plugins=[plugin])
    # pytest would take the next assignment's file for this one.
    sys.modules.pop(path.stem, None)
    if code == pytest.ExitCode.USAGE_ERROR or code == pytest.ExitCode.INTERNAL_ERROR:
        plugin.problems.append(f"pytest ended with code {code}")


@contextmanager
def _clean_environment() -> Iterator[None]:
    """Keep plugins and options out that the instructor's own shell or environment would add."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("PYTEST_")}
    for name in kept:
        del os.environ[name]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(kept)
