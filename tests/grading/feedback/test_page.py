"""The page a student gets back."""

import json
import re
from dataclasses import dataclass, replace
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_lib.assignments.visible import CheckResult
from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.marker import Points
from course_lib.grading.examination.replies import Failure, Frame
from course_lib.grading.examination.results import Detail, Finding, Part, Question, Result
from course_lib.grading.feedback.documents import Submission, as_json, documents
from course_lib.grading.feedback.page import file_names, instructors_page, page, prose
from course_lib.grading.feedback.view import error

SCRIPT = "<script>alert('x')</script>"
WORTH = Points(2, "T3", "Read *Step decay*.")

CANARY = "0.7654321"
DETAIL = Detail(
    f"Mismatch: {CANARY} raw",
    f"{CANARY} actual",
    f"{CANARY} expected",
    Failure("ValueError", f"{CANARY} unredacted"),
    (Question(f"f({CANARY} asked)", f"{CANARY} gave"),),
)


@dataclass(frozen=True)
class Criterion:
    points: float
    words: str


@dataclass(frozen=True)
class Mark:
    answer: str
    criterion: Criterion
    points: float | None
    comment: str


MARKS = [
    Mark("why", Criterion(2, "says that noise is averaged"), 1.5, f"Nearly {SCRIPT}"),
    Mark("why", Criterion(1, f"names the floor {SCRIPT}"), 1.0, ""),
]
IN_PARTS = Result(
    "test_c",
    "the boundaries",
    Points(3, "T3", "Read *Step decay*."),
    False,
    "Right: the first.",
    parts=(Part(1, "the first"), Part(2, "the second", Finding("It comes too late.", None, DETAIL))),
    detail=DETAIL,
)


def graded(**changes):
    failure = Failure("ValueError", f"bad {SCRIPT}", (Frame("step-decay", 2, "step_decay"),))
    results = (
        Result("test_a", "the rate halves", WORTH, True),
        Result("test_b", "the rate falls", WORTH, False, "`step_decay` stopped with an error.", failure, detail=DETAIL),
        IN_PARTS,
        Result("test_d", "the rest", WORTH, False, "This was not reached.", reached=False),
    )
    whole = {
        "student": f"ann {SCRIPT}",
        "status": f"graded: {SCRIPT}",
        "results": results,
        "failures": {f"cell {SCRIPT}": failure},
        "checks": (CheckResult(f"check {SCRIPT}", "not-yet", f"wrong {SCRIPT}"),),
        "written": {"why": f"Because {SCRIPT}", "how": ""},
        "seed": 424242,
        "sources": {"step-decay": f"def step_decay():\n    raise ValueError('{SCRIPT}')"},
    }
    return Graded(**(whole | changes))


def test_nothing_that_a_student_wrote_becomes_markup():
    html = page(graded(), f"annealing {SCRIPT}", 4, MARKS)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 8


def test_the_page_loads_nothing_and_may_run_nothing():
    html = page(graded(), "annealing", 4)
    assert not re.search(r"https?:|src=|url\(|@import|<link|<iframe|\son\w+=", html)
    assert "default-src 'none'" in html


def test_it_says_what_was_examined_what_went_wrong_and_what_to_read():
    html = page(graded(student="ann", status="graded"), "annealing", 4)
    for words in ("3 of 4 points", "the rate halves", "Passed", "the rate falls", "Not yet", "0 of 2 points"):
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
    found = error(Failure("ValueError", "", frames), {"a": "def f(): ..."})["lines"]
    assert [line["place"] for line in found] == ["cell a, line 1", "cell a, line 1, in f"]


@example(["E.", "a..b", "."])
@given(st.lists(st.text(min_size=1, max_size=300), max_size=8))
def test_each_page_has_a_file_name_of_its_own_that_every_system_can_write(students):
    names = file_names([Graded(student, "graded") for student in students])
    assert [each.student for each in names.values()] == students
    assert len({name.casefold() for name in names}) == len(students)
    for name in names:
        assert re.fullmatch(r"\w[\w @.,-]*\.html", name, re.ASCII)
        assert ".." not in name
        assert len(name) <= 120


