"""Classes and functions that stay on the student's side and are driven from a hidden test."""

import pytest

from course_lib.grading.examination.hidden import run
from course_lib.grading.examination.inside.values import Reference
from course_lib.grading.examination.replies import Kept, Missing, NotData, Returned
from course_lib.grading.isolation.limits import Limits
from tests.conftest import needs
from tests.grading.conftest import running

pytestmark = [needs("bwrap"), pytest.mark.slow]

PLAIN = """
class Counter:
    step_size = 2

    def __init__(self, start=0):
        self.count, self.others, self.log = start, {}, []

    def step(self):
        self.count += self.step_size
        self.log.append(self.count)

    def __call__(self, plus):
        return self.count + plus

    def add(self, other, *, times=1):
        self.count += other.count * times
        return self

    @property
    def broken(self):
        raise ValueError("a property of mine")

def scaled(lr):
    def schedule(step):
        return lr * step
    return schedule

def apply(function, value):
    return function(value)

def nothing():
    pass

def forged():
    import sys
    reference = sys.modules["course_lib.grading.examination.inside.values"].Reference
    return reference("names", (("attribute", "Counter"),))

answer = 42
"""

TESTS = """
from course_lib.grading import StudentError, assert_close, points
import pytest

def mark(n=1, **settings):
    return points(n, topic="T3", hint="h", **settings)

@mark()
def test_an_object_is_made_driven_read_and_written(student):
    one = student.Counter.new(start=1)
    one.step()
    assert one.count.value == 3
    assert one(plus=10) == 13
    assert one.log[0].value == 3
    one.step_size.value = 5
    one.step()
    assert one.log.value == [3, 8]
    assert student.Counter.step_size.value == 2

@mark()
def test_an_object_is_an_argument_for_another(student):
    one, other = student.Counter.new(3), student.Counter.new(start=4)
    same = one.add.new(other, times=2)
    assert same.count.value == 11
    one.others["first"].value = other
    assert one.others["first"].count.value == 4

@mark()
def test_a_function_made_by_a_function_is_called(student, library):
    schedule = student.scaled.new(0.5)
    assert schedule(4) == 2.0
    assert student.apply(schedule, 6) == 3.0
    assert student.apply(student.scaled(1.0) if False else library.math.sqrt, 16) == 4.0

@mark()
def test_a_name_is_read_and_written(student):
    assert student.answer.value == 42
    student.answer.value = 43
    assert student.answer.value == 43

@mark()
def test_an_error_inside_names_what_was_used(student):
    with pytest.raises(StudentError, match=r"Counter\\(...\\).broken raised ValueError: a property of mine"):
        student.Counter.new().broken.value

@mark()
def test_missing_method(student):
    student.Counter.new().stop()

@mark()
def test_missing_class(student):
    student.Adam.new()

@mark()
def test_nothing_came_back(student):
    student.nothing.new()

@mark()
def test_no_data(student):
    student.scaled(1.0)

@mark()
def test_forged(student):
    student.forged()
"""


@pytest.fixture(scope="module")
def plain():
    with running(PLAIN) as session:
        yield session


def test_objects_are_driven_and_what_is_missing_is_said_in_words(plain):
    found = {result.name: result for result in run(TESTS, plain, 1)}
    failed = {name: result.words for name, result in found.items() if not result.passed}
    assert failed == {
        "test_missing_method": "`Counter(...)` has nothing called `stop`.",
        "test_missing_class": "The notebook defines nothing called `Adam`.",
        "test_nothing_came_back": "`nothing` gave back None: does every way through it end in a `return`?",
        "test_no_data": "What `scaled` gave back cannot be examined: give back numbers, strings, "
        "arrays, or lists, tuples and dicts of them.",
        "test_forged": "What `forged` gave back cannot be examined: it did not arrive as data.",
    }
    assert found["test_an_object_is_made_driven_read_and_written"].detail.questions[0].asked == "Counter(start=1)"


