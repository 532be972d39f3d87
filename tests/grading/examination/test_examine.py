"""One submission from its bytes to what was found."""

import nbformat
import pytest

from course_lib.assignments.visible import run_visible_checks
from course_lib.grading.examination.examine import Graded, Task, examine
from course_lib.grading.isolation.limits import Limits
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


COUNTED = """
from course_lib.grading import points

@points(1, topic="T3", hint="Count.")
def test_counts(student):
    assert [student.counted(), student.counted()] == [1, 2]
"""


def counting(answer: str, check: str, hidden: str = COUNTED, **limits) -> Graded:
    def released(text: str) -> str:
        return str(
            nbformat.writes(notebook(cell("answer", "counted", text), cell("check", "check-counted", check, prints="")))
        )

    return examine(Task("ann", released(answer).encode(), released("stub"), hidden, Limits(**limits), seed=11))


COUNTER = "calls = []\ndef counted():\n    calls.append(1)\n    return len(calls)"


@needs("bwrap")
@pytest.mark.slow
def test_visible_checks_find_nothing_that_the_hidden_tests_left():
    graded = counting(COUNTER, "assert counted() == 1, 'something is left of the hidden tests'")
    assert (graded.status, graded.score) == ("graded", 1)
    assert [(each.outcome, each.message) for each in graded.checks] == [("passed", "")]


@needs("bwrap")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (f"{COUNTER}\nleft = 1", "not this: left"),
        ("def counted():\n    return 1 / 0", "your code stopped with ZeroDivisionError: division by zero (line 2 of"),
        (f"{COUNTER}\nprint('x' * 600_000)", "not this: 1"),
    ],
    ids=["state", "line", "much-output"],
)
def test_visible_checks_say_in_grading_what_they_say_at_home(answer, words):
    check = (
        "counted()\nassert 'left' not in globals(), 'not this: left'\nassert len(calls) == 0, f'not this: {len(calls)}'"
    )
    graded = counting(answer, check, output_bytes=1_000_000)
    made = notebook(cell("answer", "counted", answer), cell("check", "check-counted", check, prints=""))
    (at_home,) = run_visible_checks(made)
    assert graded.checks == (at_home,)
    assert words in at_home.message


@needs("bwrap")
@pytest.mark.slow
def test_visible_checks_of_a_submission_whose_process_has_ended_are_left_out_and_it_keeps_its_points():
    source = "calls = []\ndef counted():\n    calls.append(1)\n    return len(calls) if len(calls) < 3 else os._exit(1)"
    hidden = COUNTED + '\n@points(1, topic="T3", hint="x")\ndef test_again(student):\n    student.counted()\n'
    graded = counting(f"import os\n{source}", "counted()", hidden)
    assert (graded.score, graded.checks) == (1, ())
    assert graded.status == "graded: while counted was called, the notebook's process has ended"


@needs("bwrap")
@pytest.mark.slow
def test_a_process_that_ends_in_a_visible_check_costs_no_points_and_is_said():
    graded = counting(COUNTER, "import os\nos._exit(1)")
    assert (graded.status, graded.score) == ("graded", 1)
    (check,) = graded.checks
    assert (check.outcome, check.message) == (
        "not-yet",
        "your code stopped with SystemExit: the notebook's process has ended",
    )
