"""results.json: what Gradescope's documentation asks for, and text that stays text."""

import json

from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.hidden import Result
from course_lib.grading.examination.marker import Points
from course_lib.grading.gradebook.exports.gradescope import results

POINTS = Points(3, "T3", "Read *Step decay*.")
PASSED = Result("test_a", "the first step", POINTS, True)
FAILED = Result("test_b", "the last step", POINTS, False, "<b>wrong</b>")


def test_the_score_is_the_sum_of_what_the_tests_earned():
    found = results(Graded("ann", "graded", (PASSED, FAILED), seconds=1.234))
    assert found["score"] == 3 == sum(test["score"] for test in found["tests"])
    assert [test["max_score"] for test in found["tests"]] == [3, 3]
    assert [test["status"] for test in found["tests"]] == ["passed", "failed"]
    assert found["execution_time"] == 1.23
    assert json.loads(json.dumps(found)) == found


def test_a_test_that_failed_says_what_went_wrong_and_where_to_look_and_one_that_passed_nothing():
    passed, failed = results(Graded("ann", "graded", (PASSED, FAILED)))["tests"]
    assert passed["output"] == ""
    assert failed["output"] == "<b>wrong</b>\nHint: Read *Step decay*."


def test_no_text_is_shown_as_html_and_nothing_printed_is_shown_to_students():
    found = results(Graded("ann", "graded", (PASSED, FAILED)))
    assert {each["output_format"] for each in [found, *found["tests"]]} == {"text"}
    assert found["stdout_visibility"] == "hidden"


def test_a_submission_without_a_score_says_why():
    found = results(Graded("ann", "unreadable: not a notebook"))
    assert (found["score"], found["tests"]) == (0, [])
    assert found["output"] == "unreadable: not a notebook"
