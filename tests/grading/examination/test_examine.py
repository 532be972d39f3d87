"""One submission from its bytes to what was found."""

import nbformat
import pytest

from course_lib.grading.examination.examine import Task, examine
from tests.assignments.notebooks import cell, notebook
from tests.conftest import needs

HIDDEN = """
from course_lib.grading import assert_close, points

@points(2, topic="T3", hint="Multiply by 2.")
def test_doubles(student, draw, part):
    x = draw.uniform(1, 2)
    with part(1, "a positive number"):
        assert_close(student.double(x), 2 * x, what="the double")
    with part(1, "a negative number"):
        assert_close(student.double(-x), -2 * x, what="the double")

@points(1, topic="T3", hint="x", after=("test_doubles",))
def test_after(student):
    student.double(1)
"""


def text(double: str, why: str) -> str:
    return str(nbformat.writes(notebook(cell("answer", "double", double), cell("written", "why", why))))


def task(double: str, why: str) -> Task:
    return Task("ann", text(double, why).encode(), text("stub", "Why?\n\nYOUR ANSWER HERE"), HIDDEN, seed=11)


@needs("bwrap")
@pytest.mark.slow
def test_parts_reasons_and_written_answers_arrive_together_and_a_regrade_asks_the_same():
    submitted = task("def double(x):\n    return 2 * abs(x)", "Why?\n\nBecause <b>it</b> does.")
    graded, again = examine(submitted), examine(submitted)
    assert graded.score == 1
    first, after = graded.results
    assert (
        first.words == "Right: a positive number. Not yet right: a negative number: The double has the opposite sign."
    )
    assert not after.reached
    assert graded.written == {"why": "Why?\n\nBecause <b>it</b> does."}
    assert graded.seed == 11
    assert [each.asked for each in again.results[0].detail.questions] == [each.asked for each in first.detail.questions]


@needs("bwrap")
@pytest.mark.slow
def test_a_written_answer_that_was_left_as_released_is_empty():
    assert examine(task("def double(x):\n    return 2 * x", "Why?\n\nYOUR ANSWER HERE\n")).written == {"why": ""}
