"""Hidden tests: what they earn, and the words for what they found. The student is a stand-in, without a sandbox."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from course_lib.grading.examination import collecting
from course_lib.grading.examination.channel import KernelGone, OutOfTime
from course_lib.grading.examination.hidden import BadHiddenTests, outline, run
from course_lib.grading.examination.marker import points
from course_lib.grading.examination.replies import Failure, Frame, Missing, NotData, Returned
from course_lib.grading.examination.results import redacted
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
        ("import nothing_of_that_name\n", "^hidden_tests.py, line 4: ModuleNotFoundError: .*'nothing_of_that_name'$"),
        ("1 +\n", "^hidden_tests.py, line 4: SyntaxError: invalid syntax$"),
        ("\n@points(0, topic='T3', hint='x')\ndef test_a(): ...\n", "^hidden_tests.py, line 5: ValueError: n must be"),
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
    ("n", "topic", "hint", "words"),
    [
        (0, "T3", "x", "n must be above 0"),
        (-1, "T3", "x", "n must be above 0"),
        (float("nan"), "T3", "x", "n must be above 0"),
        (1, "", "x", "topic must be one of T1 to T18, not ''"),
        (1, "T0", "x", "topic must be"),
        (1, "T19", "x", "topic must be"),
        (1, "t3", "x", "topic must be"),
        (1, "T03", "x", "topic must be"),
        (1, "T3", "", "hint must say something"),
    ],
)
def test_a_marker_that_says_nothing_is_refused(n, topic, hint, words):
    with pytest.raises(ValueError, match=words):
        points(n, topic=topic, hint=hint)


def test_a_prohibited_argument_of_the_marker_is_refused():
    with pytest.raises(ValueError, match="seconds must be above 0"):
        points(1, topic="T3", hint="x", seconds=0)
    with pytest.raises(ValueError, match="after must be a tuple"):
        points(1, topic="T3", hint="x", after="test_a")
    with pytest.raises(ValueError, match="finite"):
        points(float("inf"), topic="T3", hint="x")


IN_PARTS = """
@points(3, topic="T3", hint="x")
def test_a(student, part):
    with part(1, "the start"):
        assert student.f(0) == 0
    with part(0.5, "the boundary"):
        assert student.f(1) == 77.25
    with part(1.5, "the end"):
        assert_that(student.f(2) > 1, "the rate is too low")
"""
HEAD_OF_PARTS = "from course_lib.grading import assert_that\n"


def test_each_part_is_judged_by_itself_and_earns_its_own_points():
    (result,) = results(lambda x: Returned(0.0) if x < 2 else Failure("ValueError", "no"), HEAD_OF_PARTS + IN_PARTS)
    assert (result.passed, result.earned) == (False, 1)
    assert [(part.what, part.passed, part.n) for part in result.parts] == [
        ("the start", True, 1),
        ("the boundary", False, 0.5),
        ("the end", False, 1.5),
    ]
    assert result.words == (
        "Right: the start. Not yet right: the boundary: The answer is not what the task asks for. "
        "the end: `f` stopped with an error."
    )
    assert result.parts[2].finding.failure.kind == "ValueError"


def test_a_test_whose_parts_all_pass_has_passed():
    (result,) = results(lambda x: Returned([0, 77.25, 2.0][x]), HEAD_OF_PARTS + IN_PARTS)
    assert (result.passed, result.earned, result.words) == (True, 3, "")


def test_parts_that_passed_keep_their_points_when_the_test_ends_outside_them():
    tests = '@points(3, topic="T3", hint="x")\ndef test_a(student, part):\n    with part(1, "the start"):\n'
    tests += '        student.f(0)\n    student.f(1)\n    with part(2, "the end"):\n        pass\n'
    (result,) = results(lambda x: Returned(0) if x == 0 else Missing(), tests)
    assert (result.passed, result.earned) == (False, 1)
    assert [(part.n, part.what, part.passed) for part in result.parts] == [
        (1, "the start", True),
        (2, "the rest", False),
    ]


@pytest.mark.parametrize("cases", [[1, 2], [2, 1]])
def test_a_part_of_a_parametrised_test_passes_when_it_does_in_every_case(cases):
    tests = f'@points(2, topic="T3", hint="x")\n@pytest.mark.parametrize("n", {cases})\ndef test_a(student, part, n):\n'
    tests += (
        '    with part(1, "low"):\n        assert student.f(n) < 2\n    with part(1, "whole"):\n        student.f(n)\n'
    )
    (result,) = results(lambda n: Returned(n), tests)
    assert [(part.what, part.passed) for part in result.parts] == [("low", False), ("whole", True)]
    assert result.earned == 1


@pytest.mark.parametrize(
    "body",
    [
        '    with part(1, "a"):\n        student.f(0)\n',  # of 3 points
        '    with part(3, ""):\n        student.f(0)\n',
        '    with part(-3, "a"):\n        student.f(0)\n',
        '    with part(1, "a"):\n        student.f(0)\n    with part(2, "a"):\n        student.f(0)\n',
        '    with part(1, "a"):\n        with part(2, "b"):\n            student.f(0)\n',
    ],
)
def test_parts_that_make_no_sense_are_the_instructors_mistake(body):
    with pytest.raises(BadHiddenTests, match="part"):
        results(Returned(0), f'@points(3, topic="T3", hint="x")\ndef test_a(student, part):\n{body}')


def test_a_test_that_fails_before_it_asks_anything_is_the_instructors_mistake():
    with pytest.raises(BadHiddenTests, match=r"^test_a: .*: hidden_tests.py, line 6: NameError: name 'misspelt'"):
        results(Returned(0), '@points(3, topic="T3", hint="x")\ndef test_a(student):\n    student.f(misspelt)\n')


def test_a_fixture_that_is_not_there_is_named_beside_those_that_are():
    with pytest.raises(BadHiddenTests, match=r"^test_a: there is no fixture 'studnet'; there are student, library"):
        results(Returned(0), '@points(3, topic="T3", hint="x")\ndef test_a(studnet):\n    studnet.f()\n')


def test_an_error_of_the_test_itself_after_its_first_question_is_told_to_the_instructor_with_its_line():
    tests = '@points(1, topic="T3", hint="x")\ndef test_a(student):\n    value = student.f(0)\n    value + misspelt\n'
    (result,) = results(Returned(0.0), tests)
    assert result.detail.raw == "hidden_tests.py, line 7: NameError: name 'misspelt' is not defined"
    assert "misspelt" not in repr(replace(result, detail=None))


BUILT = """
@points(1, topic="T3", hint="x", after=("test_b",))
def test_c(student):
    student.h()
