"""What of a verdict is not as it should be."""

from dataclasses import replace

import pytest
from rich.console import Console

from course_lib.assignments.answers import AnswerOnFile
from course_lib.grading.examination.hidden import Listed
from course_lib.grading.examination.marker import Points
from course_lib.grading.verify.allowed import Allowed
from course_lib.grading.verify.mutants import Mutant
from course_lib.grading.verify.report import report
from course_lib.grading.verify.trial import Outcome
from course_lib.grading.verify.verdict import Verdict

WRONG = AnswerOnFile("off_by_one", False, "", ("test_a",), {})
RIGHT = AnswerOnFile("in_a_loop", True, "", (), {})
MUTANT = Mutant("cell", "return a + b", "return a - b", "")
STALE = Allowed("cell", "return a", "return b", "why")

CAUGHT = Outcome({"test_a": "wrong"})
OTHERS = (*((replace(WRONG, name=f"wrong_{n}"), CAUGHT) for n in range(9)),)
OTHERS += (*((replace(RIGHT, name=f"right_{n}"), Outcome({})) for n in range(2)),)

GOOD = Verdict(
    tests=(Listed("test_a", "", Points(2, "T1", "hint")),),
    release=Outcome({"test_a": "not answered"}, refused=("check-cell",)),
    solution=Outcome({}),
    answers=((WRONG, CAUGHT), (RIGHT, Outcome({})), *OTHERS),
    tried=3,
    made=3,
)
ANOTHER = (*GOOD.tests, Listed("test_b", "", Points(1, "T1", "hint")))


def test_an_assignment_that_holds_together_has_no_problem():
    assert GOOD.problems == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"release": Outcome({})}, "the released notebook earns test_a"),
        ({"solution": Outcome({"test_a": "Too low."})}, "the solution fails test_a: Too low."),
        (
            {"solution": Outcome({"test_a": "Too low."}, errors={"test_a": "hidden_tests.py, line 7: NameError: x"})},
            "the solution fails test_a: Too low. (hidden_tests.py, line 7: NameError: x)",
        ),
        ({"answers": GOOD.answers[1:]}, "answers/wrong has 9 of at least 10 answers"),
        ({"answers": GOOD.answers[:-1]}, "answers/right has 2 of at least 3 answers"),
        ({"solution": Outcome({}, refused=("check-cell",))}, "the solution does not satisfy check-cell"),
        (
            {"answers": (*GOOD.answers[:1], (RIGHT, Outcome({"test_a": "Too low."})))},
            "the right answer in_a_loop fails test_a: Too low.",
        ),
        (
            {"answers": (*GOOD.answers[:1], (RIGHT, Outcome({}, refused=("check-cell",))))},
            "the right answer in_a_loop does not satisfy check-cell",
        ),
        ({"answers": ((WRONG, Outcome({})),)}, "off_by_one is not caught by test_a"),
        ({"answers": ((WRONG, Outcome({})),)}, "no wrong answer fails test_a"),
        (
            {
                "tests": ANOTHER,
                "release": Outcome({"test_a": "", "test_b": ""}),
                "answers": ((WRONG, Outcome({"test_a": "", "test_b": ""})),),
            },
            "off_by_one is also caught by test_b, which it does not name",
        ),
        (
            {"answers": (*GOOD.answers, (replace(WRONG, caught_by=("test_z",)), Outcome({})))},
            "off_by_one names test_z, which is no hidden test",
        ),
        (
            {"answers": ((WRONG, Outcome({"test_a": "wrong"}, wavering=("test_a",))),)},
            "off_by_one is caught by test_a with some random inputs and not with others",
        ),
        (
            {"release": Outcome({"test_a": "not answered"}, wavering=("test_a",))},
            "the released notebook earns test_a",
        ),
        ({"survivors": (MUTANT,)}, "a mutant of cell survives: return a + b -> return a - b"),
        ({"stale": (STALE,)}, "mutants.yml: no such mutant of cell survives: return a -> return b"),
    ],
)
def test_what_is_wrong_is_said(changed, problem):
    assert problem in replace(GOOD, **changed).problems


def test_the_report_shows_a_survivor_as_a_difference_and_counts_the_problems(capsys):
    Console(width=80).print(report(replace(GOOD, survivors=(MUTANT,), allowed=((MUTANT, STALE),))))
    printed = "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())
    assert "  - return a + b\n  + return a - b" in printed
    assert "3 of 3 mutants tried: 1 noticed, 1 allowed for a stated reason, 1 survive" in printed
    assert printed.endswith("1 problem")


def test_the_points_of_each_topic_are_listed_in_the_order_of_the_topics():
    tests = [Listed(f"test_{n}", "", Points(n, topic, "hint")) for n, topic in enumerate(("T10", "T2", "T10"), start=1)]
    verdict = replace(GOOD, tests=tuple(tests))
    assert verdict.points_by_topic == {"T2": 2, "T10": 4}
    console = Console(width=200)
    with console.capture() as capture:
        console.print(report(verdict))
    assert "3 hidden tests, 6 points: T2 2, T10 4" in capture.get()
