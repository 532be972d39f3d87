"""A student's way through an assignment, in a real JupyterLab: open, answer, run, save, check, hand in."""

import csv
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest

from course_lib.assignments import cells
from course_lib.assignments.answers import solved
from course_lib.assignments.catalogue import find
from course_lib.assignments.notebooks import read, text
from course_lib.book.chromium import chromium
from course_lib.grading import grade
from tests.conftest import needs, needs_package
from tests.jupyterlab import PATIENCE, open_notebook, run_all, serving

pytestmark = [pytest.mark.slow, needs("chromium", "bwrap"), needs_package("jupyterlab", "playwright")]

ANNEALING = find("annealing")


@pytest.fixture
def pack(tmp_path):
    """The student's folder, as the starter pack has it; the experiments, which take minutes, are taken out."""
    folder = tmp_path / "starter-pack"
    folder.mkdir()
    notebook = read(ANNEALING.release)
    notebook.cells = [cell for cell in notebook.cells if not cells.is_experiment(cell)]
    (folder / "annealing.ipynb").write_text(text(notebook), encoding="utf-8")
    return folder


@pytest.fixture
def lab(pack, tmp_path):
    """The address of a JupyterLab that serves the student's folder."""
    with serving(pack, tmp_path) as address:
        yield address


@contextmanager
def page_of(address):
    """A page of Chromium that reaches nothing but `address`, and the list of what it asked for elsewhere."""
    outside = []

    def only_here(route):
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(PATIENCE)
        context.route("**/*", only_here)
        yield context.new_page(), outside


def course(*words, folder):
    program = [sys.executable, "-c", "from course_lib.cli import app; app()", *words]
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def answer_and_save(page, address, notebook):
    """Open the assignment, write the answers of `notebook` into its cells, run all cells, and save.

    Returns what stands under each visible check by then.
    """
    open_notebook(page, address, "annealing.ipynb")
    panel = page.locator(".jp-NotebookPanel")
    cell = panel.locator(".jp-Notebook .jp-Cell")
    for number, each in enumerate(notebook.cells):
        if cells.is_answer(each):
            if each.cell_type == "markdown":
                cell.nth(number).locator(".jp-RenderedMarkdown").dblclick()
            cell.nth(number).locator(".cm-content").click()
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(each.source)
    run_all(page)
    said = {}
    for number, each in enumerate(notebook.cells):
        if cells.is_check(each):
            said[each.metadata.nbgrader.grade_id] = cell.nth(number).locator(".jp-OutputArea-output").inner_text()
    with page.expect_response(lambda reply: reply.request.method == "PUT" and "annealing.ipynb" in reply.url) as saved:
        page.keyboard.press("Control+S")
    assert saved.value.ok
    return said


def test_a_student_opens_answers_runs_saves_checks_and_hands_in(lab, pack, tmp_path):
    notebook = solved(ANNEALING)
    notebook.cells = [cell for cell in notebook.cells if not cells.is_experiment(cell)]
    reference = {name: "".join(output.text for output in cell.outputs) for name, cell in cells.checks(notebook).items()}
    with page_of(lab) as (page, outside):
        said = answer_and_save(page, lab, notebook)
    assert {name: output.strip() for name, output in said.items()} == {
        name: output.strip() for name, output in reference.items()
    }
    assert outside == []

    checked = course("check", "annealing.ipynb", folder=pack)
    assert f"{len(reference)} of {len(reference)} checks passed" in checked.stdout, checked.stdout + checked.stderr
    assert checked.returncode == 0

    handed_in = tmp_path / "pile" / "ann"
    handed_in.mkdir(parents=True)
    shutil.copy(pack / "annealing.ipynb", handed_in)
    report = grade(tmp_path / "pile", "annealing", tmp_path / "out")
    with report.scores.open(newline="") as file:
        (row,) = csv.DictReader(file)
    asked = [cell.metadata.nbgrader for cell in cells.answers(notebook).values() if cell.cell_type == "markdown"]
    for_a_person = sum(each.points for each in asked)
    assert row["student"] == "ann"
    assert row["status"].partition(":")[0] == ("pending" if asked else "graded")
    assert float(row["score"]) == float(row["max_score"]) - for_a_person