@points(1, topic="T3", hint="x", after=("test_a",))
def test_b(student):
    student.g()
@points(1, topic="T3", hint="x")
def test_a(student):
    "The start."
    assert student.f() == 1
"""


def test_a_test_that_builds_on_one_that_failed_is_not_run_and_says_why():
    session = StandIn(Failure("NotImplementedError", ""))
    third, second, first = run(HEAD + BUILT, session, 1)
    assert session.calls == 1
    assert (first.reached, second.reached, third.reached) == (True, False, False)
    words = "This was not reached: it builds on “The start.”, which did not pass. `f` is not answered yet."
    assert (second.words, third.words) == (words, words)
    assert second.earned == 0


def test_a_test_that_builds_on_one_that_passed_is_run_after_it_wherever_it_stands():
    session = StandIn(Returned(1))
    assert all(result.passed for result in run(HEAD + BUILT, session, 1))
    assert [target.path[0][1] for target, *_ in session.asked] == ["f", "g", "h"]


@pytest.mark.parametrize(
    ("after", "words"), [("test_nothing", "'test_nothing', which is no hidden test"), ("test_c", "in a circle")]
)
def test_what_a_test_builds_on_must_be_there_and_not_itself(after, words):
    with pytest.raises(BadHiddenTests, match=words):
        outline(HEAD + BUILT.replace('"test_a",', f'"{after}",'))


DRAWN = """
@points(1, topic="T3", hint="x")
def test_{name}(student, draw):
    student.f({name!r}, draw.random(), draw.numpy.normal())
