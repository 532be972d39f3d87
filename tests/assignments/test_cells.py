import pytest
from nbformat.v4 import new_markdown_cell

from course_lib.assignments import cells
from course_lib.assignments.cells import MetadataError, validate
from tests.assignments.notebooks import cell, experiment, notebook


def whole():
    return notebook(
        new_markdown_cell("# Toy"),
        cell("setup", "setup", "import math"),
        cell("answer", "double", "def double(x): ..."),
        cell("check", "check-double", "assert double(1) == 2"),
        experiment("double(3)"),
    )


def test_each_kind_of_cell_is_told_from_the_others():
    made = whole()
    assert [cells.is_answer(each) for each in made.cells] == [False, False, True, False, False]
    assert [cells.is_check(each) for each in made.cells] == [False, False, False, True, False]
    assert [cells.is_experiment(each) for each in made.cells] == [False, False, False, False, True]
    assert [cells.grade_id(each) for each in made.cells] == [None, "setup", "double", "check-double", None]
    assert cells.answer_of(made.cells[3]) == "double"


def test_a_notebook_in_the_format_is_accepted():
    validate(whole())


@pytest.mark.parametrize(
    ("number", "changes", "words"),
    [
        (2, {"schema_version": 2}, r"cell 3 \(double\): schema_version is 2; it must be 3"),
        (2, {"locked": None}, r"cell 3 \(double\): locked is None; it must be true or false"),
        (2, {"task": True}, "no task cells"),
        (2, {"grade_id": "Double It"}, "lower-case words joined by `-`"),
        (2, {"grade_id": None}, r"cell 3 \(without a grade_id\)"),
        (2, {"grade": True}, "a written answer is a markdown cell, not code"),
        (2, {"locked": True}, "neither answer, written answer, visible check nor set-up"),
        (2, {"points": 3}, "only a visible check and a written answer have points"),
        (3, {"points": 1}, "a visible check has points: 0, not 1"),
        (3, {"grade_id": "check-triple"}, "named `check-` and the id of the answer"),
        (2, {"grade_id": "setup"}, "an earlier cell has the same grade_id"),
    ],
)
def test_each_rule_of_the_format_is_held(number, changes, words):
    made = whole()
    made.cells[number].metadata.nbgrader.update(changes)
    with pytest.raises(MetadataError, match=words):
        validate(made)


def test_an_answer_is_a_code_cell():
    made = whole()
    made.cells[2].cell_type = "markdown"
    with pytest.raises(MetadataError, match="is a code cell, not markdown"):
        validate(made)


def test_an_experiment_takes_no_part_in_grading():
    made = whole()
    made.cells[2].metadata["tags"] = ["experiment"]
    with pytest.raises(MetadataError, match="takes no part in grading"):
        validate(made)


def test_the_notebook_names_its_assignment_and_has_an_answer():
    with pytest.raises(MetadataError, match="lacks `course:"):
        validate(notebook(cell("answer", "double", ""), assignment=None))
    with pytest.raises(MetadataError, match="no answer cell"):
        validate(notebook(cell("setup", "setup", "")))


def test_a_written_answer_is_an_answer_that_a_person_marks():
    made = notebook(cell("answer", "double", ""), cell("written", "why", "Why?"))
    validate(made)
    assert list(cells.answers(made)) == ["double", "why"]
    assert list(cells.written(made)) == ["why"]
    assert cells.checks(made) == {}


@pytest.mark.parametrize("points", [0, -1, None, True, "2", float("inf"), float("nan")])
def test_a_written_answer_is_worth_something(points):
    made = notebook(cell("written", "why", "Why?"))
    made.cells[0].metadata.nbgrader.points = points
    with pytest.raises(MetadataError, match="points above 0"):
        validate(made)
