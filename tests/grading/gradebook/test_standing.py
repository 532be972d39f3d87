"""Which attempt counts, and for how much."""

import pytest

from course_lib.grading.gradebook.policies import parse
from course_lib.grading.gradebook.roster import parse as parse_roster
from course_lib.grading.gradebook.roster import store
from course_lib.grading.gradebook.standing import standings
from course_lib.grading.gradebook.store import open_gradebook
from tests.grading.gradebook.fake import submission

LATE = "[defaults]\nlate_percent_per_day = 10\ncut_off_days = 3\n[assignments.tiny]\ndue = 2026-10-01T12:00:00Z\n"


def roster(course, text):
    return store(open_gradebook(course.book, create=True), parse_roster(text))


def standing(course, policies="", student="ann"):
    with open_gradebook(course.book).reading() as connection:
        found = standings(connection, "tiny", parse(policies))
    return next(each for each in found if each.student.id == student)


def handed_in_again(course, *works):
    for number, (when, earned) in enumerate(works):
        course.hand_in(when, ann=submission(earned, why=str(number)))
        course.grade()


@pytest.mark.parametrize(
    ("policies", "score", "number"),
    [
        ("", 3, 2),
        ("[defaults]\nattempts = 'best'", 3, 2),
        ("[defaults]\nattempts = 'last'", 2, 3),
        ("[defaults]\nattempts = 'last'\nattempt_limit = 1", 1, 1),
        ("[defaults]\nattempt_limit = 1", 1, 1),
    ],
)
def test_the_attempt_that_counts_is_the_policys(course, policies, score, number):
    handed_in_again(course, ("2026-10-01T10:00Z", 1), ("2026-10-01T11:00Z", 3), ("2026-10-01T12:00Z", 2))
    found = standing(course, policies)
    assert (found.score, found.number, found.attempts) == (score, number, 3)


def test_lateness_is_taken_off_and_a_policy_changed_later_holds_at_once(course):
    handed_in_again(course, ("2026-10-02T13:00Z", 3))
    assert standing(course).score == 3
    found = standing(course, LATE)
    assert (found.score, found.earned, found.word) == (pytest.approx(2.4), 3, "late")
    assert found.status == "late: handed in 1.0 days late, 80% of the score counts"


def test_the_best_attempt_is_the_one_that_is_best_after_lateness(course):
    handed_in_again(course, ("2026-10-01T11:00Z", 3), ("2026-10-03T13:00Z", 4))
    found = standing(course, LATE)
    assert (found.score, found.number, found.word) == (3, 1, "graded")


def test_an_attempt_after_the_cut_off_replaces_none_and_alone_counts_0(course):
    last = LATE.replace("[defaults]", "[defaults]\nattempts = 'last'")
    handed_in_again(course, ("2026-10-05T13:00Z", 4))
    assert (standing(course, last).score, standing(course, last).word) == (0, "late")
    handed_in_again(course, ("2026-10-01T11:00Z", 2))
    assert standing(course, last).score == 2


def test_an_extension_moves_what_is_due(course):
    handed_in_again(course, ("2026-10-02T13:00Z", 3))
    roster(course, "id,extension:tiny,extension:another\nann,1.5,\n")
    found = standing(course, LATE)
    assert (found.score, found.seconds_late, found.word) == (3, 0, "graded")
    assert found.due.isoformat() == "2026-10-03T00:00:00+00:00"


def test_who_is_on_the_roster_and_handed_in_nothing_is_missing_with_no_score(course):
    roster(course, "id,name\nann,Ann\nbob,Bob\n")
    course.hand_in(ann=submission(2), stranger=submission(1))
    report = course.grade()
    assert {each.student.id: (each.score, each.word) for each in report.standings} == {
        "ann": (2, "graded"),
        "bob": (None, "missing"),
        "stranger": (1, "graded"),
    }
    assert report.unmatched == ("stranger",)
    assert "bob,tiny,,4,missing: nothing was handed in" in report.scores.read_text()


