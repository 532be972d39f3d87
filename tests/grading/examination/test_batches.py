"""Many calls in one question: each is answered by itself, and of a hostile reply nothing is believed."""

import json

import numpy as np
import pytest

from course_lib.grading.examination.channel import OutOfTime
from course_lib.grading.examination.comparing import assert_close, assert_same
from course_lib.grading.examination.hidden import run
from course_lib.grading.examination.inside.values import NAMES, Reference
from course_lib.grading.examination.outcomes import NotAnswered, NotComparable, StudentError, TookTooLong
from course_lib.grading.examination.replies import Failure, Missing, NotData, Returned
from course_lib.grading.examination.session import Session
from course_lib.grading.examination.student import Student
from course_lib.grading.isolation.limits import Limits
from tests.conftest import needs
from tests.grading.conftest import running

HEAD = "import pytest\nfrom course_lib.grading import StudentError, assert_close, points\n\n"
HEAD += '@points(2, topic="T3", hint="x")\ndef test_a(student, part):\n'


class StandIn:
    """A session that answers the calls of a batch in turn, and knows how often it was asked."""

    def __init__(self, *answers):
        self.answers, self.batches = answers, []

    def map(self, target, calls, *, seconds=None):
        self.batches.append((target.path[0][1], calls))
        if isinstance(self.answers[0], Exception):
            raise self.answers[0]
        return list(self.answers)


def found(body, *answers):
    (result,) = run(HEAD + body, StandIn(*answers), 1)
    return result


def test_many_calls_are_one_question_and_their_values_a_list():
    session = StandIn(Returned(1.0), Returned(np.array([2.0])), Returned("x"))
    values = Student(session).f.map([(0,), {"step": 1}, ()], lr=0.5)
    assert type(values) is list
    assert (values[0], values[1].tolist(), values[2]) == (1.0, [2.0], "x")
    assert session.batches == [("f", [((0,), {"lr": 0.5}), ((), {"lr": 0.5, "step": 1}), ((), {"lr": 0.5})])]


def test_a_call_that_gave_no_value_raises_where_it_is_looked_at_and_no_other_does():
    session = StandIn(Returned(1.0), Failure("ValueError", "no"), Missing(), NotData("type"), Returned(5.0))
    values = Student(session).f.map([(n,) for n in range(5)])
    assert (len(values), values[0], values[-1], values[::4]) == (5, 1.0, 5.0, [1.0, 5.0])
    for place, kind in ((1, StudentError), (2, NotAnswered), (3, NotComparable)):
        with pytest.raises(kind):
            values[place]
    for compare in (assert_close, assert_same):
        with pytest.raises(StudentError):
            compare(values, [1.0] * 5)
    with pytest.raises(StudentError):
        _first, *_others = values


@pytest.mark.parametrize(
    ("calls", "kind", "words"),
    [([], ValueError, "at least one"), ([(1,), 2], TypeError, "tuples.*not 2"), (["ab"], TypeError, "not 'ab'")],
)
def test_calls_that_are_none_are_refused_before_anything_is_asked(calls, kind, words):
    session = StandIn(Returned(1))
    with pytest.raises(kind, match=words):
        Student(session).f.map(calls)
    assert session.batches == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Returned(3.0), "The answer is wrong by one and the same factor everywhere."),
        (Returned(None), "The answer is None at least once: does every way through the function end in a `return`?"),
        (Failure("ValueError", "bad"), "`f` stopped with an error."),
        (Failure("NotImplementedError", ""), "`f` is not answered yet."),
        (Missing(), "The notebook defines nothing called `f`."),
        (NotData(), "What `f` gave back cannot be examined: it did not arrive as data."),
        (OutOfTime("took more than 5 s"), "`f` took more than 5 s and was stopped."),
    ],
)
def test_what_went_wrong_is_said_as_it_is_of_a_single_call(answer, words):
    body = "    assert_close({}, [1.0, 2.0, 4.0])\n"
    answers = [Returned(2.0), Returned(4.0), Returned(8.0)] if answer == Returned(3.0) else [answer] * 3
    assert found(body.format("student.f.map([(0,), (1,), (2,)])"), *answers).words == words


def test_a_part_is_judged_by_the_calls_that_it_looks_at():
    body = '    start, end = (lambda each: (each[:1], each))(student.f.map([(0,), (1,)]))\n    with part(1, "start"):\n'
    body += '        assert_close(start, [1.0])\n    with part(1, "end"):\n        assert_close(end[1], 2.0)\n'
    result = found(body, Returned(1.0), Failure("ValueError", "no"))
    assert (result.earned, result.words) == (1, "Right: start. Not yet right: end: `f` stopped with an error.")


def test_a_value_that_is_none_is_named_when_the_test_trips_over_another():
    result = found("    student.f.map([(0,), (1,)])[0] + 1\n", Returned(None), Returned(1.0))
    assert result.words == "`f` gave back None: does every way through it end in a `return`?"


@pytest.mark.parametrize(("failing", "shown"), [(None, [0, 1, 2]), (4, [4, 5, 6]), (19, [19])])
def test_the_instructor_sees_some_calls_of_a_batch_those_that_failed_among_them(failing, shown):
    answers = [Failure("ValueError", "no") if n == failing else Returned(float(n)) for n in range(20)]
    questions = found("    list(student.f.map([(n,) for n in range(20)]))\n", *answers).detail.questions
    assert [each.asked for each in questions] == [
        *(f"f({n})" for n in shown),
        f"f, {20 - len(shown)} more calls of the same batch",
    ]
    assert questions[0].gave == ("0.0" if failing is None else "StudentError: f raised ValueError: no")


