"""The pytest plugin that gives hidden tests their fixtures and keeps what each found."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

import pytest

from course_lib.grading.examination.asked import in_words
from course_lib.grading.examination.drawing import Draw
from course_lib.grading.examination.judging import BadHiddenTests, Parts, judge, told
from course_lib.grading.examination.marker import Points, marked
from course_lib.grading.examination.results import Detail, Finding, Part, Question
from course_lib.grading.examination.stopwatch import at_most
from course_lib.grading.examination.student import Asking, Library, Student

_GRACE = 5.0  # seconds in which the last call of a test that is out of time may still be interrupted in good order


@dataclass(frozen=True)
class Listed:
    """A hidden test before it is run."""

    name: str
    examines: str
    points: Points


@dataclass
class Case:
    """One run of a test function: all of it, or one set of parameters."""

    parts: list[Part] = field(default_factory=list)
    finding: Finding | None = None
    ran: bool = False
    questions: tuple[Question, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it ran to its end and found nothing wrong."""
        return self.ran and self.finding is None and all(part.passed for part in self.parts)

    @property
    def detail(self) -> Detail:
        """What lies behind the first thing it found."""
        found = self.finding or next((part.finding for part in self.parts if part.finding), None)
        return (found and found.detail) or Detail()


class Plugin:
    """What pytest needs to run hidden tests; its own report would show values.

    Parameters
    ----------
    asking
        Puts the tests' questions; None where they are only listed.
    seed
        The run's seed.
    until_failure
        Whether the first test that does not pass is the last one.
    """

    def __init__(self, asking: Asking | None, seed: int, *, until_failure: bool = False) -> None:
        self._asking = asking
        self._seed = seed
        self._until_failure = until_failure
        self._current = Case()
        self.listed: dict[str, Listed] = {}
        self.cases: dict[str, list[Case]] = {}
        self.problems: list[str] = []

    @pytest.fixture
    def student(self) -> Student:
        """The student's names."""
        return Student(self._asked)

    @pytest.fixture
    def library(self) -> Library:
        """The modules of the student's Python."""
        return Library(self._asked)

    @pytest.fixture
    def part(self) -> Parts:
        """Gives the test's points in parts."""
        parts = Parts(self._asked)
        self._current.parts = parts.parts
        return parts

    @pytest.fixture
    def draw(self, request: pytest.FixtureRequest) -> Draw:
        """The test's random numbers."""
        return Draw(self._seed, request.node.name)

    @property
    def _asked(self) -> Asking:
        assert self._asking is not None  # noqa: S101 - tests are run with a session only
        return self._asking

    def pytest_configure(self, config: pytest.Config) -> None:
        """Have pytest write tracebacks as Python does: its own, which nobody sees, take longer than the test."""
        config.option.tbstyle = "native"

    def pytest_exception_interact(self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[object]) -> None:
        """Note why the tests could not be imported."""
        if isinstance(node, pytest.Collector) and call.excinfo is not None:
            error = call.excinfo.value
            cause = error.__cause__ if isinstance(error, pytest.Collector.CollectError) else None
            self.problems.append(told(cause or error))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """List the tests, and let each stand after those that it builds on."""
        tests = [item for item in items if isinstance(item, pytest.Function)]
        for test in tests:
            worth, name = marked(test.function), test.originalname
            if worth is None:
                self.problems.append(f"{name} has no @points(...)")
            else:
                self.listed[name] = Listed(name, _examines(test), worth)
        order = self._order()
        if not self.problems:
            tests.sort(key=lambda test: order.index(test.originalname))
        items[:] = [] if self.problems else tests

    def _order(self) -> list[str]:
        for listed in self.listed.values():
            for name in listed.points.after:
                if name not in self.listed:
                    self.problems.append(f"{listed.name} builds on {name!r}, which is no hidden test")
        try:
            graph = {each.name: each.points.after for each in self.listed.values()}
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            self.problems.append(f"tests build on each other in a circle: {' <- '.join(error.args[1])}")
            return []

    def obstacle(self, listed: Listed) -> Listed | None:
        """The test that stands in the way of this one and was itself run, or None when there is none."""
        for name in listed.points.after:
            before = self.listed[name]
            if not self._passed(name):
                return self.obstacle(before) or before
        return None

    def first_finding(self, listed: Listed) -> Finding | None:
        """What a test that did not pass found first."""
        for case in self.cases.get(listed.name, []):
            for finding in (case.finding, *(part.finding for part in case.parts)):
                if finding is not None:
                    return finding
        return None

    def _passed(self, name: str) -> bool:
        return bool(self.cases.get(name)) and all(case.passed for case in self.cases[name])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Iterator[None]:
        """Leave a test out that builds on one which did not pass, and end the run where it was asked to."""
        listed = self.listed[item.originalname]
        self._asked.begin(listed.points.seconds)
        self._current = Case()
        if self.obstacle(listed) is None:
            self.cases.setdefault(listed.name, []).append(self._current)
        else:
            item.add_marker(pytest.mark.skip)
        ran = yield
        if self._until_failure and not self._current.passed:
            # Not pytest's --maxfail: to pytest, a test whose parts fail has passed.
            item.session.shouldstop = "a test has not passed"
        return ran

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Function) -> Iterator[None]:
        """Fixtures of the tests' own too may ask the student."""
        with at_most(self.listed[item.originalname].points.seconds + _GRACE):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Function) -> Iterator[None]:
        """The test itself."""
        with at_most(self.listed[item.originalname].points.seconds + _GRACE):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Function, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Keep what was found, in our words."""
        report = yield
        case, worth = self._current, self.listed[item.originalname].points
        try:
            if call.excinfo is not None and case.finding is None:
                if isinstance(call.excinfo.value, BadHiddenTests):
                    raise call.excinfo.value
                case.finding = judge(call.excinfo.value, self._asked)
            elif call.when == "call":
                case.ran = True
                _add_up(case.parts, worth)
        except BadHiddenTests as error:
            self.problems.append(f"{item.name}: {error}")
        case.questions = in_words(self._asked.asked)
        return report


def _add_up(parts: list[Part], worth: Points) -> None:
    total = math.fsum(part.n for part in parts)
    if parts and not math.isclose(total, worth.n):
        raise BadHiddenTests(f"its parts are worth {total:g} points together, and the test {worth.n:g}")


def _examines(test: pytest.Function) -> str:
    documentation = inspect.getdoc(test.function)
    if documentation:
        return " ".join(documentation.split("\n\n")[0].split())
    return test.originalname.removeprefix("test_").replace("_", " ")
