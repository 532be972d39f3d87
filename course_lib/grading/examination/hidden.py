"""Running hidden tests in the grader's own process, where nothing of the student's can reach them."""

from __future__ import annotations

import math
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.assignments import inner_pytest
from course_lib.grading.examination.collecting import Case, Listed, Plugin
from course_lib.grading.examination.judging import FILE, BadHiddenTests
from course_lib.grading.examination.results import Finding, Part, Result
from course_lib.grading.examination.student import Answers, Asking

__all__ = ["BadHiddenTests", "Listed", "Result", "outline", "run"]

_NOT_REACHED = Finding("This was not reached.")


def outline(source: str) -> list[Listed]:
    """The hidden tests of an assignment, not run, in the order in which they stand.

    Raises
    ------
    BadHiddenTests
        When they cannot be imported, one has no points or builds on what is not there or on itself, or there is none.
    """
    plugin = Plugin(None, 0)
    _pytest(source, plugin, "--collect-only")
    _raise(plugin.problems)
    if not plugin.listed:
        raise BadHiddenTests("there is no hidden test")
    return list(plugin.listed.values())


def run(source: str, session: Answers, seed: int, *, until_failure: bool = False) -> list[Result]:
    """Run hidden tests against a student's functions.

    Parameters
    ----------
    source
        The text of ``hidden_tests.py``.
    session
        The submission, its cells already run.
    seed
        What the tests' random inputs are drawn from (`course_lib.grading.examination.drawing`).
    until_failure
        Whether to stop after the first test that takes points off.

    Returns
    -------
    list of Result
        One a test function, in the order in which they stand; of a parametrised one, the first case that failed speaks.
        With `until_failure`, those alone that were run.

    Raises
    ------
    BadHiddenTests
        As `outline` does, and when a test fails by itself or its parts do not add up to its points.
    """
    plugin = Plugin(Asking(session), seed, until_failure=until_failure)
    _pytest(source, plugin)
    _raise(plugin.problems)
    listed = [each for each in plugin.listed.values() if not until_failure or each.name in plugin.cases]
    return [_result(each, plugin.cases.get(each.name, []), plugin) for each in listed]


def _raise(problems: list[str]) -> None:
    if problems:
        raise BadHiddenTests("\n".join(problems))


def _result(listed: Listed, cases: list[Case], plugin: Plugin) -> Result:
    result = Result(listed.name, listed.examines, listed.points, False)
    obstacle = plugin.obstacle(listed)
    if obstacle is not None:
        found = plugin.first_finding(obstacle)
        because = "" if found is None else f" {found.words}"
        words = f"This was not reached: it builds on “{obstacle.examines}”, which did not pass.{because}"
        return replace(result, words=words, reached=False)
    if not cases:
        return replace(result, words="This was not examined.", reached=False)
    parts = _parts(listed, cases)
    speaks = next((case for case in cases if not case.passed), cases[-1])
    finding = speaks.finding or next((part.finding for part in parts if part.finding), None)
    detail = replace(speaks.detail, questions=speaks.questions)
    if finding is None:
        return replace(result, passed=True, parts=parts, detail=detail)
    words = _in_parts(parts) if parts else finding.words
    return replace(result, words=words, failure=finding.failure, parts=parts, detail=detail)


def _parts(listed: Listed, cases: list[Case]) -> tuple[Part, ...]:
    """The parts of all cases: one passes when it passed in each; what ended a case outside them is the rest."""
    merged: dict[str, Part] = {}
    for case in cases:
        for part in case.parts:
            known = merged.setdefault(part.what, part)
            merged[part.what] = known if known.finding else part
    for case in cases:
        for what in merged.keys() - {part.what for part in case.parts}:
            merged[what] = replace(merged[what], finding=merged[what].finding or _NOT_REACHED)
    stopped = next((case.finding for case in cases if case.finding), None)
    if merged and stopped is not None:
        left = listed.points.n - math.fsum(part.n for part in merged.values())
        merged["the rest"] = Part(max(left, 0.0), "the rest", stopped)
    return tuple(merged.values())


def _in_parts(parts: tuple[Part, ...]) -> str:
    right = [part.what for part in parts if part.finding is None]
    wrong = [f"{part.what}: {part.finding.words}" for part in parts if part.finding is not None]
    return " ".join([*([f"Right: {', '.join(right)}."] if right else []), "Not yet right:", *wrong])


def _pytest(source: str, plugin: Plugin, *options: str) -> None:
    with tempfile.TemporaryDirectory(prefix="course-hidden-") as folder:
        path = Path(folder, FILE)
        path.write_text(source, encoding="utf-8")
        words = [str(path), "--import-mode=importlib", "-pno:terminal", *options]
        code = inner_pytest.run(Path(folder), words, [plugin])
    # pytest would take the next assignment's file for this one.
    sys.modules.pop(path.stem, None)
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        plugin.problems.append(f"pytest ended with code {code}")
