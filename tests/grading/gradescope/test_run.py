"""What runs in Gradescope's container: it finds the notebook and leaves a results.json whatever happens."""

import json
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from course_lib.grading.examination.examine import Graded
from course_lib.grading.gradescope import run
from course_lib.grading.isolation.sandbox import NoSandbox, Tier


@pytest.fixture
def autograder(tmp_path, monkeypatch):
    """Gradescope's folder for a tiny assignment, and a machine with a sandbox."""
    source = tmp_path / "source"
    (source / "assignment").mkdir(parents=True)
    (tmp_path / "submission").mkdir()
    (source / "settings.json").write_text(json.dumps({"assignment": "tiny", "unsafe": False}))
    for name in ("tiny.ipynb", "hidden_tests.py"):
        (source / "assignment" / name).write_text(name)
    monkeypatch.setattr(run.tiers, "require", lambda unsafe: Tier("unsafe" if unsafe else "bubblewrap", "words"))
    monkeypatch.setattr(run, "WarmParent", lambda tier: nullcontext(SimpleNamespace(handle=None)))
    monkeypatch.setattr(run, "examine", lambda task, parent: Graded(task.student, "graded"))
    return tmp_path


def outcome(autograder):
    return json.loads((autograder / "results/results.json").read_text())


def hand_in(autograder, *names):
    for name in names:
        path = autograder / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


@pytest.mark.parametrize(
    "names",
    [
        ["mine.ipynb"],
        ["work/mine.ipynb", "notes.txt"],
        ["mine.ipynb", ".ipynb_checkpoints/mine-checkpoint.ipynb"],
        ["tiny.ipynb", "scratch.ipynb"],
    ],
)
def test_the_one_notebook_that_can_be_meant_is_graded(autograder, names, capsys):
    hand_in(autograder, *names)
    assert run.run(autograder) == 0
    assert outcome(autograder)["extra_data"] == {"assignment": "tiny", "status": "graded", "sandbox": "bubblewrap"}
    assert "sandbox: words" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "There is no notebook"),
        (["a.py"], "There is no notebook"),
        (["a.ipynb", "b.ipynb"], "several notebooks in your submission (a.ipynb, b.ipynb)"),
        (["x/tiny.ipynb", "y/tiny.ipynb"], "several notebooks"),
    ],
)
def test_a_submission_without_such_a_notebook_is_told_what_to_hand_in(autograder, names, words):
    hand_in(autograder, *names)
    assert run.run(autograder) == 0
    assert words in outcome(autograder)["output"]
    assert "tiny.ipynb" in outcome(autograder)["output"]
    assert outcome(autograder)["score"] == 0


def test_a_link_to_a_file_of_the_graders_is_no_submission(autograder):
    (autograder / "submission/tiny.ipynb").symlink_to(autograder / "source/assignment/hidden_tests.py")
    run.run(autograder)
    assert "There is no notebook" in outcome(autograder)["output"]


def test_where_no_sandbox_holds_nothing_is_run_and_the_student_hears_that_it_is_not_their_fault(
    autograder, monkeypatch, capsys
):
    def refuse(unsafe):
        raise NoSandbox("no sandbox: install bubblewrap")

    monkeypatch.setattr(run.tiers, "require", refuse)
    monkeypatch.setattr(run, "examine", lambda task, parent: pytest.fail("it was graded"))
    hand_in(autograder, "tiny.ipynb")
    assert run.run(autograder) == 1
    assert "no fault of yours" in outcome(autograder)["output"]
    assert "bubblewrap" not in json.dumps(outcome(autograder))
    assert "install bubblewrap" in capsys.readouterr().out


def test_a_grader_that_fails_on_the_submission_does_not_show_its_inside(autograder, monkeypatch, capsys):
    def fail(task, parent):
        raise KeyError("secret")

    monkeypatch.setattr(run, "examine", fail)
    hand_in(autograder, "tiny.ipynb")
    assert run.run(autograder) == 1
    assert "no fault of yours" in outcome(autograder)["output"]
    assert "secret" not in json.dumps(outcome(autograder))
    assert "secret" in capsys.readouterr().out


def test_without_a_sandbox_as_asked_each_result_says_so(autograder):
    (autograder / "source/settings.json").write_text(json.dumps({"assignment": "tiny", "unsafe": True}))
    hand_in(autograder, "tiny.ipynb")
    run.run(autograder)
    assert outcome(autograder)["output"].startswith("Graded without a sandbox")
