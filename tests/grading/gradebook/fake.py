"""An assignment whose grading takes no sandbox: a submission is graded by the number that it is."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import nbformat.v4
from rich.console import Console

from course_lib.assignments.catalogue import Assignment
from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.hidden import Listed, Result
from course_lib.grading.examination.marker import Points
from course_lib.grading.gradebook.times import moment
from course_lib.grading.isolation.sandbox import Tier
from course_lib.grading.pile import grading
from course_lib.grading.pile.grading import grade
from tests.grading.conftest import notebook_of

# Four tests of a point each; as many as `submission` says pass.
POINT, WRONG = Points(1, "T3", "Multiply by 2."), "The answer is not what the task asks for."
STUB = "YOUR ANSWER HERE"
RUBRIC = """
why:
  - {id: noise, points: 2, words: Says what the noise does.}
  - {id: bound, points: 1, words: Names the floor.}
"""


@dataclass(frozen=True)
class WithWritten(Graded):
    """As examination carries written answers."""

    written: dict[str, str] = field(default_factory=dict)


def submission(earned=4, *, why=STUB, fails=0):
    """What a student hands in: the points that the fake gives it, and the written answer."""
    return json.dumps({"earned": earned, "why": why, "fails": fails})


def examined(task):
    handed_in = json.loads(task.submission)
    if handed_in["fails"]:
        return Graded(task.student, "failed: the grader's process ended without an answer")
    results = tuple(
        Result(f"test_{n}", f"Part {n}", POINT, n < handed_in["earned"], "" if n < handed_in["earned"] else WRONG)
        for n in range(4)
    )
    return WithWritten(task.student, "graded", results, seconds=1.5, written={"why": handed_in["why"]})


class Course:
    """A folder with the assignment `tiny`, submissions, and what grading them wrote."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        self.folder, self.pile, self.out = folder, folder / "pile", folder / "out"
        self.book, self.log = folder / "gradebook.sqlite", folder / "examined.log"
        self.release, self.tests = folder / "tiny.ipynb", folder / "hidden_tests.py"
        self.release.write_text(nbformat.writes(notebook_of("# YOUR CODE HERE")))
        self.tests.write_text("# hidden tests, which the fake does not run\n")
        self.pile.mkdir()
        found = Assignment("tiny", self.release, hidden_tests=self.tests)
        monkeypatch.setattr(grading, "find", lambda name: found)
        monkeypatch.setattr(grading.tiers, "require", lambda unsafe: Tier("bubblewrap", ""))
        # To list the hidden tests takes a second, in which pytest collects them.
        listed = [Listed(f"test_{n}", f"Part {n}", POINT) for n in range(4)]
        monkeypatch.setattr("course_lib.grading.examination.hidden.outline", lambda text: listed)
        monkeypatch.setattr(grading, "examine_all", self.examine_all)

    def examine_all(self, tasks, jobs, tier) -> Iterator[Graded]:
        for task in tasks:
            # Appended in one write, so that a process that is killed leaves whole lines.
            with self.log.open("ab", buffering=0) as log:
                log.write(f"{task.student}\n".encode())
            yield examined(task)

    def ask_why(self) -> None:
        """Give the assignment a written answer of 3 points."""
        notebook = notebook_of("# YOUR CODE HERE")
        notebook.cells.append(written_cell())
        self.release.write_text(nbformat.writes(notebook))
        self.folder.joinpath("rubric.yml").write_text(RUBRIC)

    def hand_in(self, when="2026-10-01T12:00Z", /, **works) -> None:
        for student, text in works.items():
            path = self.pile / f"{student}.ipynb"
            path.write_text(text)
            os.utime(path, (moment(when).timestamp(),) * 2)

    def grade(self, **options):
        console = Console(file=(self.folder / "console.log").open("w"))
        return grade(self.pile, "tiny", self.out, **{"gradebook": self.book, "console": console} | options)

    @property
    def examined(self) -> list[str]:
        """Whom the fake has examined, in order."""
        return self.log.read_text().split() if self.log.exists() else []


def written_cell():
    metadata = {"grade_id": "why", "grade": True, "solution": True, "locked": False, "task": False}
    return nbformat.v4.new_markdown_cell(STUB, metadata={"nbgrader": metadata | {"schema_version": 3, "points": 3}})
