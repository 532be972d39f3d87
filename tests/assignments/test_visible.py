import pytest

from course_lib.assignments.nbval_records import CellError, judge
from course_lib.assignments.visible import run_visible_checks
from tests.assignments.notebooks import cell, experiment, notebook

pytestmark = pytest.mark.slow


def outcomes(*cells, **limits):
    return {result.check: (result.outcome, result.message) for result in run_visible_checks(notebook(*cells), **limits)}


def test_each_check_says_what_became_of_it():
    found = outcomes(
        cell("setup", "setup", "import math"),
        experiment("raise SystemError('an experiment is not run')"),
        cell("answer", "right", "def right(x):\n    return 2 * x\nprint('an answer may print')"),
        cell("check", "check-right", "assert right(1) == 2, 'no'\nprint('well done')", prints="well done\n"),
        cell("answer", "wrong", "def wrong(x):\n    return x"),
        cell("check", "check-wrong", "assert wrong(1) == 2, 'Too small. Read *Doubling*.'", prints=""),
        cell("answer", "stub", "def stub(x):\n    raise NotImplementedError()"),
        cell("check", "check-stub", "assert stub(1) == 2", prints=""),
        cell("answer", "broken", "def broken(x:"),
        cell("check", "check-broken", "assert broken(1) == 2", prints=""),
        cell("answer", "raises", "def raises(x):\n    return x / 0"),
        cell("check", "check-raises", "assert raises(1) == 2", prints=""),
        cell("answer", "chatty", "def chatty(x):\n    print('x is', x)\n    return 2 * x"),
        cell("check", "check-chatty", "assert chatty(1) == 2", prints=""),
    )
    assert found["check-right"] == ("passed", "")
    assert found["check-wrong"] == ("not-yet", "Too small. Read *Doubling*.")
    assert found["check-stub"][0] == "not-yet"
    assert found["check-stub"][1].startswith("not answered yet")
    assert found["check-broken"][0] == "not-reached"
    assert "did not finish: SyntaxError" in found["check-broken"][1]
    assert ".py" not in found["check-broken"][1]
    assert found["check-raises"] == (
        "not-yet",
        "your code stopped with ZeroDivisionError: division by zero (line 2 of the cell of your function)",
    )
    assert found["check-chatty"][0] == "not-yet"
    assert "prints" in found["check-chatty"][1]


def test_a_function_that_is_not_there_and_a_slip_within_one_are_told_apart():
    found = outcomes(
        cell("answer", "renamed", "def another_name(x): return x"),
        cell("check", "check-renamed", "assert renamed(1) == 1", prints=""),
        cell("answer", "slip", "def slip(factor):\n    half = factor / 2\n    return facter"),
        cell("check", "check-slip", "assert slip(1) == 1", prints=""),
        cell("answer", "interrupted", "def interrupted():\n    raise KeyboardInterrupt"),
        cell("check", "check-interrupted", "assert interrupted() == 1", prints=""),
    )
    assert found["check-renamed"][1].startswith("the notebook defines nothing called renamed;")
    assert found["check-slip"][1].endswith("name 'facter' is not defined (line 3 of the cell of your function)")
    assert found["check-interrupted"] == ("not-reached", "it ran for too long and was stopped")


def test_a_loop_without_end_is_stopped_and_costs_no_other_check():
    found = outcomes(
        cell("answer", "one", "def one(): return 1"),
        cell("check", "check-one", "assert one() == 1", prints=""),
        cell("answer", "loop", "while True: pass"),
        cell("check", "check-loop", "assert loop() == 1", prints=""),
        cell("answer", "two", "def two():\n    while True: pass"),
        cell("check", "check-two", "assert two() == 1", prints=""),
        cell("answer", "three", "def three(): return 3"),
        cell("check", "check-three", "assert three() == 3", prints=""),
        cell_seconds=2,
    )
    assert found["check-one"] == ("passed", "")
    assert found["check-loop"] == (
        "not-reached",
        "your answer cell did not finish: it ran for too long and was stopped",
    )
    assert found["check-two"] == ("not-reached", "it ran for too long and was stopped")
    assert found["check-three"] == ("passed", "")


def test_the_whole_run_has_a_limit():
    found = outcomes(
        cell("answer", "loop", "while True: pass"), cell("check", "check-loop", "pass", prints=""), run_seconds=4
    )
    assert found == {"check-loop": ("not-reached", "the run took longer than 4 s and was stopped before this check")}


def test_files_beside_a_notebook_cannot_change_the_run(tmp_path, monkeypatch):
    (tmp_path / "conftest.py").write_text("raise SystemExit('a conftest was read')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (tmp_path / "math.py").write_text("raise SystemExit('a module was shadowed')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    found = outcomes(
        cell("setup", "setup", "import math, os"),
        cell("answer", "one", "def one(): return 1"),
        cell("check", "check-one", "assert one() == 1\nassert os.listdir() == ['notebook.ipynb']", prints=""),
    )
    assert found == {"check-one": ("passed", "")}


def test_a_check_that_could_not_run_for_an_unanswered_cell_says_not_answered():
    """The stub of a cell that calls at once, instead of defining a function, raises in the answer cell itself."""
    unanswered = CellError("NotImplementedError", "")
    assert judge(CellError("NameError", "name 'x' is not defined"), unanswered)[0] == "not-yet"
