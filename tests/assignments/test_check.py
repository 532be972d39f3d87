import pytest
from rich.console import Console

from course_lib.assignments.answers import answers_on_file, notebook_with, solved
from course_lib.assignments.catalogue import find
from course_lib.assignments.check import Checked, check, summary
from course_lib.assignments.merge import Malformed, Unreadable, WrongAssignment
from course_lib.assignments.notebooks import read
from course_lib.assignments.visible import CheckResult
from tests.assignments.notebooks import cell, notebook, save

ANNEALING = find("annealing")


def printed(checked):
    console = Console(width=200)
    with console.capture() as capture:
        console.print(summary(checked))
    return capture.get()


@pytest.mark.slow
def test_the_solution_passes_every_check_even_when_it_was_saved_with_other_outputs(tmp_path):
    made = solved(ANNEALING)
    for each in made.cells:
        each.pop("outputs", None)
    checked = check(save(tmp_path / "mine.ipynb", made))
    assert {result.outcome for result in checked.results} == {"passed"}
    assert checked.passed
    assert "6 of 6 checks passed. Grading looks at more cases" in printed(checked)
    assert printed(checked).endswith("no check looks at it:\nanswered    one seed each\n")


@pytest.mark.slow
def test_a_wrong_answer_saved_with_its_own_outputs_does_not_pass(tmp_path):
    """nbval on the student's file would compare the wrong output with itself."""
    made = read(ANNEALING.release)
    for each in made.cells:
        if each.id == "check-step-decay":
            each.source = each.outputs[0].text = "anything"
    checked = check(save(tmp_path / "mine.ipynb", made))
    assert {result.outcome for result in checked.results} == {"not-yet"}


@pytest.mark.slow
def test_the_released_notebook_says_that_nothing_is_answered():
    checked = check(ANNEALING.release)
    assert [result.check for result in checked.results] == [
        "check-steps-of",
        "check-step-decay",
        "check-exponential-decay",
        "check-cosine-annealing",
        "check-composed-schedule",
        "check-reading",
    ]
    assert all(result.outcome == "not-yet" and "not answered yet" in result.message for result in checked.results)
    assert "0 of 6 checks passed" in printed(checked)
    assert printed(checked).endswith("no check looks at it:\nstill empty one seed each\n")


@pytest.mark.slow
def test_a_half_done_notebook_says_what_is_wrong_and_where_to_read(tmp_path):
    answer = next(each for each in answers_on_file(ANNEALING) if each.name == "steps_for_epochs")
    made = notebook_with(answer, ANNEALING)
    for each in made.cells:
        if each.id == "step-decay":
            each.source = "def step_decay(:"
    checked = check(save(tmp_path / "mine.ipynb", made))
    results = {result.check: result for result in checked.results}
    assert results["check-step-decay"].outcome == "not-reached"
    assert results["check-exponential-decay"].outcome == "not-yet"
    assert "section *Exponential decay*" in results["check-exponential-decay"].message
    assert results["check-cosine-annealing"].outcome == "passed"
    text = printed(checked)
    assert "not reached step decay" in text
    assert "passed      cosine annealing" in text
    assert "4 of 6 checks passed. Save the notebook" in text
    assert "Traceback" not in text


def test_each_bad_file_gets_its_own_error(tmp_path):
    with pytest.raises(Unreadable, match="no such file"):
        check(tmp_path / "nothing.ipynb")
    with pytest.raises(WrongAssignment, match="no assignment of the course; those are: annealing"):
        check(save(tmp_path / "other.ipynb", notebook(cell("answer", "double", ""), assignment="momentum")))
    with pytest.raises(Malformed, match="'steps-of' is missing"):
        check(save(tmp_path / "half.ipynb", notebook(cell("answer", "step-decay", ""), assignment=None)))


def test_a_students_text_cannot_recolour_the_terminal():
    text = printed(Checked([CheckResult("check-x", "not-yet", "a\x1b[31mb [bold]c[/bold]")], {}))
    assert "a[31mb [bold]c[/bold]" in text
    assert "\x1b" not in text


def test_without_written_answers_nothing_is_said_of_them():
    text = printed(Checked([CheckResult("check-x", "passed", "")], {}))
    assert text.endswith("then hand it in.\n")
