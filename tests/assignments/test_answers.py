import ast

import pytest

from course_lib.assignments import cells
from course_lib.assignments.answers import AnswerError, answers_on_file, notebook_with, read_answer, solved
from course_lib.assignments.catalogue import assignments, find
from course_lib.assignments.notebooks import read

ON_FILE = [(name, answer) for name, found in assignments().items() for answer in answers_on_file(found)]


@pytest.mark.parametrize(("name", "answer"), ON_FILE, ids=[f"{name}-{answer.name}" for name, answer in ON_FILE])
def test_every_answer_on_file_names_cells_and_tests_that_exist(name, answer):
    found = find(name)
    tests = {node.name for node in ast.parse(found.hidden_tests.read_text()).body if isinstance(node, ast.FunctionDef)}
    notebook_with(answer, found)
    assert set(answer.caught_by) <= tests
    assert answer.right == (not answer.caught_by)


def test_there_are_enough_answers_on_file():
    answers = answers_on_file(find("annealing"))
    assert sum(not answer.right for answer in answers) >= 8
    assert sum(answer.right for answer in answers) >= 2


def test_an_answer_replaces_its_own_cells_and_the_solution_fills_the_others():
    found = find("annealing")
    answer = next(answer for answer in answers_on_file(found) if answer.name == "steps_for_epochs")
    made, solution = cells.answers(notebook_with(answer, found)), cells.answers(solved(found))
    assert {name for name in made if made[name].source != solution[name].source} == {"exponential-decay"}
    assert "rate**step" in made["exponential-decay"].source


def test_the_solved_notebook_differs_from_the_release_in_its_answers_alone():
    found = find("annealing")
    made, released = solved(found), read(found.release)
    changed = {cell.id for cell, original in zip(made.cells, released.cells, strict=True) if cell != original}
    assert changed == set(cells.answers(released))
    assert "SOLUTION" not in str(made)


WRONG = '"""Says why.\n\nCaught by: test_a, test_b,\ntest_c\n"""\n\n# cell: one\nx = 1\n\n# cell: two\ny = 2\n'


def answer_file(folder, kind, text):
    path = folder / kind / "a.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_the_format_is_read(tmp_path):
    answer = read_answer(answer_file(tmp_path, "wrong", WRONG))
    assert answer.caught_by == ("test_a", "test_b", "test_c")
    assert answer.cells == {"one": "x = 1", "two": "y = 2"}
    assert answer.docstring.startswith("Says why.")


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("wrong", "# cell: one\nx = 1\n", "starts without a docstring"),
        ("wrong", '"""Why."""\n# cell: one\nx = 1\n', "ends its docstring with `Caught by:"),
        ("right", WRONG, "a right one has no such line"),
        ("right", '"""Why."""\nx = 1\n', "needs a line `# cell:"),
        ("right", '"""Why."""\n# cell: one\nx = 1\n# cell: one\nx = 2\n', "once a cell"),
    ],
)
def test_an_answer_that_breaks_the_format_is_named(tmp_path, kind, text, words):
    with pytest.raises(AnswerError, match=words):
        read_answer(answer_file(tmp_path, kind, text))


def test_an_answer_to_an_unknown_cell_is_an_error(tmp_path):
    answer = read_answer(answer_file(tmp_path, "right", '"""Why."""\n# cell: one\nx = 1\n'))
    with pytest.raises(AnswerError, match="no answer cell 'one'; it has steps-of, step-decay"):
        notebook_with(answer, find("annealing"))
