import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearSolutions

from course_lib.assignments import cells
from course_lib.assignments.catalogue import find
from course_lib.assignments.cells import MetadataError
from course_lib.assignments.notebooks import read
from course_lib.assignments.solution import STUB, WRITTEN_STUB, plain, read_solution, solution_lines, stubbed
from tests.assignments.notebooks import WHY

SOURCE = """def f(x):
    y = 2 * x
    ### BEGIN SOLUTION
    z = y + 1

    return z
    ### END SOLUTION


def g():
    ### BEGIN SOLUTION
    pass
    ### END SOLUTION"""


def test_the_stub_is_nbgraders():
    source = read_solution(find("annealing").solution)
    expected, _ = ClearSolutions().preprocess(read_solution(find("annealing").solution), {})
    assert {name: stubbed(cell.source, _stub(cell)) for name, cell in cells.answers(source).items()} == {
        name: cell.source for name, cell in cells.answers(expected).items()
    }


def _stub(cell):
    return WRITTEN_STUB if cells.is_written(cell) else STUB


WRITTEN = """---
course: {assignment: toy}
---
# Toy

+++ {"nbgrader": WHY}

**Why** does it double?

### BEGIN SOLUTION
Because `x + x` is `2 * x`.
### END SOLUTION

+++

The text goes on.

```{code-cell} ipython3
1
```
""".replace("WHY", WHY)


def test_a_written_answer_keeps_its_question_and_gets_nbgraders_stub(tmp_path):
    path = tmp_path / "toy.md"
    path.write_text(WRITTEN)
    source = read_solution(path)
    MetadataValidator().validate_nb(source)
    (cell,) = cells.written(source).values()
    assert stubbed(cell.source, WRITTEN_STUB) == "**Why** does it double?\n\nYOUR ANSWER HERE"
    cleared, _ = ClearSolutions().preprocess(read_solution(path), {})
    assert cells.written(cleared)["why"].source == stubbed(cell.source, WRITTEN_STUB)
    assert source.cells[-2].source == "The text goes on."


def test_a_written_answer_without_a_model_answer_is_refused(tmp_path):
    path = tmp_path / "toy.md"
    path.write_text(WRITTEN.replace("Because `x + x` is `2 * x`.\n", ""))
    with pytest.raises(MetadataError, match=r"^cell 2 \(why\): a written answer has a model answer"):
        read_solution(path)


ANSWER = """---
course: {assignment: toy}
---
# Toy

```{code-cell} ipython3
:nbgrader: {grade: false, grade_id: double, locked: false, schema_version: 3, solution: true, task: false}
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```

```{code-cell} ipython3
1
```
"""


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ("    ### END SOLUTION\n", "", r"^cell 2 \(double\): `### BEGIN SOLUTION` without `### END SOLUTION`$"),
        ("    ### BEGIN SOLUTION\n", "", r"^cell 2 \(double\): `### END SOLUTION` out of place"),
        (
            "### END SOLUTION\n",
            "### END SOLUTION\n    ### END SOLUTION\n",
            r"^cell 2 \(double\): `### END SOLUTION` out",
        ),
        (" SOLUTION\n", "\n", r"^cell 2 \(double\): an answer has its solution between"),
        ("\n1\n", "\n### BEGIN SOLUTION\n1\n### END SOLUTION\n", r"^cell 3: `### BEGIN SOLUTION` in a cell that is no"),
    ],
)
def test_a_marker_that_is_missing_or_out_of_place_is_told_with_its_cell(tmp_path, line, instead, words):
    path = tmp_path / "toy.md"
    path.write_text(ANSWER)
    assert len(read_solution(path).cells) == 3
    path.write_text(ANSWER.replace(line, instead))
    with pytest.raises(MetadataError, match=words):
        read_solution(path)


def test_each_region_becomes_one_stub_at_its_own_indentation():
    assert stubbed(SOURCE).splitlines() == [
        "def f(x):",
        "    y = 2 * x",
        "    # YOUR CODE HERE",
        "    raise NotImplementedError()",
        "",
        "",
        "def g():",
        "    # YOUR CODE HERE",
        "    raise NotImplementedError()",
    ]


def test_the_lines_of_a_solution_are_those_between_the_markers():
    assert solution_lines(SOURCE) == ["z = y + 1", "return z", "pass"]
    assert "SOLUTION" not in plain(SOURCE)
    assert "    return z" in plain(SOURCE).splitlines()


@pytest.mark.parametrize(
    "source",
    ["### BEGIN SOLUTION", "### END SOLUTION", "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION"],
)
def test_markers_that_do_not_pair_up_are_an_error(source):
    with pytest.raises(MetadataError, match="SOLUTION"):
        stubbed(source)


def test_reading_twice_gives_the_same_cell_ids():
    path = find("annealing").solution
    assert [cell.id for cell in read_solution(path).cells] == [cell.id for cell in read_solution(path).cells]


@pytest.mark.parametrize("notebook", ["solution", "release"])
def test_nbgrader_accepts_the_metadata(notebook):
    found = find("annealing")
    MetadataValidator().validate_nb(read_solution(found.solution) if notebook == "solution" else read(found.release))
