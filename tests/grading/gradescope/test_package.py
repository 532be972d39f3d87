"""The archive for Gradescope: what is in it, and that it grades what is handed in."""

import json
import os
import subprocess
import sys
import zipfile

import nbformat
import pytest
from typer.testing import CliRunner

from course_lib.assignments.answers import solved
from course_lib.assignments.catalogue import find
from course_lib.cli import app
from course_lib.grading.examination import hidden
from course_lib.grading.gradescope.package import TEMPLATES, package
from tests.conftest import needs

ANNEALING = find("annealing")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gradescope")
    return package("annealing", folder / "autograder.zip")


@pytest.mark.slow
def test_it_holds_both_programs_at_its_root_the_assignment_and_the_course_with_its_grader(archive, tmp_path):
    with zipfile.ZipFile(archive) as files:
        names = set(files.namelist())
        (wheel,) = (name for name in names if name.endswith(".whl"))
        modes = {name: files.getinfo(name).external_attr >> 16 for name in ("setup.sh", "run_autograder")}
        requirements = files.read("requirements.txt").decode()
        files.extract(wheel, tmp_path)
    assert {"assignment/annealing.ipynb", "assignment/hidden_tests.py", "constraints.txt", "settings.json"} <= names
    assert set(modes.values()) == {0o755}
    assert requirements == f"./{wheel}[grading]\n"
    with zipfile.ZipFile(tmp_path / wheel) as course:
        assert "course_lib/grading/gradescope/run.py" in course.namelist()
        assert not [name for name in course.namelist() if "hidden_tests" in name or name.startswith("solutions")]


@pytest.mark.slow
def test_the_command_says_what_it_wrote_and_one_line_when_it_cannot(tmp_path):
    runner = CliRunner()
    result = runner.invoke(app, ["package-gradescope", "annealing", "-o", str(tmp_path / "a.zip"), "--unsafe"])
    assert result.exit_code == 0
    assert "upload it" in result.stdout
    with zipfile.ZipFile(tmp_path / "a.zip") as files:
        assert json.loads(files.read("settings.json")) == {"assignment": "annealing", "unsafe": True}
    for arguments in (["nonsense"], ["annealing", "-o", str(tmp_path / "absent/a.zip")]):
        result = runner.invoke(app, ["package-gradescope", *arguments])
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_the_programs_are_bash(name):
    subprocess.run(["bash", "-n", TEMPLATES / name], check=True)


def handed_in(archive, folder, content):
    """What Gradescope gets for a submission: the archive unpacked as it does it, and its program run."""
    source, submission = folder / "source", folder / "submission"
    source.mkdir()
    submission.mkdir()
    subprocess.run(["unzip", "-q", archive, "-d", source], check=True)
    if content is not None:
        (submission / "annealing.ipynb").write_bytes(content)
    environment = {**os.environ, "AUTOGRADER": str(folder), "AUTOGRADER_PYTHON": sys.executable}
    subprocess.run(["bash", source / "run_autograder"], env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads((folder / "results/results.json").read_text())


@pytest.mark.slow
@needs("bwrap", "unzip")
def test_the_solution_gets_full_marks(archive, tmp_path):
    found = handed_in(archive, tmp_path, nbformat.writes(solved(ANNEALING)).encode())
    worth = [test.points.n for test in hidden.outline(ANNEALING.hidden_tests.read_text(encoding="utf-8"))]
    assert found["score"] == sum(worth)
    assert [test["max_score"] for test in found["tests"]] == worth
    assert found["output"] == "graded"


@pytest.mark.slow
@needs("bwrap", "unzip")
@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "unreadable"), (b'{"cells": [', "unreadable")],
    ids=["empty", "broken"],
)
def test_what_is_no_notebook_gets_a_result_too(archive, tmp_path, content, words):
    found = handed_in(archive, tmp_path, content)
    assert found["score"] == 0
    assert words in found["output"]


@pytest.mark.slow
@needs("unzip")
def test_a_container_without_python_gets_a_result_too(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    found = handed_in(archive, tmp_path, b"")
    assert found["score"] == 0
    assert "no fault of yours" in found["output"]


def test_an_assignment_that_cannot_be_graded_is_named(tmp_path):
    (tmp_path / "solutions/tiny").mkdir(parents=True)
    (tmp_path / "solutions/tiny/tiny.md").touch()
    with pytest.raises(FileNotFoundError, match="no hidden tests"):
        package("tiny", tmp_path / "a.zip", root=tmp_path)
    (tmp_path / "solutions/tiny/hidden_tests.py").touch()
    with pytest.raises(FileNotFoundError, match="not released yet"):
        package("tiny", tmp_path / "a.zip", root=tmp_path)