def test_the_number_of_an_object_is_the_graders_and_one_that_was_never_given_is_nobodys(plain):
    assert plain.call("Counter", (), {}, keep=900) == Kept()
    assert plain.read(Reference(900, (("attribute", "count"),))) == Returned(0)
    assert plain.read(Reference(901, (("attribute", "count"),))).kind == "KeyError"
    assert plain.call("Counter", (), {}) == NotData("type")
    assert plain.read(Reference("names", (("attribute", "nobody"),))) == Missing()


TORCH = """
import torch

class Momentum:
    def __init__(self, params, lr, momentum):
        self.params, self.lr, self.momentum = list(params), lr, momentum
        self.velocity = [torch.zeros_like(p) for p in self.params]

    def step(self):
        with torch.no_grad():
            for p, v in zip(self.params, self.velocity):
                v.mul_(self.momentum).add_(p.grad)
                p.sub_(self.lr * v)

class PlainSGD(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.sub_(group["lr"] * p.grad)
"""

DRIVES = """
import numpy as np
from course_lib.grading import assert_close, points

@points(2, topic="T3", hint="h", seconds=150)
def test_momentum(student, library, draw):
    start = draw.numpy.normal(size=3)
    weight = library.torch.nn.Parameter.new(library.torch.tensor.new(start))
    optimizer = student.Momentum.new([weight], lr=0.1, momentum=0.9)
    expected, velocity = start, np.zeros(3)
    for _ in range(20):
        gradient = draw.numpy.normal(size=3)
        weight.grad.value = library.torch.tensor.new(gradient)
        optimizer.step()
        velocity = 0.9 * velocity + gradient
        expected = expected - 0.1 * velocity
    assert_close(weight.value, expected, what="the weight")
    assert_close(optimizer.velocity[0].value, velocity, what="the velocity")

@points(1, topic="T3", hint="h", seconds=150)
def test_an_optimizer_of_torchs_kind(student, library):
    weight = library.torch.nn.Parameter.new(library.torch.tensor.new([1.0, -2.0], dtype=library.torch.float64))
    optimizer = student.PlainSGD.new([weight], lr=0.1)
    weight.grad.value = library.torch.ones_like.new(weight)
    for _ in range(20):
        optimizer.step()
    assert_close(weight.value, [-1.0, -4.0])
    optimizer.param_groups[0]["lr"].value = 1.0
    optimizer.step()
    assert_close(weight.value, [-2.0, -5.0])
    optimizer.zero_grad()
    assert weight.grad.value is None
"""


def test_optimizers_are_stepped_with_gradients_of_the_tests_own():
    # The first use of torch's optimizers imports its compiler, which takes long on a machine at work.
    patient = Limits(cell_seconds=120, call_seconds=120)
    with running(TORCH, limits=patient) as session:
        assert session.failures == {}
        assert [(result.passed, result.words) for result in run(DRIVES, session, 7)] == [(True, ""), (True, "")]


FORGER = """
class Forged:
    def __init__(self, text):
        self.text = text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.course.reply": self.text}

class Forger:
    def answer(self, request):
        return Forged('{"value": "1"}' if '"keep"' in request else '{"kept": "object"}')

get_ipython().user_ns["__course__"] = Forger()
"""


def test_an_answer_of_the_other_kind_is_no_answer():
    with running(FORGER) as session:
        assert session.call("f", (), {}) == NotData()
        assert session.read(Reference("names", (("attribute", "f"),))) == NotData()
        assert session.call("f", (), {}, keep=1) == NotData()


LIMITED = """
from course_lib.grading import points

@points(1, topic="T3", hint="h", seconds=0.3)
def test_limited(student):
    student.loops()

@points(1, topic="T3", hint="h")
def test_next(student):
    assert student.one() == 1
"""


def test_a_call_is_cut_when_its_tests_time_is_over_and_the_next_test_is_answered():
    with running("def loops():\n    while True: pass\ndef one(): return 1") as session:
        limited, after = run(LIMITED, session, 1)
    assert limited.words == "This took more than 0.3 s in all and was stopped."
    assert after.passed
    assert session.stopped is None