def test_who_leaves_the_roster_keeps_their_results_and_is_not_missing(course):
    assert roster(course, "id\nann\nbob\ncem\n") == (3, 0)
    course.hand_in(ann=submission(2))
    course.grade()
    assert roster(course, "id\ndora\n") == (1, 3)
    with open_gradebook(course.book).reading() as connection:
        found = standings(connection, "tiny", parse(""))
    assert [(each.student.id, each.word) for each in found] == [("ann", "graded"), ("dora", "missing")]


def test_a_list_of_times_stands_before_the_files_times(course):
    course.hand_in("2026-10-09T00:00Z", ann=submission(2), bob=submission(2))
    (course.pile / "submissions.csv").write_text("student,submitted_at\nann,2026-10-01T13:59:00+02:00\n")
    course.grade()
    ann, bob = standing(course, LATE), standing(course, LATE, "bob")
    assert (ann.word, ann.time_from) == ("graded", "submissions.csv")
    assert (bob.word, bob.time_from) == ("late", "the file's time")
    (course.pile / "submissions.csv").write_text("student,submitted_at\nann,2026-10-01T14:01:00+02:00\n")
    course.grade()
    assert (standing(course, LATE).word, standing(course, LATE).attempts) == ("late", 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("student\nann\n", "it needs the columns"),
        ("student,submitted_at\nann,2026-10-01T13:59:00\n", "line 2: .* time zone"),
        ("student,submitted_at\nann,yesterday\n", "line 2: 'yesterday' is not a time"),
        ("student,submitted_at\nann,2026-10-01T13:59Z\nann,2026-10-01T13:59Z\n", "line 3: 'ann' has an earlier line"),
    ],
)
def test_a_list_of_times_that_cannot_be_read_is_named_by_its_line(course, text, words):
    (course.pile / "submissions.csv").write_text(text)
    with pytest.raises(ValueError, match=rf"submissions\.csv: {words}"):
        course.grade()


def test_canvas_mark_of_lateness_stands_before_the_time_of_the_download(course):
    course.hand_in("2026-12-01T00:00Z", doejane_12_1_tiny=submission(2), smithjohn_LATE_13_1_tiny=submission(2))
    course.grade()
    assert standing(course, LATE, "doejane_12").word == "graded"
    assert standing(course, "", "smithjohn_13").word == "late"


def test_a_copy_made_later_is_the_same_attempt_and_an_old_answer_again_is_a_new_one(course):
    handed_in_again(course, ("2026-10-01T10:00Z", 1))
    course.hand_in("2026-10-04T10:00Z", ann=submission(1, why="0"))
    course.grade()
    assert (standing(course).attempts, standing(course, LATE).seconds_late) == (1, 0)
    course.hand_in("2026-10-01T11:00Z", ann=submission(2))
    course.grade()
    course.hand_in("2026-10-01T11:30Z", ann=submission(1, why="0"))
    course.grade()
    last = standing(course, "[defaults]\nattempts = 'last'")
    assert (last.attempts, last.score) == (3, 1)


def test_what_was_refused_unread_costs_no_attempt(course):
    (course.pile / "ann.ipynb").symlink_to(course.folder)
    assert course.grade().standings[0].word == "unreadable"
    (course.pile / "ann.ipynb").unlink()
    handed_in_again(course, ("2026-10-01T10:00Z", 2))
    assert standing(course, "[defaults]\nattempt_limit = 1").score == 2


def test_a_file_that_cannot_be_opened_stops_no_other(course, monkeypatch):
    course.hand_in(ann=submission(), bob=submission())
    real = __import__("os").open

    def refuse(path, *rest, **options):
        if str(path).endswith("ann.ipynb"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **options)

    monkeypatch.setattr("os.open", refuse)
    assert [each.status for each in course.grade().standings] == [
        "unreadable: it cannot be opened: Permission denied",
        "graded",
    ]


def test_what_a_run_did_not_come_to_is_neither_missing_nor_failed(course, monkeypatch):
    course.hand_in(ann=submission())
    monkeypatch.setattr("course_lib.grading.pile.grading.examine_all", lambda tasks, jobs, tier: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        course.grade()
    assert (standing(course).score, standing(course).word) == (None, "ungraded")
