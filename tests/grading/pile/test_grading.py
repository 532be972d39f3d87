"""A pile of submissions, from the folder to scores and feedback."""

import csv
import multiprocessing
import os
import secrets
import signal

import nbformat
import nbformat.v4
import pytest

from course_lib.assignments.catalogue import Assignment
from course_lib.grading import grade as run
from course_lib.grading.examination.examine import Task, examine
from course_lib.grading.feedback.page import page
from course_lib.grading.gradebook.exports.listing import listing
from course_lib.grading.gradebook.standing import Standing, Student
from course_lib.grading.isolation.limits import MB, Limits
from course_lib.grading.pile import grading
from course_lib.grading.pile.grading import Report
from course_lib.grading.pile.names import Scheme
from course_lib.grading.pile.reporting import write_whole
from tests.conftest import needs
from tests.grading.conftest import notebook_of

HIDDEN = """
from course_lib.grading import points


@points(1, topic="T3", hint="Multiply by 2.")
def test_doubles(student):
    assert student.double(0.515253) == 1.030506


@points(2, topic="T3", hint="Divide by 2.")
def test_halves(student):
    assert student.halve(0.515253) == 0.2576265
"""
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
DOUBLE, HALVE = "def double(x):\n    return 2 * x", "def halve(x):\n    return x / 2"


def written(*sources: str) -> bytes:
    return nbformat.writes(notebook_of(*sources)).encode()


