"""What other programs import: their columns, and nothing that they would run."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies

from course_lib.grading.gradebook.exports import cells
from course_lib.grading.gradebook.exports.writing import write
from course_lib.grading.gradebook.marks import sheet, take
from course_lib.grading.gradebook.policies import Policies, parse
from course_lib.grading.gradebook.roster import parse as parse_roster
from course_lib.grading.gradebook.roster import store
from course_lib.grading.gradebook.store import open_gradebook
from tests.grading.gradebook.fake import submission

COLUMNS = "[assignments.tiny]\ncanvas_column = 'Tiny (77)'\nmoodle_column = 'Assignment: Tiny (Real)'\n"
ROSTER = "id,name,section,canvas_id,email\nann,=1+1,@1,501,ann@example.org\nbob,Bob,A,502,\ncem,Cem,A,,\n"


@pytest.fixture
def book(course):
    """Ann was graded, Bob's file is broken, Cem handed in nothing, and one is not on the roster."""
    course.ask_why()
    store(open_gradebook(course.book, create=True), parse_roster(ROSTER))
    course.hand_in(ann=submission(3, why="Noise.\x0b<b>"), **{"=cmd": submission(1)})
    (course.pile / "bob.ipynb").symlink_to("nowhere")
    course.grade()
    return open_gradebook(course.book)


def marked(book):
    """Ann has full marks for her written answer."""
    with book.reading() as connection:
        text = sheet(connection, "tiny", Policies())
    take(book, text.replace(",2,,,", ",2,2,,").replace(",1,,,", ",1,1,,"), "dora", Policies())


def exported(book, form, out, policies=COLUMNS):
    write(book, form, out, None, parse(policies))
    return list(csv.reader(io.StringIO(out.read_text(), newline=""))) if out.is_file() else None


def test_canvas_finds_students_by_id_and_leaves_alone_what_has_no_score(book, tmp_path):
    marked(book)
    assert exported(book, "canvas", tmp_path / "canvas.csv", COLUMNS + "due = 2020-01-01T00:00:00Z\n") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Tiny (77)"],
        ["    Points Possible", "", "", "", "", "7"],
        ["'=1+1", "501", "ann", "", "'@1", "6"],
        ["Bob", "502", "bob", "", "A", ""],
        ["Cem", "", "cem", "", "A", "0"],
    ]


def test_moodle_finds_students_by_id_number(book, tmp_path):
    marked(book)
    policies = COLUMNS + "missing = 'leave-out'\ndue = 2020-01-01T00:00:00Z\n"
    assert exported(book, "moodle", tmp_path / "moodle.csv", policies) == [
        ["ID number", "Full name", "Email address", "Assignment: Tiny (Real)"],
        ["ann", "'=1+1", "ann@example.org", "6"],
        ["bob", "Bob", "", ""],
        ["cem", "Cem", "", ""],
    ]


@pytest.mark.parametrize("form", ["canvas", "moodle"])
def test_what_is_missing_stays_empty_without_a_due_time(book, tmp_path, form):
    (cem,) = (row for row in exported(book, form, tmp_path / "x.csv") if "cem" in row)
    assert cem[-1] == ""


@pytest.mark.parametrize("form", ["canvas", "moodle"])
def test_who_a_platform_does_not_get_is_named_and_pending_scores_stay_empty(book, tmp_path, form):
    off, without, pending = write(book, form, tmp_path / "x.csv", None, Policies()).warnings
    assert off.startswith("1 not on the roster, left out: =cmd; ")
    assert without == "1 handed in and without a score, left empty: bob (tiny: unreadable)"
    assert pending.startswith("1 pending, ")
    assert "left empty: ann (tiny: pending); " in pending
    (ann,) = (row for row in exported(book, form, tmp_path / "x.csv") if "ann" in row)
    assert ann[-1] == ""
    marked(book)
    assert write(book, form, tmp_path / "x.csv", None, Policies()).warnings == (off, without)


def test_gradescope_gets_the_points_so_far_and_the_instructor_is_told_whose(book, tmp_path):
    (pending,) = write(book, "gradescope", tmp_path / "gs", None, Policies()).warnings
    assert "written with the points so far: ann (tiny: pending); " in pending
    assert write(book, "csv", tmp_path / "x.csv", None, Policies()).warnings == ()


