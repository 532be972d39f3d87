"""What a pile is graded by: an assignment's release, hidden tests and rubric, read once and held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course_lib.assignments import notebooks
from course_lib.assignments.catalogue import Assignment
from course_lib.assignments.cells import written
from course_lib.assignments.rubric import FILE, Rubric, read
from course_lib.grading.examination import hidden


@dataclass(frozen=True)
class Subject:
    """An assignment as a run grades it.

    Attributes
    ----------
    name
        The assignment's.
    released, hidden_tests
        Their texts.
    max_score
        The points of the hidden tests.
    rubric
        Of the written answers.
    stubs
        What stands in each written answer at release, by ``grade_id``.
    """

    name: str
    released: str
    hidden_tests: str
    max_score: float
    rubric: Rubric
    stubs: Mapping[str, str]


def subject(assignment: Assignment) -> Subject:
    """Read what an assignment is graded by.

    Raises
    ------
    ValueError
        When it has no hidden tests here.
    BadRubric
        When the rubric is not that of the notebook's written answers.
    BadHiddenTests
        When the hidden tests cannot be run.
    """
    if assignment.hidden_tests is None:
        raise ValueError(f"{assignment.name!r} has no hidden tests here: grading needs the instructor's repository")
    hidden_tests = assignment.hidden_tests.read_text(encoding="utf-8")
    answers = written(notebooks.read(assignment.release))
    rubric = read(assignment.hidden_tests.with_name(FILE))
    rubric.hold_against({name: float(cell.metadata.nbgrader.points) for name, cell in answers.items()})
    return Subject(
        assignment.name,
        assignment.release.read_text(encoding="utf-8"),
        hidden_tests,
        sum(test.points.n for test in hidden.outline(hidden_tests)),
        rubric,
        {name: cell.source for name, cell in answers.items()},
    )