"""


def asked(seed, *names):
    session = StandIn(Returned(1))
    run(HEAD + "".join(DRAWN.format(name=name) for name in names), session, seed)
    return {args[0]: args[1:] for _, args, *_ in session.asked}


def test_random_inputs_depend_on_the_seed_and_the_tests_own_name_alone():
    both = asked(1, "a", "b")
    assert asked(1, "b", "c", "a")["a"] == both["a"] != both["b"]
    assert asked(2, "a")["a"] != both["a"]


def test_a_call_gets_what_is_left_of_the_tests_time_and_the_next_test_goes_on():
    tests = '@points(1, topic="T3", hint="x", seconds=0.05)\ndef test_slow(student):\n    while True:\n'
    tests += "        student.f()\n" + ONE
    session = StandIn(lambda *_: Returned(77.25))
    slow, after = run(HEAD + tests, session, 1)
    assert slow.words == "This took more than 0.05 s in all and was stopped."
    assert 0 < session.asked[0][3] <= 0.05
    assert after.passed


def test_a_test_that_never_asks_again_is_stopped_too(monkeypatch):
    monkeypatch.setattr(collecting, "_GRACE", 0.0)
    tests = '@points(1, topic="T3", hint="x", seconds=0.1)\ndef test_slow(student):\n    student.f()\n    while True:\n'
    tests += "        try:\n            pass\n        except Exception:\n            pass\n"
    slow, after = results(Returned(77.25), tests + ONE)
    assert slow.words == "This took too long in all and was stopped."
    assert after.passed


def test_only_the_detail_holds_what_was_asked_and_expected():
    tests = HEAD_OF_COMPARED + '@points(1, topic="T3", hint="x")\ndef test_a(student):\n'
    tests += f"    assert_close([student.f({SECRET}, k=3)] * 3, [77.25, 78.25, 79.25], what='the rate')\n"
    (result,) = results(Returned(5.0), tests)
    assert result.words == "The rate is the same everywhere, where it should vary."
    assert result.detail.expected == "[77.25, 78.25, 79.25]"
    assert result.detail.actual == "[5.0, 5.0, 5.0]"
    assert [(each.asked, each.gave) for each in result.detail.questions] == [(f"f({SECRET}, k=3)", "5.0")]
    assert "77.25" not in repr(replace(result, detail=None))


HEAD_OF_COMPARED = "from course_lib.grading import assert_close\n"


@pytest.mark.parametrize("show", [True, False])
def test_an_error_message_is_shown_whole_where_the_test_allows_it(show):
    tests = f'@points(1, topic="T3", hint="x", show={show})\ndef test_a(student):\n    student.f({SECRET})\n'
    (result,) = [redacted(each, "") for each in results(Failure("ValueError", SECRET), tests)]
    assert (SECRET in result.failure.message) is show
    assert SECRET in result.detail.failure.message


def test_an_error_that_was_asked_for_and_did_not_come_is_said_in_words():
    tests = '@points(1, topic="T3", hint="x")\ndef test_a(student):\n'
    tests += "    with pytest.raises(StudentError):\n        student.f(-1)\n"
    assert results(Returned(1.0), tests)[0].words == "`f` gave back a value where it should stop with an error."


@pytest.mark.parametrize(
    "use", ["bool(student.f)", "student.f == 1", "list(student.f)", "hash(student.f)", "student.f + 1"]
)
def test_what_is_on_the_students_side_is_not_taken_for_its_value(use):
    student = Student(StandIn(Returned(1)))
    with pytest.raises(TypeError):
        eval(use, {"student": student})


def test_the_key_of_an_item_is_for_the_instructor_alone():
    tests = '@points(1, topic="T3", hint="x")\ndef test_a(student):\n    student.table["secret"][3].f(0)\n'
    (result,) = results(Failure("ValueError", ""), tests)
    assert result.words == "`table[...][...].f` stopped with an error."
    assert result.detail.questions[0].asked == "table['secret'][3].f(0)"


def test_an_error_in_a_part_is_redacted_too():
    tests = '@points(1, topic="T3", hint="x")\ndef test_a(student, part):\n    with part(1, "a"):\n'
    tests += f"        student.f({SECRET})\n"
    (result,) = [redacted(each, "") for each in results(Failure("ValueError", SECRET), tests)]
    finding = result.parts[0].finding
    assert SECRET not in repr(replace(finding, detail=None))
    assert SECRET in finding.detail.failure.message


MANY = """
@points(1, topic="T3", hint="x")
def test_a(student):
    student.f("a")
@points(2, topic="T3", hint="x")
def test_b(student, part):
    with part(1, "one"):
        assert student.f("b") == "a"
    with part(1, "other"):
        student.f("b again")
@points(1, topic="T3", hint="x")
def test_c(student):
    student.f("c")
"""


def test_a_run_may_end_at_the_first_test_that_takes_points_off():
    session = StandIn(lambda x: Returned(x))
    found = run(HEAD + MANY, session, 1, until_failure=True)
    assert [(result.name, result.passed) for result in found] == [("test_a", True), ("test_b", False)]
    assert [args[0] for _, args, *_ in session.asked] == ["a", "b", "b again"]


def test_a_run_in_which_all_tests_pass_has_all_of_them():
    found = run(HEAD + MANY, StandIn(Returned("a")), 1, until_failure=True)
    assert [result.passed for result in found] == [True, True, True]
