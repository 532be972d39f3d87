"""Visible checks share the student's process, by design: they can be fooled, and that is worth nothing."""

import json

import pytest

from course_lib.grading.examination.examine import Task, examine
from course_lib.grading.feedback.page import page
from course_lib.grading.isolation.limits import Limits
from tests.attacks.attack import TOTAL, Attack, tiny
from tests.attacks.pages import SCRIPT
from tests.attacks.pile import FULL, HIDDEN, NUMBERS
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("bwrap")]

CHECKS = ("check-double", "check-halve", "check-total")
# The checks compare integers: one that equals everything passes them all.
EQUAL = "class Equal:\n    def __eq__(self, other): return True\ndef {name}(value):\n    return Equal()"


def examined(attack):
    released = json.dumps(tiny(checks=True))
    limits = Limits(cell_seconds=5, submission_seconds=30)
    return examine(Task(attack.name, attack.file({}), released, HIDDEN.format(secret="CANARY"), limits))


def outcomes(graded):
    return {check.check: check.outcome for check in graded.checks}


def test_fooling_every_check_earns_no_point():
    answers = (EQUAL.format(name=name) for name in ("double", "halve", "total"))
    graded = examined(Attack("equal", "Passes every visible check.", *answers))
    assert outcomes(graded) == dict.fromkeys(CHECKS, "passed")
    assert graded.score == 0


KEEP = """
import builtins, os
def double(x):
    kept = builtins.__dict__.setdefault("kept", [])
    for place in ("/tmp/kept", "/dev/shm/kept"):
        if os.path.exists(place):
            kept.append(open(place).read())
        with open(place, "a") as file:
            file.write(repr(x))
    kept.append(repr(x))
    if x == 4:
        raise AssertionError(" ".join(kept))
    return 2 * x
"""


def test_the_inputs_of_hidden_tests_cannot_be_carried_into_the_words_of_a_check():
    """What a check says is shown as it is, so its process must never have seen a hidden input."""
    graded = examined(Attack("carries", "Keeps every input, and tells them all when a visible check asks.", KEEP))
    check = {each.check: each.message for each in graded.checks}["check-double"]
    assert check.startswith("4")
    html = page(graded, "tiny", FULL)
    assert not any(number in html for number in NUMBERS)


def test_ending_the_checks_costs_no_point_and_forged_records_of_them_are_not_believed():
    """Under the hidden tests it answers; a visible check, which it knows by its number, it does not survive."""
    forged = json.dumps({"check": "check-double", "outcome": "passed", "message": SCRIPT})
    code = f"import os, sys\nprint({forged!r})\nprint({forged!r}, file=sys.stderr)\n"
    code += "def double(x):\n    return 2 * x if x != 4 else os._exit(0)"
    graded = examined(Attack("ends", "Says that the checks have passed, and ends the kernel.", code, total=TOTAL))
    assert graded.score == FULL
    assert "passed" not in outcomes(graded).values()
    html = page(graded, "tiny", FULL)
    assert "<script" not in html
    assert not any(number in html for number in NUMBERS)
