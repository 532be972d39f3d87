import pytest
from nbclient.exceptions import CellExecutionError

from course_lib.assignments import cells
from course_lib.assignments.answers import solved
from course_lib.assignments.catalogue import assignments, find
from course_lib.assignments.notebooks import read
from course_lib.assignments.release import release
from course_lib.assignments.solution import read_solution, solution_lines
from tests.assignments.notebooks import WHY

NAMES = sorted(assignments())
TOY = """---
course: {assignment: toy}
---
# Toy

```{code-cell} ipython3
:nbgrader: {grade: false, grade_id: double, locked: false, schema_version: 3, solution: true, task: false}
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
print("an answer may print")
```

```{code-cell} ipython3
:nbgrader: {grade: true, grade_id: check-double, locked: true, points: 0, schema_version: 3, task: false, solution: no}
assert double(2) == 4
print("right")
```

+++ {"nbgrader": WHY}

Why?

### BEGIN SOLUTION
Because.
### END SOLUTION

```{code-cell} ipython3
:tags: [experiment]
raise SystemError("an experiment is not run at release")
```
""".replace("WHY", WHY)


def toy(root, text=TOY):
    (root / "solutions" / "toy").mkdir(parents=True, exist_ok=True)
    (root / "solutions" / "toy" / "toy.md").write_text(text)
    return root


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_is_released_is_in_step_with_the_solution(name, tmp_path):
    found = find(name)
    (tmp_path / "solutions").symlink_to(found.solution.parent.parent)
    assert release(name, root=tmp_path).read_bytes() == found.release.read_bytes(), f"run `course release {name}`"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_solution_remains(name):
    found = find(name)
    source, text = read_solution(found.solution), found.release.read_text()
    lines = [line for cell in cells.answers(source).values() for line in solution_lines(cell.source)]
    assert lines
    assert [line for line in lines if line in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_checks_alone_keep_what_a_right_answer_prints(name):
    notebook = read(find(name).release)
    kept = [cell.id for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
    assert kept == list(cells.checks(notebook))
    assert "What is printed under a check is what a right answer prints" in notebook.cells[0].source


@pytest.mark.slow
def test_releasing_twice_gives_the_same_bytes(tmp_path):
    path = release("toy", root=toy(tmp_path))
    first = path.read_bytes()
    assert release("toy", root=tmp_path).read_bytes() == first
    notebook = read(path)
    assert notebook.cells[1].source.startswith("def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()")
    assert notebook.cells[1].outputs == []
    assert notebook.cells[2].outputs[0].text == "right\n"
    assert notebook.cells[3].source == "Why?\n\nYOUR ANSWER HERE"
    assert notebook.cells[4].outputs == []


@pytest.mark.slow
def test_a_solution_that_fails_its_own_check_is_not_released(tmp_path):
    with pytest.raises(CellExecutionError, match="AssertionError"):
        release("toy", root=toy(tmp_path, TOY.replace("return 2 * x", "return x")))
    assert not (tmp_path / "assignments").exists()


def test_an_unknown_solution_is_answered_with_those_there_are(tmp_path):
    with pytest.raises(LookupError, match="'toi'; there is: toy"):
        release("toi", root=toy(tmp_path))


@pytest.mark.parametrize("answer", [solved, lambda found: read(found.release)], ids=["solved", "released"])
def test_answers_need_no_torch(answer):
    """Grading would otherwise pay seconds a submission for it."""
    notebook = answer(find("annealing"))
    code = [cell.source for cell in notebook.cells if cells.grade_id(cell)]
    assert not any("torch" in source or "course_lib" in source for source in code)


def test_a_solution_that_claims_to_be_another_assignment_is_refused(tmp_path):
    source = tmp_path / "solutions" / "toy" / "toy.md"
    source.parent.mkdir(parents=True)
    source.write_text(TOY.replace("assignment: toy", "assignment: annealing"), encoding="utf-8")
    with pytest.raises(cells.MetadataError, match="it must say toy"):
        release("toy", tmp_path)
