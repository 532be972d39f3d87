"""The page a student gets back."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.assignments.visible import CheckResult
from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.hidden import Result
from course_lib.grading.examination.marker import Points
from course_lib.grading.examination.session import Failure, Frame
from course_lib.grading.feedback.page import file_names, lines, page, prose

SCRIPT = "<script>alert('x')</script>"
WORTH = Points(2, "T3", "Read *Step decay*.")


def graded(**changes):
    failure = Failure("ValueError", f"bad {SCRIPT}", (Frame("step-decay", 2, "step_decay"),))
    results = (
        Result("test_a", "the rate halves", WORTH, True),
        Result("test_b", "the rate falls", WORTH, False, "`step_decay` stopped with an error.", failure),
    )
    whole = {
        "student": f"ann {SCRIPT}",
        "status": f"graded: {SCRIPT}",
        "results": results,
        "failures": {f"cell {SCRIPT}": failure},
        "checks": (CheckResult(f"check {SCRIPT}", "not-yet", f"wrong {SCRIPT}"),),
        "sources": {"step-decay": f"def step_decay():\n    raise ValueError('{SCRIPT}')"},
    }
    return Graded(**(whole | changes))


def test_nothing_that_a_student_wrote_becomes_markup():
    html = page(graded(), f"annealing {SCRIPT}", 4)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 8


def test_the_page_loads_nothing_and_may_run_nothing():
    html = page(graded(), "annealing", 4)
    assert not re.search(r"https?:|src=|url\(|@import|<link|<iframe|\son\w+=", html)
    assert "default-src 'none'" in html


def test_it_says_what_was_examined_what_went_wrong_and_what_to_read():
    html = page(graded(student="ann", status="graded"), "annealing", 4)
    for words in ("2 of 4 points", "the rate halves", "Passed", "the rate falls", "Not yet", "0 of 2 points"):
        assert words in html
    assert "Read <em>Step decay</em>." in html
    assert html.index("the rate falls") < html.index("the rate halves")  # what is to be done stands first
    assert "cell step-decay, line 2, in step_decay" in html


@given(st.text(alphabet="`*<>&\"'a \n"))
def test_marks_in_a_sentence_become_code_and_emphasis_and_nothing_else_does(text):
    html = str(prose(text))
    assert set(re.findall(r"<[^>]*>", html)) <= {"<code>", "</code>", "<em>", "</em>"}
    kept = re.sub(r"</?(code|em)>", "", html)
    assert unescape(kept).replace("`", "").replace("*", "") == text.replace("`", "").replace("*", "")


def test_a_phone_and_a_screen_reader_are_told_what_they_need():
    html = page(graded(), "annealing", 4)
    assert '<html lang="en">' in html
    assert 'name="viewport"' in html
    assert "<main>" in html
    assert [int(level) for level in re.findall(r"<h(\d)", html)][:2] == [1, 2]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("missing: the folder holds no annealing.ipynb", "Nothing was handed in."),
        ("unreadable: broken JSON at line 1", "could not be read"),
        ("malformed: the answer cell 'a' is missing", "could not be told apart"),
        ("wrong-assignment: this is the notebook of 'b'", "another assignment"),
        ("limit:memory: the notebook took more than 4 GB of memory", "used more than it may"),
        ("failed: the grader's process ended without an answer", "no fault of yours"),
    ],
)
def test_each_status_is_said_in_words(status, words):
    html = page(Graded("ann", status), "annealing", 4)
    assert words in html
    assert "No score" in html


def test_a_line_that_the_submission_does_not_have_is_not_shown():
    frames = (Frame("a", 99, "f"), Frame("nowhere", 1, "f"), Frame("a", 1, "secret_0_25"), Frame("a", 1, "f"))
    found = lines(Failure("ValueError", "", frames), {"a": "def f(): ..."})
    assert [line.place for line in found] == ["cell a, line 1", "cell a, line 1, in f"]


@given(st.lists(st.text(min_size=1, max_size=300), max_size=8))
def test_each_page_has_a_file_name_of_its_own_that_every_system_can_write(students):
    names = file_names([Graded(student, "graded") for student in students])
    assert [each.student for each in names.values()] == students
    assert len({name.casefold() for name in names}) == len(students)
    for name in names:
        assert re.fullmatch(r"\w[\w @.,-]*\.html", name, re.ASCII)
        assert ".." not in name
        assert len(name) <= 120
