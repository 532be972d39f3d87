"""The hidden tests of every assignment, held to its solution, its release and its answers on file."""

import pytest

from course_lib.assignments import notebooks
from course_lib.assignments.answers import AnswerOnFile, answers_on_file, notebook_with, solved
from course_lib.assignments.catalogue import Assignment, assignments
from course_lib.assignments.merge import merge
from course_lib.grading.examination import hidden
from course_lib.grading.examination.channel import Channel
from course_lib.grading.examination.hidden import Result
from course_lib.grading.examination.session import Session
from course_lib.grading.examination.student import Student
from course_lib.grading.isolation.limits import Limits
from tests.conftest import needs

pytestmark = [needs("bwrap"), pytest.mark.slow]

ASSIGNMENTS = list(assignments().values())
ON_FILE = [pytest.param(each, answer, id=answer.name) for each in ASSIGNMENTS for answer in answers_on_file(each)]
by_name = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)


def examined(assignment: Assignment, notebook) -> list[Result]:
    with Channel(Limits()) as channel:
        session = Session(channel, Limits())
        session.run(merge(notebooks.read(assignment.release), notebook))
        return hidden.run(assignment.hidden_tests.read_text(encoding="utf-8"), Student(session))


@by_name
def test_the_solution_earns_full_marks(assignment: Assignment):
    assert all(result.passed for result in examined(assignment, solved(assignment)))


@by_name
def test_the_released_notebook_earns_nothing_and_is_told_that_it_is_not_answered(assignment: Assignment):
    results = examined(assignment, notebooks.read(assignment.release))
    assert not any(result.passed for result in results)
    assert all(result.words.endswith("is not answered yet.") for result in results)


@by_name
def test_at_least_six_wrong_answers_are_on_file(assignment: Assignment):
    assert sum(bool(answer.caught_by) for answer in answers_on_file(assignment)) >= 6


@pytest.mark.parametrize(("assignment", "answer"), ON_FILE)
def test_an_answer_on_file_loses_the_points_it_should_and_no_others(assignment: Assignment, answer: AnswerOnFile):
    failed = {result.name for result in examined(assignment, notebook_with(answer, assignment)) if not result.passed}
    assert failed == set(answer.caught_by)