def task(*sources: str, hidden: str = HIDDEN, limits: Limits | None = None) -> Task:
    return Task("ann", written(*sources), written(STUB, STUB).decode(), hidden, limits or Limits())


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Makes `grade` know the tiny assignment."""
    release, tests = tmp_path / "tiny.ipynb", tmp_path / "hidden_tests.py"
    release.write_bytes(written(STUB, STUB))
    tests.write_text(HIDDEN)
    monkeypatch.setattr(
        "course_lib.grading.pile.grading.find", lambda name: Assignment(name, release, hidden_tests=tests)
    )


def rows(report: Report) -> dict[str, dict[str, str]]:
    with report.scores.open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@needs("bwrap")
@pytest.mark.slow
def test_one_of_everything_in_one_pile(tiny, tmp_path):
    """Each that cannot be graded has its line and no score; all others are graded."""
    duplicated = notebook_of(DOUBLE, HALVE)
    duplicated.cells.append(duplicated.cells[0])
    foreign = notebook_of(DOUBLE, HALVE)
    foreign.metadata.course.assignment = "another"
    other_cells = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    pile = tmp_path / "pile"
    handed_in = {
        "right.ipynb": written(DOUBLE, HALVE),
        "folder/tiny.ipynb": written(DOUBLE, HALVE),
        "half.ipynb": written(DOUBLE, STUB),
        "stub.ipynb": written(STUB, STUB),
        "syntax.ipynb": written("def double(:", HALVE),
        "=cmd.ipynb": written(DOUBLE, HALVE),
        "loops.ipynb": written("while True: pass", HALVE),
        "cut.ipynb": written(DOUBLE, HALVE)[:100],
        "binary.ipynb": bytes(range(256)),
        "json.ipynb": b"[1, 2]",
        "empty.ipynb": b"",
        "double.ipynb": nbformat.writes(duplicated).encode(),
        "lacking.ipynb": written(DOUBLE),
        "foreign.ipynb": nbformat.writes(foreign).encode(),
        "other.ipynb": nbformat.writes(other_cells).encode(),
        "download/Tiny (1).ipynb": written(DOUBLE, HALVE),
        "none/notes.txt": b"",
        "a..b.ipynb": written(DOUBLE, HALVE),
        ".dot.ipynb": written(DOUBLE, HALVE),
        "line\nbreak.ipynb": written(DOUBLE, HALVE),
        "Case.ipynb": written(DOUBLE, HALVE),
        "case.ipynb": written(DOUBLE, HALVE),
    }
    for name, content in handed_in.items():
        path = pile / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    report = run(pile, "tiny", tmp_path / "out", limits=Limits(cell_seconds=1))
    found = {student: (row["score"], row["status"].split(": ")[0]) for student, row in rows(report).items()}
    assert found == {
        "right": ("3", "graded"),
        "folder": ("3", "graded"),
        "half": ("1", "graded"),
        "stub": ("0", "graded"),
        "syntax": ("2", "graded"),
        "'=cmd": ("3", "graded"),
        "loops": ("2", "limit:cell-time"),
        "cut": ("", "unreadable"),
        "binary": ("", "unreadable"),
        "json": ("", "unreadable"),
        "empty": ("", "unreadable"),
        "double": ("", "malformed"),
        "lacking": ("", "malformed"),
        "foreign": ("", "wrong-assignment"),
        "other": ("", "wrong-assignment"),
        "download": ("3", "graded"),
        "none": ("", "unreadable"),
        "a..b": ("", "unreadable"),
        ".dot": ("", "unreadable"),
        r"line\nbreak": ("", "unreadable"),
        "Case": ("", "unreadable"),
        "case": ("", "unreadable"),
    }
    assert all(row["max_score"] == "3" and row["assignment"] == "tiny" for row in rows(report).values())
    assert all("\n" not in row["status"] for row in rows(report).values())
    assert len(list(report.feedback.glob("*.html"))) == len(handed_in)
    assert (report.ungraded, report.counts["graded"]) == (14, 7)
    assert report.summary.startswith("22 submissions: ")


def in_a_process(folder, killed_after):
    """A run in the sandbox, killed when it has kept so many results."""
    release, tests = folder / "tiny.ipynb", folder / "hidden_tests.py"
    grading.find = lambda name: Assignment(name, release, hidden_tests=tests)
    keep, left = grading.record, iter(range(killed_after))

    def record(*arguments):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return keep(*arguments)

    grading.record = record
    run(folder / "pile", "tiny", folder / "out", jobs=1)


@needs("bwrap")
@pytest.mark.slow
def test_a_run_in_the_sandbox_that_is_killed_goes_on_where_it_was(tiny, tmp_path):
    (tmp_path / "pile").mkdir()
    for student, answers in {"ann": (DOUBLE, HALVE), "bob": (DOUBLE, STUB)}.items():
        (tmp_path / f"pile/{student}.ipynb").write_bytes(written(*answers))
    process = multiprocessing.get_context("spawn").Process(target=in_a_process, args=(tmp_path, 1))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    report = run(tmp_path / "pile", "tiny", tmp_path / "out")
    assert report.examined == 1
    assert [each.score for each in report.standings] == [3, 1]


@needs("bwrap")
@pytest.mark.slow
def test_a_folder_with_nothing_in_it_is_an_empty_report(tiny, tmp_path):
    (tmp_path / "pile").mkdir()
    report = run(tmp_path / "pile", "tiny", tmp_path / "out")
    assert (report.standings, report.ungraded) == ((), 0)
    assert report.summary == (
        "0 submissions: nothing to grade; the folder holds none: "
        "expected are jane.ipynb or jane/tiny.ipynb, or what Canvas, Moodle or GitHub Classroom deliver"
    )


@pytest.mark.parametrize("out", ["pile", "pile/out", "pile/ann/out", "link", "link/out", "pile/../pile"])
def test_results_among_the_submissions_are_refused_before_anything_is_written(tiny, tmp_path, out):
    (tmp_path / "pile/ann").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "pile")
    with pytest.raises(ValueError, match="cannot go into the folder of submissions"):
        run(tmp_path / "pile", "tiny", tmp_path / out)
    assert [each.name for each in (tmp_path / "pile").rglob("*")] == ["ann"]


def test_a_scheme_that_fits_no_submission_is_refused_before_anything_is_written(tiny, tmp_path):
    (tmp_path / "pile/ann").mkdir(parents=True)
    with pytest.raises(ValueError, match="no name there is as Canvas writes it"):
        run(tmp_path / "pile", "tiny", tmp_path / "out", scheme=Scheme.CANVAS)
    assert not (tmp_path / "out").exists()


def test_bad_arguments_are_named(tiny, tmp_path):
    with pytest.raises(NotADirectoryError, match="nowhere"):
        run(tmp_path / "nowhere", "tiny", tmp_path / "out")
    with pytest.raises(ValueError, match="jobs must be at least 1, not 0"):
        run(tmp_path, "tiny", tmp_path / "out", jobs=0)
    with pytest.raises(ValueError, match="cell_seconds must be above 0, not -1"):
        Limits(cell_seconds=-1)


@needs("bwrap")
@pytest.mark.slow
def test_an_early_error_costs_its_own_points_alone():
    graded = examine(task("import nothing_of_that_name", HALVE))
    assert (graded.status, graded.score) == ("graded", 2)
    assert graded.failures["a"].kind == "ModuleNotFoundError"


LEAKS = """
def double(x):
    print("printed", x)
    raise {raised}


def halve(x):
    return type(f"T{{x}}", (), {{}})()
