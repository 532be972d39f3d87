"""The hidden tests of *annealing*, held to the answers on file."""

import pytest

from course_lib.assignments import notebooks
from course_lib.assignments.answers import AnswerOnFile, answers_on_file, notebook_with, solved
from course_lib.assignments.catalogue import find
from course_lib.assignments.merge import merge
from course_lib.grading import hidden
from course_lib.grading.channel import Channel
from course_lib.grading.hidden import Result
from course_lib.grading.limits import Limits
from course_lib.grading.session import Session
from course_lib.grading.student import Student
from tests.conftest import needs

pytestmark = [needs("bwrap"), pytest.mark.slow]

ANNEALING = find("annealing")
RELEASED = notebooks.read(ANNEALING.release)
TESTS = ANNEALING.hidden_tests.read_text(encoding="utf-8")


def examined(notebook) -> list[Result]:
    with Channel(Limits()) as channel:
        session = Session(channel, Limits())
        session.run(merge(RELEASED, notebook))
        return hidden.run(TESTS, Student(session))


def test_the_solution_earns_full_marks():
    assert all(result.passed for result in examined(solved(ANNEALING)))


def test_the_released_notebook_earns_nothing_and_is_told_that_it_is_not_answered():
    results = examined(RELEASED)
    assert not any(result.passed for result in results)
    assert all(result.words.endswith("is not answered yet.") for result in results)


@pytest.mark.parametrize("answer", answers_on_file(ANNEALING), ids=lambda answer: answer.name)
def test_an_answer_on_file_loses_the_points_it_should_and_no_others(answer: AnswerOnFile):
    failed = {result.name for result in examined(notebook_with(answer, ANNEALING)) if not result.passed}
    assert failed == set(answer.caught_by)
