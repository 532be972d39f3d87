"""Our notebooks under nbgrader: students and departments that use it find its metadata, and its verdict agrees."""

import os
import subprocess
import sys

import pytest

from course_lib.assignments import cells
from course_lib.assignments.answers import solved
from course_lib.assignments.catalogue import assignments
from course_lib.assignments.notebooks import read, text
from tests.conftest import needs_package

pytestmark = [pytest.mark.slow, needs_package("nbgrader")]

ASSIGNMENTS = assignments().values()


def validated(notebook, folder):
    """What ``nbgrader validate`` says of a notebook; experiments, which a student runs once, are left out."""
    notebook.cells = [cell for cell in notebook.cells if not cells.is_experiment(cell)]
    (folder / "mine.ipynb").write_text(text(notebook), encoding="utf-8")
    places = {name: str(folder / name) for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    program = [sys.executable, "-c", "from nbgrader.apps.nbgraderapp import main; main()", "validate", "mine.ipynb"]
    said = subprocess.run(
        program, cwd=folder, env=os.environ | places, capture_output=True, text=True, timeout=120, check=False
    )
    return said.stdout + said.stderr


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_a_solved_notebook_validates(assignment, tmp_path):
    assert "Success! Your notebook passes all the tests." in validated(solved(assignment), tmp_path)


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_a_notebook_as_it_was_released_fails_at_every_check(assignment, tmp_path):
    released = read(assignment.release)
    count = len(cells.checks(released))
    assert f"VALIDATION FAILED ON {count} CELL(S)" in validated(released, tmp_path)
