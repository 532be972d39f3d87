"""Readers' progress files, right and wrong, and the command that shows them."""

import csv
import json
from datetime import date

import pytest
from typer.testing import CliRunner

from course_lib import cli
from course_lib.grading.gradebook.progress import ProgressFileError, read_progress
from course_lib.terminal import console

FILE = {
    "format": 1,
    "kind": "progress",
    "course": "Training Dynamics",
    "name": "Ada",
    "saved": "2026-03-09T12:00:00.000Z",
    "chapters": [
        {"page": "02-calibration", "title": "Calibrating", "questions": 6, "cards": 8},
        {"page": "03-annealing", "title": "Annealing", "questions": 7, "cards": 9},
    ],
    "pages": {
        "02-calibration": {
            "reading": {"read": "2026-03-01"},
            "quiz": {"q1": {"right": True, "tries": 1}, "q2": {"right": False, "tries": 3}},
            "cards": {"c1": {}, "c2": {}},
        },
        "unknown": {"reading": {"read": "2026-03-01"}},
    },
}


@pytest.fixture
def saved(tmp_path):
    def write(**changes):
        path = tmp_path / "progress.json"
        path.write_text(json.dumps({**FILE, **changes}))
        return path

    return write


def test_a_file_says_what_was_read_answered_and_begun(saved):
    progress = read_progress(saved())
    first, second = progress.chapters
    assert (progress.name, progress.pages_read, progress.saved.date()) == ("Ada", 1, date(2026, 3, 9))
    assert (first.read, first.right, first.answered, first.questions) == (date(2026, 3, 1), 1, 2, 6)
    assert (first.begun, first.cards) == (2, 8)
    assert (second.read, second.answered, second.questions, second.begun) == (None, 0, 7, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": None}, "`kind` is missing; it should be 'progress'"),
        ({"format": 2}, "`format` is 2; this version reads 1"),
        ({"saved": "yesterday"}, "`saved` is 'yesterday'; it should be a time"),
        ({"name": 3}, "`name` of the file is 3; it should be text"),
        ({"pages": []}, "`pages` is []; it should be an object"),
        ({"chapters": {}}, "`chapters` is {}; it should be a list"),
        (
            {"chapters": [{"page": "a", "title": "A", "questions": -1, "cards": 0}]},
            "`questions` of `chapters[0]` is -1",
        ),
        ({"chapters": [{"page": "a", "title": "A", "questions": True, "cards": 0}]}, "should be a whole number"),
        ({"pages": {"02-calibration": {"reading": {"read": "soon"}}}}, "`read` of 02-calibration is 'soon'"),
        ({"pages": {"02-calibration": {"quiz": {"q1": 1}}}}, "an answer of 02-calibration is 1"),
    ],
)
def test_a_file_that_differs_from_the_format_says_where(saved, changes, words):
    with pytest.raises(ProgressFileError) as caught:
        read_progress(saved(**changes))
    assert str(caught.value).startswith("progress.json: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"not JSON", b"[" * 100_000], ids=["binary", "text", "deep"])
def test_what_is_not_json_is_named(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(ProgressFileError, match=r"other\.json: not JSON"):
        read_progress(path)


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(6_000_000)
    with pytest.raises(ProgressFileError, match="larger than"):
        read_progress(path)


def test_the_command_shows_a_row_a_reader(saved, monkeypatch):
    monkeypatch.setattr(console, "width", 200)
    result = CliRunner().invoke(cli.app, ["progress", str(saved(name="[red]Ada[/red]"))])
    assert result.exit_code == 0, result.output
    for cell in ("[red]Ada[/red]", "2026-03-09", "1 of 2", "1 right, 2 answered of 13", "2 begun of 17"):
        assert cell in result.stdout


def test_the_command_writes_a_row_a_chapter_that_no_spreadsheet_runs(saved, tmp_path):
    out = tmp_path / "progress.csv"
    result = CliRunner().invoke(cli.app, ["progress", str(saved(name="=1+1")), "-o", str(out)])
    assert result.exit_code == 0, result.output
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["chapter"], row["read"], row["right"]) for row in rows] == [
        ("'=1+1", "02-calibration", "2026-03-01", "1"),
        ("'=1+1", "03-annealing", "", "0"),
    ]


def test_the_command_names_a_file_that_is_none(tmp_path):
    path = tmp_path / "other.json"
    path.write_text("{}")
    result = CliRunner().invoke(cli.app, ["progress", str(path)])
    assert result.exit_code == 2
    assert "other.json: `kind` is missing" in result.stderr