"""


@needs("bwrap")
@pytest.mark.slow
@pytest.mark.parametrize(
    "raised",
    [
        "ValueError(repr(x))",
        "ValueError(f'{x:e} {x!r}')",
        "ValueError(' '.join(repr(x)))",
        "type(f'X{x}', (Exception,), {})('0' + repr(x)[1:])",
        "KeyError(x)",
        "SyntaxError(repr(x), (repr(x), 1, 1, repr(x)))",
        "AssertionError(x)",
        "SystemExit(x)",
        "NotImplementedError(repr(x))",
    ],
)
def test_feedback_shows_no_input_and_no_expected_value(raised):
    graded = examine(task(LEAKS.format(raised=raised), "1"))
    assert graded.score == 0
    html = page(graded, "tiny", 3)
    for secret in ("515253", "5 1 5", "1.0305", "0305", "25762", "5.15"):
        assert secret not in html.replace("\N{HORIZONTAL ELLIPSIS}", "")


@needs("bwrap")
@pytest.mark.slow
def test_a_wrong_answer_is_told_without_input_or_expected_value():
    html = page(examine(task("def double(x):\n    return x", "def halve(x):\n    pass")), "tiny", 3)
    assert "The answer is not what the task asks for." in html
    assert "<code>halve</code> gave back None" in html
    for secret in ("515253", "1.0305", "25762"):
        assert secret not in html


SEARCH = r"""
import gc, os, re, sys
from pathlib import Path

SOUGHT = re.compile("CAN" + "ARY-[0-9a-f]{16}")


def texts():
    yield from map(str, os.environ.items())
    for path in [*Path("/proc").glob("[0-9]*/*"), *Path("/tmp").rglob("*"), *Path("/course").rglob("*")]:
        try:
            yield path.read_bytes()[:1_000_000].decode(errors="replace") if path.is_file() else path.name
        except OSError:
            pass
    for held in gc.get_objects():
        if isinstance(held, dict):
            yield from (value for value in list(held.values()) if isinstance(value, str))
        elif isinstance(held, list):
            yield from (value for value in held if isinstance(value, str))
    frame = sys._getframe()
    while frame is not None:
        yield from (str(value) for value in frame.f_locals.values() if isinstance(value, str | bytes))
        frame = frame.f_back


def search(_):
    return sorted({found for text in texts() for found in SOUGHT.findall(text)})


def planted(text):
    return search(text)
"""


@needs("bwrap")
@pytest.mark.slow
def test_the_text_of_a_hidden_test_is_nowhere_to_be_found():
    """The same search finds what is planted before it, so that finding nothing means something."""
    canary, planted = (f"CANARY-{secrets.token_hex(8)}" for _ in range(2))
    hidden = (
        f"# {canary}\nfrom course_lib.grading import points\n"
        '@points(1, topic="T3", hint="x")\ndef test_search(student):\n    assert student.search(0) == []\n'
        '@points(1, topic="T3", hint="x")\ndef test_planted(student):\n'
        f'    assert student.planted("{planted}") == ["{planted}"]\n'
    )
    graded = examine(task(SEARCH, "1", hidden=hidden))
    assert [(result.name, result.passed) for result in graded.results] == [
        ("test_search", True),
        ("test_planted", True),
    ]


@needs("bwrap")
@pytest.mark.slow
def test_a_limit_during_the_hidden_tests_keeps_what_was_earned_before():
    graded = examine(
        task(
            DOUBLE,
            "def halve(x):\n    held = [b'x' * 10**6 for _ in range(10**4)]",
            limits=Limits(memory_bytes=500 * MB),
        )
    )
    assert graded.score == 1
    assert graded.word == "limit:memory"


@needs("bwrap")
@pytest.mark.slow
def test_a_notebook_that_ends_itself_is_graded_as_far_as_it_came():
    graded = examine(task(DOUBLE, "import os\ndef halve(x):\n    os._exit(0)"))
    assert (graded.score, graded.word) == (1, "graded")
    assert "ended" in graded.status


def test_a_score_that_does_not_exist_is_empty_and_a_formula_is_text():
    pile = [
        Standing(Student("=HYPERLINK(1)", name="@a"), "tiny", "graded", score=0.0, max_score=3),
        Standing(Student("-b"), "tiny", "unreadable: y", max_score=3),
    ]
    lines = listing(pile).splitlines()[1:]
    assert lines == ["'=HYPERLINK(1),tiny,0,3,graded,'@a,,,,,,", "'-b,tiny,,3,unreadable: y,,,,,,,"]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "scores.csv"
    write_whole(path, "old")
    monkeypatch.setattr("os.fsync", lambda descriptor: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_whole(path, "new")
    assert path.read_text() == "old"
