"""Hidden tests: what they earn, and the words for what they found. The student is a stand-in, without a sandbox."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from course_lib.grading.examination.channel import KernelGone, OutOfTime
from course_lib.grading.examination.hidden import BadHiddenTests, outline, run
from course_lib.grading.examination.marker import points
from course_lib.grading.examination.session import Failure, Frame, Missing, NotData, Returned
from course_lib.grading.examination.student import Student

HEAD = "import pytest\nfrom course_lib.grading import StudentError, points\n\n"
SECRET = "0.123454321"
ONE = f"""
@points(2, topic="T3", hint="Read *Step decay*.")
def test_the_rate_halves(student):
    assert student.f({SECRET}) == 77.25
"""


class StandIn:
    """A session whose functions give what they are told to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls = 0
        self.asked = []

    def call(self, target, args, kwargs, *, keep=None, seconds=None):
        self.calls += 1
        self.asked.append((target, args, kwargs, seconds))
        answer = self.answer(*args, **kwargs) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer


def results(answer: Any, tests: str = ONE, seed: int = 1):
    return run(HEAD + tests, StandIn(answer), seed)


def test_a_right_answer_earns_the_points():
    (result,) = results(Returned(77.25))
    assert (result.passed, result.points.n, result.words, result.examines) == (True, 2, "", "the rate halves")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Returned(3.0), "The answer is not what the task asks for."),
        (Returned(float("nan")), "The answer is not what the task asks for."),
        (Returned(None), "`f` gave back None: does every way through it end in a `return`?"),
        (Failure("ValueError", "bad", (Frame("c", 1, "f"),)), "`f` stopped with an error."),
        (Failure("NotImplementedError", ""), "`f` is not answered yet."),
        (Missing(), "The notebook defines nothing called `f`."),
        (NotData(), "What `f` gave back cannot be examined"),
        (OutOfTime("took more than 10 s"), "`f` took more than 10 s and was stopped."),
        (KernelGone("the notebook's process has ended"), "The notebook's process has ended."),
    ],
)
def test_what_went_wrong_is_said_in_words_without_input_or_expected_value(answer, words):
    (result,) = results(answer)
    assert not result.passed
    assert result.words.startswith(words)
    assert SECRET not in repr(replace(result, detail=None))
    assert "77.25" not in repr(replace(result, detail=None))


def test_a_test_that_trips_over_the_value_names_its_kind_alone():
    (result,) = results(Returned(3.0), '@points(1, topic="T3", hint="x")\ndef test_a(student):\n    student.f(1)[0]\n')
    assert result.words == "What `f` gave back (of type float) is not of the kind that the task asks for."


def test_an_array_that_should_be_a_number_does_not_pass():
    (result,) = results(Returned(np.array([77.25, 77.25])))
    assert not result.passed


@pytest.mark.parametrize("answer", [Failure("NotImplementedError", ""), Missing(), OutOfTime("took more than 1 s")])
def test_a_test_that_expects_an_error_is_not_passed_by_an_answer_that_is_missing(answer):
    tests = '@points(1, topic="T3", hint="x")\ndef test_a(student):\n'
    tests += "    with pytest.raises(StudentError):\n        student.f(-1)\n"
    assert results(Failure("ValueError", "no"), tests)[0].passed
    assert not results(answer, tests)[0].passed


def test_the_first_paragraph_of_a_docstring_says_what_is_examined():
    tests = '@points(1, topic="T3", hint="x")\ndef test_a(student):\n'
    tests += '    """The rate\n    falls.\n\n    For the instructor."""\n'
    assert results(Returned(0), tests)[0].examines == "The rate falls."


def test_a_parametrised_test_earns_its_points_once_and_only_whole():
    tests = (
        '@points(3, topic="T3", hint="x")\n@pytest.mark.parametrize("n", [1, 2])\n'
        "def test_a(student, n):\n    assert student.f(n) <= n\n"
    )
    assert [(result.passed, result.points.n) for result in results(Returned(1), tests)] == [(True, 3)]
    assert [(result.passed, result.points.n) for result in results(Returned(2), tests)] == [(False, 3)]


def test_a_skipped_test_earns_nothing():
    assert not results(Returned(0), '@points(1, topic="T3", hint="x")\ndef test_a(student):\n    pytest.skip("x")\n')[
        0
    ].passed


def test_a_function_that_always_loops_is_given_up():
    session = StandIn(OutOfTime("took more than 10 s"))
    tests = "".join(ONE.replace("halves", f"halves_{n}") for n in range(5))
    found = run(HEAD + tests, session, 1)
    assert session.calls == 2
    assert found[4].words == "`f` took too long 2 times before and was not called again."


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ("def test_a(student): ...\n", "test_a has no @points"),
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        ("1 +\n", "SyntaxError"),
        ("", "no hidden test"),
    ],
)
def test_hidden_tests_that_cannot_run_are_told_before_anything_is_graded(tests, words):
    with pytest.raises(BadHiddenTests, match=words):
        outline(HEAD + tests)


def test_no_conftest_or_setting_from_elsewhere_takes_part(tmp_path, monkeypatch):
    (tmp_path / "conftest.py").write_text("raise SystemExit('a stranger')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    assert results(Returned(77.25))[0].passed


def test_names_of_pythons_own_are_not_the_students():
    with pytest.raises(AttributeError):
        _ = Student(StandIn(Returned(1))).__wrapped__


@pytest.mark.parametrize(
    ("n", "topic", "hint"), [(0, "T3", "x"), (-1, "T3", "x"), (float("nan"), "T3", "x"), (1, "", "x"), (1, "T3", "")]
)
def test_a_marker_that_says_nothing_is_refused(n, topic, hint):
    with pytest.raises(ValueError, match="must"):
        points(n, topic=topic, hint=hint)
