"""A record outlives the code that wrote it."""

import json

import pytest
from hypothesis import given, strategies

from course_lib.assignments.visible import CheckResult
from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.hidden import Result
from course_lib.grading.examination.marker import Points
from course_lib.grading.examination.replies import Failure, Frame
from course_lib.grading.gradebook.records import UnreadableRecord, dump, load

FAILURE = Failure("ValueError", "x\0\ud800<b>", (Frame("a", 3, "double"),))
GRADED = Graded(
    "ann",
    "graded",
    (
        Result("test_a", "A", Points(2, "T3", "Hint"), False, "words", FAILURE),
        Result("b", "B", Points(1.5, "T3", "H"), True),
    ),
    {"a": FAILURE},
    (CheckResult("check-a", "not-yet", "do it"),),
    {"a": "x = 1"},
    0.25,
)


def test_a_record_comes_back_as_it_was():
    assert load(dump(GRADED)) == GRADED
    assert dump(GRADED).isascii()


def test_what_a_newer_library_added_is_passed_over_and_what_an_older_one_lacked_has_its_default():
    data = json.loads(dump(GRADED))
    data["results"][0]["more"] = 1
    del data["seconds"], data["results"][1]["failure"]
    assert load(json.dumps(data)) == Graded(**{**vars(GRADED), "seconds": 0.0})


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        ("status", None, r"record\.status is NoneType"),
        ("results", {}, r"record\.results is dict"),
        ("results", [{"name": "a"}], r"record\.results\[0\] lacks examines"),
        ("checks", [{"check": "a", "outcome": "perhaps", "message": ""}], r"record\.checks\[0\]\.outcome"),
        ("failures", {"a": 1}, r"record\.failures\['a'\] is no object"),
    ],
)
def test_a_record_of_another_form_is_told_by_its_part(where, value, words):
    with pytest.raises(UnreadableRecord, match=words):
        load(json.dumps(json.loads(dump(GRADED)) | {where: value}))


@given(strategies.text(), strategies.dictionaries(strategies.text(), strategies.text()))
def test_any_words_come_back(words, sources):
    graded = Graded("ann", words, sources=sources)
    assert load(dump(graded)) == graded
