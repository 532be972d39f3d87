"""Written answers marked by hand: the sheet goes out, is filled in, and comes back whole or not at all."""

import csv
import io

import pytest
from sqlalchemy import select

from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.marks import BadMarks, given, sheet, take
from course_lib.grading.gradebook.policies import parse
from course_lib.grading.gradebook.standing import standings
from course_lib.grading.gradebook.store import open_gradebook
from tests.grading.gradebook.fake import STUB, submission

NONE = parse("")


@pytest.fixture
def asked(course):
    """Three students: two answered why, one left it as it was."""
    course.ask_why()
    course.hand_in(ann=submission(4, why="=HYPERLINK(1)"), bob=submission(2, why="Noise."), cem=submission(1))
    course.grade()
    return course


def rows(course, policies=NONE):
    with open_gradebook(course.book).reading() as connection:
        return list(csv.DictReader(io.StringIO(sheet(connection, "tiny", policies), newline="")))


def written(lines):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def standing(course, student, policies=NONE):
    with open_gradebook(course.book).reading() as connection:
        return {each.student.id: each for each in standings(connection, "tiny", policies)}[student]


def marks(course):
    with open_gradebook(course.book).reading() as connection:
        return connection.execute(select(schema.marks)).all()


def mark(course, student, *points, comment=""):
    lines = [row for row in rows(course) if row["student"] == student]
    for line, value in zip(lines, points, strict=True):
        line.update(points=str(value), comment=comment)
    return take(open_gradebook(course.book), written(lines), "dora", NONE).total()


def test_an_answer_is_pending_until_each_criterion_has_its_marks(asked):
    assert standing(asked, "ann").status == "pending: 2 criteria to be marked"
    assert (standing(asked, "ann").score, standing(asked, "ann").max_score) == (4, 7)
    assert standing(asked, "cem").status == "graded", "an answer left as it was released is worth 0"
    assert mark(asked, "ann", 1.5, "") == 1
    assert standing(asked, "ann").status == "pending: 1 criterion to be marked"
    assert mark(asked, "ann", 1.5, 0) == 1
    assert (standing(asked, "ann").status, standing(asked, "ann").score) == ("graded", 5.5)
    assert standing(asked, "bob").word == "pending"


def test_the_sheet_has_a_line_for_each_student_and_criterion_and_runs_nothing(asked):
    lines = rows(asked)
    assert [(row["student"], row["criterion"], row["max_points"]) for row in lines] == [
        ("ann", "noise", "2"),
        ("ann", "bound", "1"),
        ("bob", "noise", "2"),
        ("bob", "bound", "1"),
    ]
    assert lines[0]["text"] == "'=HYPERLINK(1)"
    assert lines[0]["words"] == "Says what the noise does."


def test_a_sheet_taken_twice_changes_nothing_and_a_changed_mark_replaces_the_old_one(asked):
    assert mark(asked, "bob", 1, 1, comment="-1 for haste") == 2
    again = rows(asked)
    assert [row["points"] for row in again] == ["", "", "1", "1"]
    assert again[2]["comment"] == "'-1 for haste"
    assert take(open_gradebook(asked.book), written(again), "dora", NONE).total() == 0
    assert mark(asked, "bob", 2, 1) == 2
    assert standing(asked, "bob").score == 5
    assert [(row.points, row.marker) for row in marks(asked)] == [(1, "dora"), (1, "dora"), (2, "dora"), (1, "dora")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": "2.5"}, "line 2: the points of 'noise' are a number from 0 to 2, .* not '2.5'"),
        ({"points": "-1"}, "from 0 to 2"),
        ({"points": "nan"}, "from 0 to 2"),
        ({"points": "1,5"}, "with a point before decimals, not '1,5'"),
        ({"points": "", "comment": "good"}, "line 2: a comment without points"),
        ({"student": "nobody"}, "line 2: 'nobody' has no written answer"),
        ({"assignment": "another"}, "line 2: nothing of an assignment 'another'"),
        ({"criterion": "style"}, "line 2: the rubric has no criterion 'style' of 'why'"),
        ({"answer": "how"}, "line 2: the rubric has no criterion 'noise' of 'how'"),
        ({"text_sha256": "0" * 16}, "line 2: the answer 'why' of 'ann' has changed"),
        ({"criterion": "bound", "points": "0"}, "line 3: an earlier line gives 'ann' other points for bound"),
    ],
)
def test_one_bad_line_keeps_the_whole_sheet_out(asked, change, words):
    lines = [row | {"points": "1"} for row in rows(asked)]
    lines[0] |= change
    with pytest.raises(BadMarks, match=words):
        take(open_gradebook(asked.book), written(lines), "dora", NONE)
    assert marks(asked) == []


