import pytest
from typer.testing import CliRunner

from course_lib.cli import app
from course_lib.evidence.experiments import EXPERIMENTS
from course_lib.evidence.records import record_path
from tests.evidence.conftest import FULL, TOY


@pytest.fixture
def course(evidence, monkeypatch):
    monkeypatch.setitem(EXPERIMENTS, "toy", TOY)
    monkeypatch.setitem(TOY.scales, "page", FULL)
    folder = evidence()

    def call(*words):
        return CliRunner().invoke(app, ["evidence", *words, "--folder", str(folder)])

    call.folder = folder
    return call


def test_a_claim_is_run_shown_listed_and_verified(course):
    made = course("run", "C1", "--scale", "full", "--jobs", "1")
    assert made.exit_code == 0, made.output
    assert "comparison 30/30" in made.output
    shown = course("show", "C1")
    assert "supported here (scale full)" in shown.output
    assert "+5.0 percentage points [+5.0, +5.0], 10 seeds" in shown.output
    listed = course("list").output
    assert "supported here" in listed
    assert "not yet run" in listed
    verified = course("verify", "C1", "--seed", "2")
    assert verified.exit_code == 0
    assert "DIFFERS" not in verified.output


def test_a_record_that_was_tampered_with_is_found_out_and_is_status_1(course):
    course("run", "C1", "--scale", "full")
    path = record_path("toy", "full", course.folder)
    path.write_text(path.read_text().replace("0.75", "0.85"))
    verified = course("verify", "C1")
    assert verified.exit_code == 1
    assert "DIFFERS: a, seed 0, test_accuracy: recorded 0.85, now 0.75 (allowed: to the bit)" in verified.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "C9"], "no claim is called 'C9'; there is: C1, C2"),
        (["run", "C2"], "C2 has no experiment yet"),
        (["show", "C9"], "no claim is called 'C9'"),
        (["verify", "C1"], "toy has not been run at scale full"),
    ],
)
def test_what_a_user_can_mend_is_one_line_and_status_2(course, words, said):
    result = course(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