@pytest.mark.parametrize("form", ["canvas", "moodle"])
def test_without_a_roster_a_platform_gets_no_file_and_the_instructor_the_way_to_one(course, tmp_path, form):
    course.hand_in(ann=submission(3))
    course.grade()
    with pytest.raises(LookupError, match=r"there is no roster; `course roster import roster\.csv` takes one"):
        write(open_gradebook(course.book), form, tmp_path / "x.csv", None, Policies())
    assert not (tmp_path / "x.csv").exists()


def test_the_list_has_everybody_and_no_formula(book, tmp_path):
    rows = exported(book, "csv", tmp_path / "list.csv")
    assert rows[0][:5] == ["student", "assignment", "score", "max_score", "status"]
    assert [(row[0], row[2], row[4].split(":")[0]) for row in rows[1:]] == [
        ("'=cmd", "1", "graded"),
        ("ann", "3", "pending"),
        ("bob", "", "unreadable"),
        ("cem", "", "missing"),
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_gradescope_has_a_file_a_student_with_score_tests_and_marks(book, tmp_path, course):
    with book.reading() as connection:
        text = sheet(connection, "tiny", Policies())
    take(book, text.replace(",2,,,", ",2,1.5,Which noise?,"), "dora", Policies())
    write(book, "gradescope", tmp_path / "gs", ["tiny"], Policies())
    files = {path.name: json.loads(path.read_text()) for path in (tmp_path / "gs/tiny").iterdir()}
    assert len(files) == 3
    ann = files["ann.json"]
    assert ann["score"] == 4.5
    assert [(each["name"], each["score"], each["max_score"], each["status"]) for each in ann["tests"]][2:] == [
        ("Part 2", 1, 1, "passed"),
        ("Part 3", 0, 1, "failed"),
        ("why: noise", 1.5, 2, "failed"),
        ("why: bound", 0, 1, "failed"),
    ]
    assert ann["tests"][3]["output"] == "The answer is not what the task asks for.\nHint: Multiply by 2."
    assert ann["tests"][4]["output"] == "Says what the noise does.\nWhich noise?"
    assert "Not marked yet." in ann["tests"][5]["output"]
    assert {each["output_format"] for each in (ann, *ann["tests"])} == {"text"}
    assert files["bob.json"]["score"] == 0
    assert files["bob.json"]["output"].startswith("unreadable: a symbolic link")


def test_junit_has_a_suite_a_student_and_a_case_a_test(book, tmp_path):
    write(book, "junit", tmp_path / "junit.xml", None, Policies())
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    counts = {
        suite.get("name"): [suite.get(what) for what in ("tests", "failures", "errors", "skipped")] for suite in root
    }
    assert counts == {
        "tiny: =cmd": ["4", "3", "0", "0"],
        "tiny: ann": ["4", "1", "0", "0"],
        "tiny: bob": ["1", "0", "1", "0"],
        "tiny: cem": ["1", "0", "0", "1"],
    }
    (failure,) = root.findall(".//testsuite[@name='tiny: ann']//failure")
    assert failure.get("message") == "0 of 1 points: The answer is not what the task asks for."
    (error,) = root.iter("error")
    assert error.get("message").startswith("unreadable: ")


def test_an_assignment_that_nobody_was_graded_in_is_named(book, tmp_path):
    with pytest.raises(LookupError, match="nothing of an assignment 'another' is in the gradebook; there is: tiny"):
        write(book, "csv", tmp_path / "x.csv", ["another"], Policies())


@given(strategies.text() | strategies.text(" '=+-@x\t\r\n"))
def test_a_defused_cell_comes_back_and_starts_no_formula(text):
    cell = cells.defused(text)
    assert cells.plain(cell) == text
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(strategies.text())
def test_any_words_make_xml_that_can_be_read(text):
    from course_lib.grading.gradebook.exports.junit import junit
    from course_lib.grading.gradebook.standing import Standing, Student

    xml = junit({"tiny": [(Standing(Student(text), "tiny", f"unreadable: {text}"), None)]})
    assert ElementTree.fromstring(xml.encode())[0].get("errors") == "1"
