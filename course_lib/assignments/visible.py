"""Running the visible checks of a notebook with nbval, apart from every other file of the student's."""

from __future__ import annotations

import copy
import importlib
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nbformat import NotebookNode

from course_lib.assignments import inner_pytest
from course_lib.assignments.cells import checks, is_check, is_experiment
from course_lib.assignments.notebooks import text

CURRENT_PYTHON = ":nbval-parent-env"
CELL_SECONDS = 60.0
RUN_SECONDS = 300.0
_PLUGINS = ("course_lib.assignments.nbval_records", "nbval.plugin")

Outcome = Literal["passed", "not-yet", "not-reached"]


@dataclass(frozen=True)
class CheckResult:
    """What became of one visible check.

    Attributes
    ----------
    check
        The check's id, such as ``check-step-decay``.
    outcome
        ``passed``; ``not-yet``: it ran and says what is wrong; ``not-reached``: it could not run.
    message
        What to do about it, in words; empty for one that passed. The text comes from the student's process: escape it
        where it is shown.
    """

    check: str
    outcome: Outcome
    message: str


def run_visible_checks(
    notebook: NotebookNode,
    kernel_name: str = CURRENT_PYTHON,
    *,
    cell_seconds: float = CELL_SECONDS,
    run_seconds: float | None = RUN_SECONDS,
) -> list[CheckResult]:
    """Run a merged notebook through nbval and say what became of each visible check.

    Experiment cells are left out. The notebook runs in an empty temporary folder, so no file beside the submission can
    change how pytest or the kernel behaves. A check passes when it raises nothing and prints what it printed at
    release. That is advice to the student and never evidence for a mark: the checks share a process with the answers.

    Parameters
    ----------
    notebook
        A released notebook with answers put into it (`course_lib.assignments.merge.merge`).
    kernel_name
        The kernel to run it in; by default a kernel of the Python that is running now, whatever kernels are installed.
    cell_seconds
        Wall-clock limit for one cell.
    run_seconds
        Wall-clock limit for the whole run, which then has a process of its own that can be ended; None runs it in this
        process, which is quicker, for a kernel that ends by itself.

    Returns
    -------
    list of CheckResult
        One a check, in the notebook's order.
    """
    with tempfile.TemporaryDirectory(prefix="course-check-") as folder:
        stage, records = Path(folder, "notebook"), Path(folder, "records.jsonl")
        stage.mkdir()
        records.touch()
        (stage / "notebook.ipynb").write_text(text(_for_nbval(notebook)), encoding="utf-8")
        finished = _run_nbval(stage, records, kernel_name, cell_seconds, run_seconds)
        lines = records.read_text(encoding="utf-8").splitlines()
    results = {}
    for line in lines:
        result = CheckResult(**json.loads(line))
        results[result.check] = result
    reason = (
        "the run stopped before this check"
        if finished
        else f"the run took longer than {run_seconds:g} s and was stopped before this check"
    )
    return [results.get(name, CheckResult(name, "not-reached", reason)) for name in checks(notebook)]


def _for_nbval(notebook: NotebookNode) -> NotebookNode:
    """The code that takes part in a check: no experiments, and reference outputs under the visible checks alone."""
    staged = copy.deepcopy(notebook)
    staged.cells = [cell for cell in staged.cells if cell.cell_type == "code" and not is_experiment(cell)]
    for cell in staged.cells:
        if not is_check(cell):
            # nbval compares the outputs of cells that have been executed; an answer may print what it likes.
            cell.execution_count, cell.outputs = None, []
    return staged


def _run_nbval(stage: Path, records: Path, kernel_name: str, cell_seconds: float, run_seconds: float | None) -> bool:
    """Run pytest over the staged notebook; False when it had to be stopped."""
    words = ["--nbval", "--nbval-kernel-name", kernel_name, "--nbval-cell-timeout", str(cell_seconds)]
    words += ["--course-records", str(records), str(stage / "notebook.ipynb")]
    if run_seconds is None:
        inner_pytest.run(stage, words, [importlib.import_module(name) for name in _PLUGINS])
        return True
    plugins = [f"-p{name}" for name in _PLUGINS]
    command = [sys.executable, "-P", "-m", "pytest", *plugins, *inner_pytest.arguments(stage), *words]
    clean = inner_pytest.environment()
    try:
        subprocess.run(command, env=clean, cwd=stage, timeout=run_seconds, capture_output=True, check=False)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        return False
    return True
