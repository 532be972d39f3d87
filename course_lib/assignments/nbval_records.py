"""A pytest plugin that writes what nbval found in each visible check, a line of JSON a check, while it runs."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell

from course_lib.assignments.cells import answer_of, grade_id, is_check

_MAX_MESSAGE = 2000
_errors = pytest.StashKey[dict[str, "CellError"]]()


_STOPPED = "it ran for too long and was stopped"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"^Cell In\s*\[\d+\], line (\d+)", re.MULTILINE)
_UNDEFINED = re.compile(r"name '(\w+)' is not defined")


@dataclass(frozen=True)
class CellError:
    """Why a cell did not pass.

    Attributes
    ----------
    name
        The exception's; "" when the cell was stopped or refused.
    text
        What it says.
    line
        Where it was raised, when that was in a function of another cell, from 1; else 0.
    """

    name: str
    text: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.name}: {self.text}" if self.name and self.text else self.name or self.text


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says where the records go."""
    parser.addoption("--course-records", type=Path, help="file to which the outcomes are appended")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: IPyNbCell, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember what the answer cells raised, and write the outcome of each check as soon as it is known."""
    report = yield
    if call.when == "call":
        errors = item.config.stash.setdefault(_errors, {})
        error = _error(item, call)
        name = grade_id(item.cell)
        if is_check(item.cell):
            outcome, message = judge(error, errors.get(answer_of(item.cell)), item.cell.source)
            record = {"check": name, "outcome": outcome, "message": message[:_MAX_MESSAGE]}
            with item.config.getoption("--course-records").open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
        elif error is not None and name is not None:
            errors[name] = error
    return report


def _error(item: IPyNbCell, call: pytest.CallInfo[None]) -> CellError | None:
    if call.excinfo is None:
        return None
    stopped = str(call.excinfo.value)
    if stopped.startswith("Timeout"):
        return CellError("", _STOPPED)
    for output in item.test_outputs or []:
        # Whoever ends a cell that runs for too long interrupts its kernel.
        if output.output_type == "error" and output.ename == "KeyboardInterrupt":
            return CellError("", _STOPPED)
        if output.output_type == "error":
            # IPython names a cell's code after a hash that says nothing to a student: "(2034774991.py, line 1)".
            words = re.sub(r"\(\d+\.py, (line \d+)\)", r"(\1)", str(output.evalue))
            return CellError(str(output.ename), words, _line(output.traceback))
    return CellError("", stopped)


def _line(traceback: Iterable[object]) -> int:
    """The line in the cell of the innermost function of the notebook; 0 when the cell itself raised."""
    frames = _FRAME.findall(_COLOURS.sub("", "\n".join(map(str, traceback))))
    return int(frames[-1]) if len(frames) > 1 else 0


def judge(error: CellError | None, answer_error: CellError | None, check: str = "") -> tuple[str, str]:
    """Outcome and message of a check, from its own error, that of the answer cell it examines, and its source.

    Examples
    --------
    >>> judge(None, None)
    ('passed', '')
    >>> judge(CellError("AssertionError", "The rate rises. Read *Step decay*."), None)
    ('not-yet', 'The rate rises. Read *Step decay*.')
    >>> judge(CellError("NameError", "name 'f' is not defined"), CellError("SyntaxError", "invalid syntax"))
    ('not-reached', 'your answer cell did not finish: SyntaxError: invalid syntax')
    >>> judge(CellError("NameError", "name 'f' is not defined"), None, "assert f(1) == 2")
    ('not-yet', 'the notebook defines nothing called f; it must have just that name, and its cell must run')
    """
    if error is None:
        return "passed", ""
    if "NotImplementedError" in (error.name, answer_error and answer_error.name):
        return "not-yet", "not answered yet: the answer, or one that it uses, still raises NotImplementedError"
    if answer_error is not None:
        return "not-reached", f"your answer cell did not finish: {answer_error}"
    if error.name == "AssertionError":
        return "not-yet", error.text
    missing = _UNDEFINED.search(error.text) if error.name == "NameError" and not error.line else None
    if missing and re.search(rf"\b{missing[1]}\b", check):
        return (
            "not-yet",
            f"the notebook defines nothing called {missing[1]}; it must have just that name, and its cell must run",
        )
    if error.name:
        where = f" (line {error.line} of the cell of your function)" if error.line else ""
        return "not-yet", f"your code stopped with {error}{where}"
    if error.text == "Cell outputs differ":
        return (
            "not-yet",
            "nothing is wrong with the values, but your function prints or warns; a right answer does neither",
        )
    return "not-reached", error.text
