"""A tiny assignment with a test that is too weak, held against itself."""

import pytest
from typer.testing import CliRunner

from course_lib.assignments import catalogue
from course_lib.assignments.release import release
from course_lib.cli import app
from course_lib.grading.examination.hidden import Listed
from course_lib.grading.examination.marker import Points
from course_lib.grading.verify import verify as verifying
from course_lib.grading.verify.trial import Outcome
from course_lib.grading.verify.verdict import Verdict
from course_lib.grading.verify.verify import verify
from tests.conftest import needs

pytestmark = needs("bwrap")

SOLUTION = """\
---
kernelspec: {name: python3, display_name: Python 3}
course: {assignment: tiny}
---

```{code-cell} ipython3
:nbgrader: {grade: false, grade_id: f, locked: false, schema_version: 3, solution: true, task: false}
def opposite(a):
    ### BEGIN SOLUTION
    return -a
    ### END SOLUTION
```

```{code-cell} ipython3
:nbgrader: {grade: true, grade_id: check-f, locked: true, points: 0, schema_version: 3, solution: false, task: false}
assert opposite(1) is not None, "Nothing came back."
```
"""
FILES = {
    "solutions/tiny/tiny.md": SOLUTION,
    "solutions/tiny/hidden_tests.py": """\
from course_lib.grading import points

@points(1, topic="T1", hint="Try it at 0.")
def test_zero(student):
    assert student.opposite(0) == 0
""",
    "solutions/tiny/answers/wrong/one_off.py": '"""One off.\n\nCaught by: test_zero\n"""\n\n# cell: f\n'
    "def opposite(a):\n    return 1 - a\n",
    "solutions/tiny/answers/right/by_product.py": '"""A product."""\n\n# cell: f\ndef opposite(a):\n'
    "    return -1 * a\n",
    "solutions/tiny/mutants.yml": """\
- {cell: f, line: return -a, mutant: return +a, why: Only zero is asked for.}
- {cell: f, line: return -a, mutant: return 7, why: There is no such mutant.}
""",
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    release("tiny", root)
    return catalogue.in_repository(root)["tiny"]


@pytest.fixture(scope="module")
def verdict(tiny):
    return verify(tiny, jobs=2)


@pytest.mark.slow
def test_the_release_earns_nothing_and_the_solution_everything(verdict):
    assert list(verdict.release.failed) == ["test_zero"]
    assert verdict.release.refused == ("check-f",)
    assert (verdict.solution.failed, verdict.solution.refused) == ({}, ())


@pytest.mark.slow
def test_wrong_answers_are_caught_and_right_ones_pass(verdict):
    caught = {answer.name: list(outcome.failed) for answer, outcome in verdict.answers}
    assert caught == {"one_off": ["test_zero"], "by_product": []}


@pytest.mark.slow
def test_a_mutant_survives_a_weak_test_unless_a_reason_allows_it(verdict):
    assert [each.mutant for each in verdict.survivors] == ["return a"]
    assert [(mutant.mutant, reason.why) for mutant, reason in verdict.allowed] == [
        ("return +a", "Only zero is asked for.")
    ]
    assert verdict.tried == verdict.made == 4


@pytest.mark.slow
def test_a_reason_without_a_survivor_is_a_problem(verdict):
    assert [each.mutant for each in verdict.stale] == ["return 7"]
    assert verdict.problems == [
        "answers/wrong has 1 of at least 10 answers",
        "answers/right has 1 of at least 3 answers",
        "a mutant of f survives: return -a -> return a",
        "mutants.yml: no such mutant of f survives: return -a -> return 7",
    ]


def test_an_assignment_without_its_solution_is_refused(tiny):
    published = catalogue.Assignment(tiny.name, tiny.release)
    with pytest.raises(ValueError, match="the solution of 'tiny' is in the instructor's repository alone"):
        verify(published, jobs=1)


@pytest.mark.slow
def test_the_command_says_what_is_wrong_and_ends_with_status_1(verdict, monkeypatch):
    monkeypatch.setattr(verifying, "verify", lambda *_, **__: verdict)
    result = CliRunner().invoke(app, ["verify", "annealing"])
    assert result.exit_code == 1
    assert "a mutant of f survives" in result.stdout


def test_no_name_is_broken_where_nobody_sets_a_width(monkeypatch):
    name = "test_" + "of_a_name_that_is_longer_than_any_terminal_is_wide_" * 4
    listed = Listed(name, "", Points(1, "T1", "hint"))
    monkeypatch.setattr(verifying, "verify", lambda *_, **__: Verdict((listed,), Outcome({}), Outcome({name: ""}), ()))
    lines = CliRunner().invoke(app, ["verify", "annealing"]).stdout.splitlines()
    assert any(line.split() == [name, "1", "none"] for line in lines)
    assert f"problem: the solution fails {name}: " in lines
    assert max(map(len, lines)) < 2 * len(name)


def test_an_unknown_assignment_is_one_line_and_status_2():
    result = CliRunner().invoke(app, ["verify", "no-such-assignment"])
    assert result.exit_code == 2
    assert "no assignment is called 'no-such-assignment'" in result.stderr


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("solutions/tiny/rubric.yml", "why: [{id: a, points: 1, words: A.}]\n", "is no written answer of the notebook"),
        ("solutions/tiny/tiny.md", SOLUTION.replace("Nothing", "Nothing at all"), "course release tiny"),
    ],
)
def test_what_is_wrong_with_the_files_is_a_problem_too(tmp_path, name, text, words):
    for path, content in {**FILES, "solutions/tiny/mutants.yml": "[]"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    release("tiny", tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    verdict = verify(catalogue.find("tiny", tmp_path), jobs=1, mutants=0)
    assert any(words in problem for problem in verdict.problems), verdict.problems
