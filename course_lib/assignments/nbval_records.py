"""A pytest plugin that writes what nbval found in each visible check, a line of JSON a check, while it runs."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell

from course_lib.assignments.cells import answer_of, grade_id, is_check

_MAX_MESSAGE = 2000
_errors = pytest.StashKey[dict[str, "CellError"]]()


@dataclass(frozen=True)
class CellError:
    """Why a cell did not pass: the exception's name ("" when nbval itself stopped or refused the cell) and its text."""

    name: str
    text: str

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
            outcome, message = judge(error, errors.get(answer_of(item.cell)))
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
        return CellError("", "it ran for too long and was stopped")
    for output in item.test_outputs or []:
        if output.output_type == "error":
            # IPython names a cell's code after a hash that says nothing to a student: "(2034774991.py, line 1)".
            return CellError(str(output.ename), re.sub(r"\(\d+\.py, (line \d+)\)", r"(\1)", str(output.evalue)))
    return CellError("", stopped)


def judge(error: CellError | None, answer_error: CellError | None) -> tuple[str, str]:
    """Outcome and message of a check, from its own error and from that of the answer cell it examines.

    Examples
    --------
    >>> judge(None, None)
    ('passed', '')
    >>> judge(CellError("AssertionError", "The rate rises. Read *Step decay*."), None)
    ('not-yet', 'The rate rises. Read *Step decay*.')
    >>> judge(CellError("NameError", "name 'f' is not defined"), CellError("SyntaxError", "invalid syntax"))
    ('not-reached', 'your answer cell did not finish: SyntaxError: invalid syntax')
    """
    if error is None:
        return "passed", ""
    if "NotImplementedError" in (error.name, answer_error and answer_error.name):
        return "not-yet", "not answered yet: the answer, or one that it uses, still raises NotImplementedError"
    if answer_error is not None:
        return "not-reached", f"your answer cell did not finish: {answer_error}"
    if error.name == "AssertionError":
        return "not-yet", error.text
    if error.name:
        return "not-yet", f"your code stopped with {error}"
    if error.text == "Cell outputs differ":
        return (
            "not-yet",
            "nothing is wrong with the values, but your function prints or warns; a right answer does neither",
        )
    return "not-reached", error.text
