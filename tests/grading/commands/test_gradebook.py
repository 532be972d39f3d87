"""The commands on a gradebook, from the roster to the export."""

import csv
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from course_lib import cli
from course_lib.terminal import console, errors
from tests.grading.gradebook.fake import Course, submission


def course(*arguments, columns=200):
    # Not by COLUMNS: a console remembers those of its making, and another test may have made it.
    with patch.object(console, "_width", columns), patch.object(errors, "_width", columns):
        return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture
def term(tmp_path, monkeypatch):
    """A course whose folder is the current one, with two submissions."""
    found = Course(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    found.ask_why()
    found.hand_in(ann=submission(4, why="Noise."), bob=submission(2))
    return found


def graded():
    result = course("grade", "pile", "--assignment", "tiny", "--out", "out")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_term_from_the_roster_to_the_totals(term):
    (term.folder / "roster.csv").write_text("id,name,canvas_id\nann,[red]Ann[/red],5\nbob,Bob,6\ncem,Cem,7\n")
    assert course("roster", "import", "roster.csv").stdout == "3 on the roster\n"
    assert "3 submissions: 1 pending, 1 graded, 1 missing" in graded()
    assert "0 examined now" in graded()
    assert course("marks", "sheet", "tiny", "-o", "sheet.csv").stdout == "wrote sheet.csv\n"
    rows = list(csv.DictReader((term.folder / "sheet.csv").open(newline="")))
    with (term.folder / "filled.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"points": row["max_points"]} for row in rows)
    assert course("marks", "read", "filled.csv").stdout.startswith("2 marks new or changed\n")
    assert "2 graded, 1 missing" in course("gradebook").stdout
    history = course("gradebook", "ann").stdout
    assert "2026-10-01T12:00:00Z" in history
    assert "7 of 7" in history
    totals = course("totals").stdout
    assert "[red]Ann[/red]" in totals
    assert "28.57" in totals
    assert course("totals", "-o", "totals.csv").exit_code == 0
    with (term.folder / "totals.csv").open(newline="") as file:
        assert [(row["student"], row["total_percent"]) for row in csv.DictReader(file)] == [
            ("ann", "100"),
            ("bob", "28.57"),
            ("cem", ""),
        ]
    assert course("export", "--format", "canvas", "-o", "canvas.csv").stdout == "wrote canvas.csv\n"
    assert (term.folder / "canvas.csv").read_text().splitlines()[2] == "[red]Ann[/red],5,ann,,,7"


def test_totals_that_are_too_wide_for_the_terminal_leave_out_each_assignments_scores(term):
    graded()
    lines = [line.split() for line in course("totals", columns=60).stdout.splitlines()]
    assert lines[0] == ["student", "name", "section", "total_percent", "dropped", "waiting"]
    assert ["bob", "28.57"] in lines
    assert ["ann", "57.14", "1"] in lines
    assert lines[-1][-4:] == ["--out", "FILE", "writes", "all"]


def test_what_was_passed_over_and_whom_the_list_of_times_alone_knows_is_said(term):
    said = graded()
    assert "passed over" not in said
    assert "submissions.csv" not in said
    for name in ("cem\n.zip", "notes.txt", ".hidden"):
        (term.pile / name).touch()
    (term.pile / "submissions.csv").write_text("student,submitted_at\nann,2026-10-01T12:00Z\ndora,2026-10-01T12:00Z\n")
    said = graded()
    assert "1 in submissions.csv, of whom there is no submission: dora\n" in said
    assert "2 passed over, being no notebook; unpack what is packed: cem\\n.zip, notes.txt\n" in said


def test_an_export_names_on_screen_whom_it_leaves_out(term):
    graded()
    assert course("export", "--format", "canvas", "-o", "canvas.csv").exit_code == 2
    (term.folder / "roster.csv").write_text("id\nann\n")
    course("roster", "import", "roster.csv")
    result = course("export", "--format", "canvas", "-o", "canvas.csv")
    assert result.exit_code == 0
    assert "warning: 1 not on the roster, left out: bob; " in result.stderr
    assert "left empty: ann (tiny: pending)" in result.stderr


def test_marks_that_were_read_name_the_command_that_brings_them_into_scores_and_pages(term):
    graded()
    course("marks", "sheet", "tiny", "-o", "sheet.csv")
    text = (term.folder / "sheet.csv").read_text()
    (term.folder / "sheet.csv").write_text(text.replace(",2,,,", ",2,2,,").replace(",1,,,", ",1,1,,"))
    first, then = course("marks", "read", "sheet.csv").stdout.splitlines()
    assert first == "2 marks new or changed"
    assert then.startswith("scores.csv and the feedback pages do not have them yet; ")
    command = then.rpartition(": course ")[2].replace("DIR", "pile").replace("OUT", "out")
    assert "1 pending" not in course(*command.split()).stdout
    assert "ann,tiny,7,7,graded" in (term.folder / "out/scores.csv").read_text()
    assert course("marks", "read", "sheet.csv").stdout == "0 marks new or changed\n"


def test_names_of_no_assignment_are_named_with_the_one_that_may_be_meant(term):
    (term.folder / "roster.csv").write_text("id,extension:anealing,extension:annealing\nann,2,1\n")
    result = course("roster", "import", "roster.csv")
    assert result.stdout == "1 on the roster\n"
    assert result.stderr == (
        "warning: the roster's column extension:anealing is for no assignment there is, so it changes nothing; "
        "did you mean annealing?\n"
    )
    (term.folder / "course.toml").write_text("[assignments.tinny]\nweight = 2\n[assignments.tiny]\nweight = 2\n")
    for command in (
        ["grade", "pile", "--assignment", "tiny", "--out", "out"],
        ["gradebook"],
        ["totals"],
        ["export", "--format", "csv", "-o", "list.csv"],
        ["marks", "sheet", "tiny", "-o", "sheet.csv"],
    ):
        result = course(*command)
        assert result.exit_code == 0
        assert "the policies' table [assignments.tinny] is for no assignment there is, " in result.stderr
        assert "did you mean tiny?" in result.stderr
        assert result.stderr.count("warning: ") == 1


LATE = "[defaults]\nlate_percent_per_day = 10\n[assignments.tiny]\ndue = 2026-09-30T12:00:00Z\n"


def test_a_students_history_says_of_each_attempt_what_the_export_says(term):
    (term.folder / "course.toml").write_text(LATE)
    (term.folder / "roster.csv").write_text("id\nann\nbob\ncem\n")
    course("roster", "import", "roster.csv")
    graded()
    term.hand_in("2026-10-02T12:00Z", ann=submission(2, why="Less."))
    graded()
    course("export", "--format", "csv", "-o", "list.csv")
    with (term.folder / "list.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            lines = course("gradebook", row["student"]).stdout.splitlines()
            shown = [" ".join(line.split()) for line in lines]
            word, _, reason = row["status"].partition(": ")
            start = shown.index(f"{reason}")
            assert shown[start - 1].endswith(f"{row['score'] or '-'} of {row['max_score']} {word}")
            assert shown[start - 1].startswith(f"tiny {row['attempt']}".strip())
    ann = course("gradebook", "ann").stdout
    assert "3.6 of 7" in ann
    assert "1.6 of 7" in ann
    assert (ann.count("this attempt counts"), ann.count("another attempt counts")) == (1, 1)


def test_a_students_history_breaks_no_word_at_80_columns(term):
    (term.folder / "course.toml").write_text(LATE)
    graded()
    narrow, wide = (course("gradebook", "ann", columns=columns).stdout for columns in (80, 400))
    assert narrow.split() == wide.split()
    assert max(map(len, narrow.splitlines())) <= 80


def test_the_example_of_the_policies_is_followed_when_it_is_put_there(term):
    example = course("policies").stdout
    (term.folder / "course.toml").write_text(example.replace("assignments.annealing", "assignments.tiny"))
    graded()
    assert course("export", "--format", "csv", "-o", "list.csv").exit_code == 0
    with (term.folder / "list.csv").open(newline="") as file:
        assert [(row["score"], row["days_late"]) for row in csv.DictReader(file)] == [("4", "0"), ("2", "0")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gradebook"], "error: there is no gradebook gradebook.sqlite"),
        (["totals", "--gradebook", "nowhere.sqlite"], "error: there is no gradebook nowhere.sqlite"),
        (["export", "--format", "csv", "-o", "x.csv"], "error: there is no gradebook"),
        (["marks", "sheet", "tiny", "-o", "x.csv"], "error: there is no gradebook"),
        (["marks", "read", "nowhere.csv"], "error: there is no gradebook"),
        (["roster", "import", "nowhere.csv"], "error: nowhere.csv: no such file or directory"),
        (["roster", "import", "bad.csv"], "error: bad.csv: a roster needs the column `id`"),
        (["roster", "import", "latin.csv"], "error: latin.csv: not a text in UTF-8; save it again"),
        (
            ["grade", "pile", "--assignment", "tiny", "--out", "out", "--policies", "bad.csv"],
            "error: bad.csv: not TOML",
        ),
        (["grade", "pile", "--assignment", "tiny", "--out", "out", "--gradebook", "bad.csv"], "error: cannot open"),
    ],
)
def test_what_a_user_can_mend_is_one_line_and_status_2(term, arguments, words):
    (term.folder / "bad.csv").write_text("who,what\n" * 100)
    (term.folder / "latin.csv").write_bytes("id,name\nann,\xe9\n".encode("latin-1"))
    result = course(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(words)
    assert result.stderr.count("\n") == 1


def test_errors_about_what_is_in_the_gradebook_are_one_line_too(term):
    graded()
    for arguments, words in [
        (["gradebook", "nobody"], "error: the gradebook knows no student 'nobody'"),
        (["export", "--format", "junit", "-o", "x.xml", "--assignment", "x"], "error: nothing of an assignment 'x'"),
        (["marks", "sheet", "x", "-o", "x.csv"], "error: nothing of an assignment 'x'"),
        (["marks", "read", "nowhere.csv"], "error: nowhere.csv: no such file or directory"),
        (["totals", "-o", "no/where.csv"], "error: no/where.csv: no such file or directory"),
    ]:
        result = course(*arguments)
        assert (result.exit_code, result.stderr.startswith(words)) == (2, True), result.output


def test_a_run_that_is_stopped_says_how_to_go_on(term, monkeypatch):
    def stopped(tasks, jobs, tier):
        yield from list(term.examine_all(tasks[:1], jobs, tier))
        raise KeyboardInterrupt

    monkeypatch.setattr("course_lib.grading.pile.grading.examine_all", stopped)
    result = course("grade", "pile", "--assignment", "tiny", "--out", "out")
    assert result.exit_code == 130
    assert "the same command goes on from there" in result.stderr
    monkeypatch.setattr("course_lib.grading.pile.grading.examine_all", term.examine_all)
    assert "1 examined now" in graded()
    assert term.examined == ["ann", "bob"]
