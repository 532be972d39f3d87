import io
import subprocess
import sys
from types import SimpleNamespace

import pytest
from rich.console import Console
from typer.testing import CliRunner

from course_lib import doctor
from course_lib.assignments.catalogue import find
from course_lib.cli import app
from course_lib.grading.isolation import sandbox, tiers

GRADEBOOK = ("gradebook", "roster", "marks", "totals", "export", "policies")
RELEASE = find("annealing").release


def course(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_instructor_has_all_commands():
    text = course("--help").stdout
    assert all(name in text for name in ("check", "book", "doctor", "release", "publish", "grade", *GRADEBOOK))


def test_help_does_not_wait_for_torch():
    code = "import sys; from course_lib import cli; assert not {'torch', 'nbformat', 'matplotlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_grading_only_the_students_commands_are_there():
    """As in the students' tree, which has no `course_lib.grading`."""
    code = (
        "import importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'course_lib.grading' else real(name, *rest)\n"
        "from course_lib.cli import app\n"
        "print(sorted(command.callback.__name__ for command in app.registered_commands))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['book', 'check', 'doctor', 'pdf']"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nothing.ipynb"], "error: nothing.ipynb: there is no such file"),
        (["release", "nothing"], "error: no solution is called 'nothing'; there is: annealing"),
        (["grade", ".", "--assignment", "nothing", "--out", "out"], "error: no assignment is called 'nothing'"),
        (["grade", "nowhere", "--assignment", "annealing", "--out", "out"], "error: "),
        (["book", "nowhere"], "error: "),
    ],
)
def test_what_a_user_can_mend_is_one_line_and_status_2(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = course(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(words)
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_check_says_what_is_not_answered_and_exits_with_1():
    result = course("check", RELEASE)
    assert result.exit_code == 1
    assert "0 of 6 checks passed" in result.stdout


def test_publish_refuses_a_folder_with_other_files(tmp_path):
    (tmp_path / "thesis.txt").touch()
    result = course("publish", tmp_path)
    assert result.exit_code == 2
    assert "thesis.txt" in result.stderr


@pytest.mark.parametrize(
    ("statuses", "code"), [(["graded", "unreadable"], 0), (["graded"], 0), (["missing", "unreadable"], 2), ([], 2)]
)
def test_grade_exits_with_2_only_when_nothing_could_be_graded(statuses, code, monkeypatch, tmp_path):
    ungraded = sum(status != "graded" for status in statuses)
    report = SimpleNamespace(
        summary="summary",
        scores="scores.csv",
        feedback="feedback",
        standings=statuses,
        ungraded=ungraded,
        unmatched=(),
        untimed=(),
        passed_over=(),
        warning="",
    )
    monkeypatch.setattr("course_lib.grading.grade", lambda *arguments, **options: report)
    result = course("grade", tmp_path, "--assignment", "annealing", "--out", tmp_path)
    assert result.exit_code == code
    assert (f"{ungraded} of {len(statuses)} have no score" in result.stdout) == (ungraded > 0)


def test_doctor_names_what_is_missing_and_how_to_get_it(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(tiers.landlock, "unavailable", lambda: "only root can")
    for once in (sandbox.describe, tiers.describe):  # once a process, and perhaps in another test
        once.cache_clear()
    found = {finding.what: finding for finding in doctor.examine()}
    walls = {"sandbox", "system calls", "memory"}
    assert set(found) == {"Python", "torch", "torchvision", "device", "fashion-mnist", *walls, "chromium"}
    assert found["Python"].present
    assert found["torch"].present
    assert not found["chromium"].present
    assert "apt install chromium" in found["chromium"].words
    assert not found["sandbox"].present
    assert "apt install bubblewrap" in found["sandbox"].words
    assert "only root can" in found["sandbox"].words
    for once in (sandbox.describe, tiers.describe):
        once.cache_clear()


def test_doctor_prints_what_stands_in_brackets_too():
    shown = Console(width=100, record=True, file=io.StringIO())
    shown.print(doctor.table([doctor.Finding("extra", False, "pip install -e '.[grading]'")]))
    assert "pip install -e '.[grading]'" in shown.export_text()


def test_a_command_without_its_package_says_so_in_a_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "hatchling.builders.wheel", None)
    for name in ("course_lib.assignments.starter", "course_lib.assignments.publish"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    result = course("publish", "students")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: hatchling.builders.wheel is missing; python -m pip install ")


def test_doctor_prints_a_line_a_finding():
    result = course("doctor")
    assert result.exit_code == 0
    assert "torchvision" in result.stdout
    assert "device" in result.stdout
