"""The hidden tests of every assignment, held to its solution, its release, its answers on file and mutants."""

import os

import pytest

from course_lib.assignments.answers import answers_on_file
from course_lib.assignments.catalogue import Assignment, assignments
from course_lib.grading.verify.verify import verify
from tests.conftest import needs

ASSIGNMENTS = list(assignments().values())
by_name = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
# All of them take minutes (`course verify`); these are drawn by a fixed seed, the same at each run.
MUTANTS = 24


@by_name
def test_at_least_ten_wrong_and_three_right_answers_are_on_file(assignment: Assignment):
    right = [answer.right for answer in answers_on_file(assignment)]
    assert right.count(False) >= 10
    assert right.count(True) >= 3


@needs("bwrap")
@pytest.mark.slow
@by_name
def test_every_answer_on_file_earns_what_it_should_and_mutants_are_noticed(assignment: Assignment):
    verdict = verify(assignment, jobs=os.cpu_count() or 1, mutants=MUTANTS)
    assert verdict.problems == []
    assert all(words.endswith("is not answered yet.") for words in verdict.release.failed.values())
