"""Rubrics, and the sample answers that show a marker how to use them."""

import pytest
import yaml

from course_lib.assignments import cells
from course_lib.assignments.catalogue import assignments
from course_lib.assignments.solution import read_solution

WRITTEN = [
    pytest.param(each, name, cell.metadata.nbgrader.points, id=name)
    for each in assignments().values()
    for name, cell in cells.written(read_solution(each.solution)).items()
]
by_answer = pytest.mark.parametrize(("assignment", "name", "points"), WRITTEN)


def criteria(assignment, name) -> dict[str, float]:
    rubric = yaml.safe_load((assignment.solution.parent / "rubric.yml").read_text(encoding="utf-8"))
    return {each["id"]: each["points"] for each in rubric[name]}


def samples(assignment, name) -> list[dict]:
    """The front matter of each sample, and what follows it as `text`."""
    found = []
    for path in sorted((assignment.answers / "written").glob("*.md")):
        _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
        found.append(yaml.safe_load(front) | {"text": text.strip()})
    return [each for each in found if each["answer"] == name]


@by_answer
def test_the_criteria_make_up_the_points_of_the_answer(assignment, name, points):
    assert sum(criteria(assignment, name).values()) == points


@by_answer
def test_a_good_a_middling_and_a_poor_sample_are_marked_by_every_criterion(assignment, name, points):
    worth, found = criteria(assignment, name), samples(assignment, name)
    assert all(each["marks"].keys() == worth.keys() and each["text"] and each["why"] for each in found)
    assert all(0 <= each["marks"][criterion] <= most for each in found for criterion, most in worth.items())
    totals = sorted(sum(each["marks"].values()) / points for each in found)
    assert len(totals) >= 3
    assert totals[0] < 1 / 3 < totals[1] < 2 / 3 < totals[-1]
