"""What `course verify` prints."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from course_lib.grading.verify.mutants import Mutant
from course_lib.grading.verify.verdict import Verdict


def report(verdict: Verdict) -> Group:
    """The verdict as tables, the mutants that survive as differences of a line, and last what has to be mended.

    Parameters
    ----------
    verdict
        What `verify` found.

    Returns
    -------
    Group
        For the terminal.
    """
    return Group(*_parts(verdict))


def _parts(verdict: Verdict) -> Iterator[RenderableType]:
    yield _tests(verdict)
    yield _answers(verdict)
    if verdict.tried:
        killed = verdict.tried - len(verdict.survivors) - len(verdict.allowed)
        yield Text(f"{verdict.tried} of {verdict.made} mutants tried: {killed} noticed, ", end="")
        yield Text(f"{len(verdict.allowed)} allowed for a stated reason, {len(verdict.survivors)} survive\n")
    for mutant in verdict.survivors:
        yield Padding(_difference(mutant), (0, 0, 1, 2), expand=False)
    problems = verdict.problems
    for problem in problems:
        yield Text.assemble(("problem: ", "bold red"), problem)
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    yield Text(count if problems else "Everything is as it should be.", style="bold")


def _tests(verdict: Verdict) -> Table:
    topics = ", ".join(f"{topic} {worth:g}" for topic, worth in verdict.points_by_topic.items())
    title = f"{len(verdict.tests)} hidden tests, {verdict.points:g} points: {topics}"
    table = _table(title, "test", "points", "wrong answers that it catches")
    for test in verdict.tests:
        caught = ", ".join(verdict.exercised_by(test.name))
        table.add_row(test.name, f"{test.points.n:g}", Text(caught or "none", style="" if caught else "bold red"))
    return table


def _answers(verdict: Verdict) -> Table:
    table = _table("Answers on file", "answer", "points", "fails", "visible check")
    for answer, outcome in verdict.answers:
        failed = outcome.failed
        unexpected = set(failed) != set(answer.caught_by)
        tests = Text(", ".join(failed) or "nothing", style="bold red" if unexpected else "")
        kind = "right" if answer.right else "wrong"
        visible = "not satisfied" if outcome.refused else "passed"
        table.add_row(f"{kind}/{answer.name}", f"{outcome.earned:g}", tests, visible)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "points" else "left")
    return table


def _difference(mutant: Mutant) -> Text:
    lines = [(f"{mutant.cell}\n", "bold")]
    lines += [(f"- {line}\n", "red") for line in mutant.line.splitlines()]
    lines += [(f"+ {line}\n", "green") for line in mutant.mutant.splitlines()]
    return Text.assemble(*lines, end="")
