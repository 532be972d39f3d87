"""Holding an assignment against itself."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator

from nbformat import NotebookNode

from course_lib.assignments import cells, notebooks
from course_lib.assignments.answers import answers_on_file, notebook_with, solved
from course_lib.assignments.catalogue import Assignment
from course_lib.assignments.merge import merge
from course_lib.assignments.release import released
from course_lib.assignments.rubric import FILE, BadRubric, read
from course_lib.assignments.samples import FOLDER, BadSample, problems, read_samples
from course_lib.assignments.solution import read_solution
from course_lib.grading.examination import hidden
from course_lib.grading.verify.allowed import read_allowed
from course_lib.grading.verify.mutants import Mutant, mutants_of
from course_lib.grading.verify.trial import Outcome, Trial, tried_all
from course_lib.grading.verify.verdict import Verdict

MUTANTS_FILE = "mutants.yml"
# What is on file must be judged the same whatever inputs a run draws.
_SEEDS = (0, 1, 2)


def verify(
    assignment: Assignment,
    *,
    jobs: int,
    mutants: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Try the release, the solution, every answer on file and mutants of the solution.

    Parameters
    ----------
    assignment
        The assignment, in the instructor's repository.
    jobs
        Notebooks tried at a time.
    mutants
        How many mutants are tried, drawn at random; all of them when left out.
    seed
        Which they are.
    progress
        Is told, after each notebook, how many of how many have been tried.

    Returns
    -------
    Verdict
        Its `problems` are empty for an assignment that holds together.

    Raises
    ------
    ValueError
        When there is no solution, an answer on file or a ``mutants.yml`` is not in its format.
    BadHiddenTests, KernelDidNotStart, NoSandbox
        When the hidden tests cannot be run.
    """
    if assignment.solution is None or assignment.hidden_tests is None:
        raise ValueError(f"the solution of {assignment.name!r} is in the instructor's repository alone")
    ways = {assignment.hidden_tests: "write it", assignment.release: f"course release {assignment.name}"}
    for needed, way in ways.items():
        if not needed.is_file():
            raise ValueError(f"{assignment.name!r} has no {needed.name} yet: {way}")
    tests = assignment.hidden_tests.read_text(encoding="utf-8")
    listed = tuple(hidden.outline(tests))
    handed_out, solution = notebooks.read(assignment.release), solved(assignment)
    answers = answers_on_file(assignment)
    allowed = read_allowed(assignment.solution.parent / MUTANTS_FILE)
    made = [mutant for name, source in _code(solution).items() for mutant in mutants_of(name, source)]
    chosen = made if mutants is None else random.Random(seed).sample(made, min(mutants, len(made)))  # noqa: S311 - no secret

    on_file = [handed_out, solution, *(notebook_with(answer, assignment) for answer in answers)]
    trials = [Trial(notebooks.text(merge(handed_out, each)), tests, _SEEDS, checks=True) for each in on_file]
    trials += [
        Trial(notebooks.text(_mutated(solution, mutant)), tests, _SEEDS[:1], checks=False, until_failure=True)
        for mutant in chosen
    ]
    outcomes: dict[int, Outcome] = {}
    for number, outcome in tried_all(trials, jobs):
        outcomes[number] = outcome
        if progress:
            progress(len(outcomes), len(trials))
    first, second, *rest = (outcomes[number] for number in range(len(trials)))
    alive = [mutant for mutant, outcome in zip(chosen, rest[len(answers) :], strict=True) if not outcome.failed]
    untried = [mutant for mutant in made if mutant not in chosen]
    reasons = {mutant: next((each for each in allowed if each.covers(mutant)), None) for mutant in alive}
    return Verdict(
        listed,
        first,
        second,
        tuple(zip(answers, rest, strict=False)),
        tuple(mutant for mutant, reason in reasons.items() if reason is None),
        tuple((mutant, reason) for mutant, reason in reasons.items() if reason is not None),
        tuple(each for each in allowed if not any(each.covers(mutant) for mutant in [*alive, *untried])),
        len(chosen),
        len(made),
        tuple(_faults(assignment)),
    )


def _faults(assignment: Assignment) -> Iterator[str]:
    """What is wrong with the files, before anything is run."""
    assert assignment.solution is not None  # noqa: S101 - for the type checker; the caller has looked
    if notebooks.text(released(assignment.solution)) != assignment.release.read_text(encoding="utf-8"):
        yield f"the release is not what the solution gives now: course release {assignment.name}"
    folder, written = assignment.solution.parent, cells.written(read_solution(assignment.solution))
    try:
        rubric = read(folder / FILE)
        rubric.hold_against({name: float(cell.metadata.nbgrader.points) for name, cell in written.items()})
        yield from problems(read_samples(folder / "answers" / FOLDER), rubric)
    except (BadRubric, BadSample) as error:
        yield str(error)


def _code(solution: NotebookNode) -> dict[str, str]:
    return {name: cell.source for name, cell in cells.answers(solution).items() if not cells.is_written(cell)}


def _mutated(solution: NotebookNode, mutant: Mutant) -> NotebookNode:
    notebook = copy.deepcopy(solution)
    cells.answers(notebook)[mutant.cell].source = mutant.source
    return notebook