@pytest.mark.parametrize("text", ["", "student,points\nann,1\n", "\0"])
def test_what_is_no_sheet_is_told_so(asked, text):
    with pytest.raises(BadMarks, match="lacks the columns"):
        take(open_gradebook(asked.book), text, "dora", NONE)


def test_a_mark_holds_for_the_words_it_was_given_for(asked):
    mark(asked, "bob", 2, 1)
    stale = rows(asked)
    asked.hand_in("2026-10-02T12:00Z", bob=submission(3, why="Noise."))
    asked.grade()
    assert (standing(asked, "bob").score, standing(asked, "bob").word) == (6, "graded")
    asked.hand_in("2026-10-03T12:00Z", bob=submission(3, why="Noise, and a floor."))
    asked.grade()
    last = parse("[defaults]\nattempts = 'last'")
    assert (standing(asked, "bob", last).score, standing(asked, "bob", last).word) == (3, "pending")
    with pytest.raises(BadMarks, match="'bob' has changed since the sheet was written"):
        take(open_gradebook(asked.book), written([row | {"points": "0"} for row in stale]), "dora", last)


def test_where_the_best_attempt_counts_every_answer_that_may_make_it_best_is_on_the_sheet(asked):
    mark(asked, "bob", 2, 1)
    asked.hand_in("2026-10-02T12:00Z", bob=submission(2, why="Something longer."))
    asked.grade()
    assert [row["attempt"] for row in rows(asked) if row["student"] == "bob"] == ["1", "1", "2", "2"]
    assert standing(asked, "bob").status.startswith("pending: another attempt has 2 criteria to be marked")


def test_an_answer_without_a_change_of_the_tests_keeps_its_marks_when_it_is_graded_again(asked):
    mark(asked, "bob", 2, 1)
    asked.grade(regrade=True)
    assert standing(asked, "bob").score == 5


def test_the_student_is_told_each_criterion_with_its_comment(asked):
    mark(asked, "bob", 2, 0, comment="Which floor?")
    with open_gradebook(asked.book).reading() as connection:
        found = given(connection, "tiny")
    told = {standing(asked, who).attempt: who for who in ("ann", "bob", "cem")}
    points = {told[attempt]: [(each.points, each.comment) for each in every] for attempt, every in found.items()}
    assert points == {
        "ann": [(None, ""), (None, "")],
        "bob": [(2, "Which floor?"), (0, "Which floor?")],
        "cem": [(0, ""), (0, "")],
    }


def test_an_answer_is_untouched_when_it_is_the_stub_or_blank(asked):
    asked.hand_in(ann=submission(4, why=f"\n{STUB} "), bob=submission(4, why=" \n"))
    asked.grade()
    assert [standing(asked, who, parse("[defaults]\nattempts = 'last'")).word for who in ("ann", "bob")] == [
        "graded"
    ] * 2


def test_a_rubric_that_is_not_the_notebooks_stops_the_run_at_the_door(asked):
    (asked.folder / "rubric.yml").write_text("why: [{id: noise, points: 9, words: x}]")
    with pytest.raises(ValueError, match="worth 3 points and its criteria make 9"):
        asked.grade()