def test_batches_that_always_take_too_long_are_given_up():
    session = StandIn(OutOfTime("took more than 5 s"))
    student = Student(session)
    for _ in range(4):
        with pytest.raises(TookTooLong):
            student.f.map([(1,)])
    assert len(session.batches) == 2


class Channel:
    """A kernel that replies what it likes."""

    def __init__(self, text):
        self._text = text

    def ask(self, code, expressions, seconds):
        return {"user_expressions": {"reply": {"data": {"application/vnd.course.reply": self._text}}}}


VALUE = {"value": "1.0"}
UNINTELLIGIBLE = Failure("Exception", "the kernel gave no intelligible answer")


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "null",
        "[" * 100_000,
        '{"answers": ' + "[[]," * 4_000_000 + "[]]}",
        json.dumps([VALUE, VALUE]),
        json.dumps(VALUE),
        json.dumps({"answers": []}),
        json.dumps({"answers": [VALUE]}),
        json.dumps({"answers": [VALUE] * 3}),
        json.dumps({"answers": {"0": VALUE, "1": VALUE}}),
        json.dumps({"answers": "ab"}),
    ],
    ids=lambda reply: reply[:40],
)
def test_a_reply_that_is_no_answer_to_each_call_is_an_answer_to_none(reply):
    session = Session(Channel(reply), Limits())
    student = Student(session)
    values = student.f.map([(0,), (1,)])
    for place in range(2):
        with pytest.raises(StudentError, match="no intelligible answer"):
            values[place]


@pytest.mark.parametrize(
    ("lie", "taken_for"),
    [
        ({"answers": [VALUE, VALUE]}, UNINTELLIGIBLE),
        ([VALUE], UNINTELLIGIBLE),
        ("1.0", UNINTELLIGIBLE),
        (None, UNINTELLIGIBLE),
        ({"value": 1.0}, UNINTELLIGIBLE),
        ({"value": {"value": "1.0"}}, UNINTELLIGIBLE),
        ({"value": "1e999"}, NotData()),
        ({"value": "NaN"}, NotData()),
        ({"value": json.dumps({"kind": "reference", "root": "names", "path": []})}, NotData()),
        ({"kept": "object"}, NotData()),
        ({"refused": "a reason of my own"}, UNINTELLIGIBLE),
        ({"error": {"type": 1, "message": [], "frames": {}}}, UNINTELLIGIBLE),
        ({"passed": True, "score": 100}, UNINTELLIGIBLE),
    ],
    ids=str,
)
def test_a_lie_among_the_answers_is_that_ones_alone(lie, taken_for):
    session = Session(Channel(json.dumps({"answers": [VALUE, lie]})), Limits())
    assert session.map(Reference(NAMES, (("attribute", "f"),)), [((), {}), ((), {})]) == [Returned(1.0), taken_for]


FUNCTIONS = """
import numpy as np

calls = []

class Unspeakable(Exception):
    def __str__(self):
        raise ValueError

def f(x, plus=0):
    calls.append(x)
    if x == "raise":
        raise ValueError("as told")
    if x == "unspeakable":
        raise Unspeakable
    if x == "leave":
        raise SystemExit
    if x == "function":
        return f
    if x == "large":
        return np.zeros(1_500_000)
    if x == "swallow":
        try:
            while True:
                pass
        except KeyboardInterrupt:
            return 0
    return x + plus

def count():
    return len(calls)

def add(one, other):
    return one.x + other

class Point:
    def __init__(self, x):
        self.x = x
"""


@pytest.fixture(scope="module")
def student():
    with running(FUNCTIONS, limits=Limits(call_seconds=30)) as session:
        yield Student(session)


@needs("bwrap")
@pytest.mark.slow
def test_what_one_call_does_is_nothing_to_the_others(student):
    values = student.f.map([(1,), ("raise",), ("unspeakable",), ("leave",), ("function",), {"x": 5, "plus": 7}])
    assert (values[0], values[5]) == (1, 12)
    with pytest.raises(StudentError, match="f raised ValueError: as told"):
        values[1]
    with pytest.raises(StudentError, match=r"f raised Unspeakable: $"):
        values[2]
    with pytest.raises(StudentError, match="SystemExit"):
        values[3]
    with pytest.raises(NotComparable):
        values[4]


@needs("bwrap")
@pytest.mark.slow
def test_objects_that_stay_there_are_arguments_of_a_batch_too(student):
    points = [student.Point.new(n) for n in range(3)]
    assert student.add.map([(point, 10) for point in points]) == [10, 11, 12]
    with pytest.raises(NotAnswered, match="has nothing called `nothing`"):
        points[0].nothing.map([()])[0]


@needs("bwrap")
@pytest.mark.slow
def test_all_values_of_a_batch_together_are_as_large_as_one_may_be(student):
    values = student.f.map([(0,), ("large",), ("large",), ("large",)])
    assert values[1].shape == (1_500_000,)
    with pytest.raises(NotComparable, match="too large"):
        values[3]


@needs("bwrap")
@pytest.mark.slow
def test_a_batch_has_one_calls_time_and_ends_with_it_though_the_interrupt_is_swallowed():
    with running(FUNCTIONS, limits=Limits(call_seconds=1)) as session:
        student = Student(session)
        with pytest.raises(TookTooLong, match="more than 1 s"):
            student.f.map([("swallow",)] * 50)
        assert student.count() == 1
        assert student.f(2) == 2
