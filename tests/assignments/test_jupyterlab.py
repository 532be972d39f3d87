"""A student's way through an assignment, in a real JupyterLab: open, answer, run, save, check, hand in."""

import csv
import json
import os
import re
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

pytestmark = [pytest.mark.slow, needs("chromium", "bwrap"), needs_package("jupyterlab", "playwright")]

ANNEALING = find("annealing")
PATIENCE = 60_000  # milliseconds; a machine at work can be slow at any moment
SETTINGS = {
    # It would ask whether it may look for news.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Cells outside the window would not be on the page.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


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
    for name, settings in SETTINGS.items():
        path = tmp_path / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    places = ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    environment = os.environ | {name: str(tmp_path / name) for name in places}
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(tmp_path / "settings")
    program = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    program += ["--ServerApp.port=0", "--IdentityProvider.token=", "--LabApp.extension_manager=readonly", str(pack)]
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True, cwd=pack) as server:
        try:
            said = []
            for line in server.stderr:
                said.append(line)
                address = re.search(r"http://127\.0\.0\.1:\d+/", line)
                if address and not address[0].endswith(":0/"):
                    break
            else:
                raise RuntimeError(f"JupyterLab did not start: {''.join(said)}")
            yield address[0].rstrip("/")
        finally:
            server.terminate()
            server.communicate(timeout=30)


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
    page.goto(f"{address}/lab/tree/annealing.ipynb")
    panel = page.locator(".jp-NotebookPanel")
    cell = panel.locator(".jp-Notebook .jp-Cell")
    panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    for number, each in enumerate(notebook.cells):
        if cells.is_answer(each):
            if each.cell_type == "markdown":
                cell.nth(number).locator(".jp-RenderedMarkdown").dblclick()
            cell.nth(number).locator(".cm-content").click()
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(each.source)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
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
