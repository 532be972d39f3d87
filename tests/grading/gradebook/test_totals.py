"""The total of a course."""

from datetime import UTC, datetime

import pytest

from course_lib.grading.gradebook.policies import Policies, Policy
from course_lib.grading.gradebook.standing import Standing, Student
from course_lib.grading.gradebook.totals import counted, totals

NOW, BEFORE, AFTER = (datetime(2026, 10, day, tzinfo=UTC) for day in (2, 1, 3))
ANN = Student("ann", on_roster=True)


def graded(name, score, max_score=10.0, **more):
    return Standing(ANN, name, "graded", score=score, max_score=max_score, attempt=1, **more)


def missing(name, due=None):
    return Standing(ANN, name, "missing: nothing was handed in", max_score=10.0, due=due)


@pytest.fixture
def total(monkeypatch):
    """Ann's total over these standings."""

    def run(*found, **policies):
        by_name = {each.assignment: [each] for each in found}
        monkeypatch.setattr("course_lib.grading.gradebook.totals.names", lambda connection: list(by_name))
        monkeypatch.setattr("course_lib.grading.gradebook.totals.standings", lambda _, name, policies: by_name[name])
        (one,) = totals(None, Policies(**policies), NOW)
        return one

    return run


def test_a_total_is_the_mean_of_score_over_points_by_weight(total):
    assert total(graded("a", 5), graded("b", 20, 20.0)).percent == pytest.approx(75)
    weights = {"a": Policy(weight=3), "b": Policy(weight=1), "c": Policy(weight=0)}
    found = total(graded("a", 5), graded("b", 10), graded("c", 0), assignments=weights)
    assert found.percent == pytest.approx(62.5)


def test_more_than_all_points_count_as_more(total):
    assert total(graded("a", 12)).percent == pytest.approx(120)


def test_what_is_missing_counts_0_when_it_is_due_and_the_policy_says_so(total):
    assert total(graded("a", 10), missing("b", due=BEFORE)).percent == 50
    assert total(graded("a", 10), missing("b", due=AFTER)).percent == 100
    assert total(graded("a", 10), missing("b", due=BEFORE), defaults=Policy(missing="leave-out")).percent == 100


def test_what_is_missing_and_has_no_due_time_does_not_count():
    assert counted(missing("a"), Policy(), NOW) is None


def test_the_worst_are_dropped_and_never_the_only_one(total):
    found = total(graded("a", 2), graded("b", 8), graded("c", 6), drop_lowest=1)
    assert (found.percent, found.dropped) == (pytest.approx(70), ("a",))
    assert total(graded("a", 2), drop_lowest=3).percent == pytest.approx(20)


def test_what_may_still_change_a_total_is_named(total):
    unreadable = Standing(ANN, "b", "unreadable: broken JSON", max_score=10.0, attempt=2)
    found = total(graded("a", 10), unreadable, graded("c", 10, unmarked=2))
    assert found.percent == 100
    assert found.waiting == ("b: unreadable", "c: graded")
    assert total(missing("a", due=AFTER)).percent is None


def test_a_submission_without_a_score_is_not_a_missing_one():
    assert counted(Standing(ANN, "b", "malformed: x", max_score=10.0, attempt=2), Policy(), NOW) is None