def test_a_test_in_parts_says_which_of_them_are_right_and_why_the_others_are_not():
    html = page(graded(), "annealing", 9)
    assert "In part</span>: 1 of 3 points" in html
    assert 'the first: <span class="verdict">1 of 1 point</span>' in html
    assert 'the second: <span class="verdict">0 of 2 points</span>. It comes too late.' in html
    assert "Not reached</span>: 0 of 2 points" in html


def test_the_student_sees_no_input_no_expected_value_and_no_seed():
    submission = Submission(graded(), 9)
    for path, text in documents([submission], "annealing"):
        secret = path.parts[0] == "instructor"
        assert (CANARY in text) is secret, path
        assert ("424242" in text) is secret, path


def test_the_instructor_sees_all_of_it():
    html = instructors_page(graded(), "annealing", 9)
    for what in ("raw", "actual", "expected", "unredacted", "asked", "gave"):
        assert f"{CANARY} {what}" in html
    assert "424242" in html
    assert "test_b" in html
    assert "not for students" in html
    assert "not for students" not in page(graded(), "annealing", 9)


@pytest.mark.parametrize("passed", [True, False])
def test_a_test_that_allows_it_shows_what_it_asked_and_expected_when_it_fails(passed):
    shows = Result(
        "test_a", "the rate", Points(1, "T3", "x", show=True), passed, "" if passed else "Wrong.", detail=DETAIL
    )
    html = page(graded(results=(shows,)), "annealing", 1)
    for what in ("actual", "expected", "asked", "gave"):
        assert (f"{CANARY} {what}" in html) is not passed
    assert f"{CANARY} raw" not in html


def test_a_written_answer_is_pending_until_it_is_marked_and_then_shows_its_marks():
    html = page(graded(), "annealing", 9)
    assert "Pending</span>: a person will read it." in html
    assert "Not answered</span>" in html
    assert "2 of 9 points" not in html
    marked = page(graded(), "annealing", 12, MARKS)
    assert "5.5 of 12 points" in marked
    assert "2.5 of 3 points" in marked
    assert "says that noise is averaged" in marked
    assert "The marker writes: <bdi>Nearly &lt;script&gt;" in marked
    assert "Pending</span>" not in marked
    half = [MARKS[0], replace(MARKS[1], points=None, comment="")]
    assert "Pending</span>" in page(graded(), "annealing", 12, half)


def test_a_score_that_a_policy_has_changed_is_shown_instead_of_the_sum():
    assert "1.5 of 12 points" in page(graded(), "annealing", 12, MARKS, score=1.5)


def test_the_json_says_what_the_page_says():
    told = json.loads(as_json(graded(student="ann"), "annealing", 12, MARKS))
    assert (told["format"], told["student"], told["status"], told["score"], told["max_score"]) == (
        1,
        "ann",
        "graded",
        5.5,
        12,
    )
    assert [test["earned"] for test in told["tests"]] == [2, 0, 1, 0]
    assert [test["reached"] for test in told["tests"]] == [True, True, True, False]
    assert told["tests"][1]["error"]["lines"][0]["place"] == "cell step-decay, line 2, in step_decay"
    assert [each["state"] for each in told["written"]] == ["marked", "unanswered"]
    assert told["written"][0]["criteria"][0]["words"] == "says that noise is averaged"


def test_each_submission_has_three_files_and_the_instructors_stand_apart():
    pile = [Submission(Graded("ann", "missing"), 3), Submission(Graded("Ann", "missing"), 3)]
    paths = [str(path) for path, _ in documents(pile, "annealing")]
    assert paths[:3] == ["feedback/ann.html", "feedback/ann.json", "instructor/ann.html"]
    assert len({path.casefold() for path in paths}) == 6
