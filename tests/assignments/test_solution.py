import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearSolutions

from course_lib.assignments import cells
from course_lib.assignments.catalogue import find
from course_lib.assignments.cells import MetadataError
from course_lib.assignments.notebooks import read
from course_lib.assignments.solution import plain, read_solution, solution_lines, stubbed

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
    assert {name: stubbed(cell.source) for name, cell in cells.answers(source).items()} == {
        name: cell.source for name, cell in cells.answers(expected).items()
    }


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
