"""What verifying an assignment found, and what of it is not as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from course_lib.assignments.answers import AnswerOnFile
from course_lib.grading.examination.hidden import Listed
from course_lib.grading.verify.allowed import Allowed
from course_lib.grading.verify.mutants import Mutant
from course_lib.grading.verify.trial import Outcome

# Fewer say too little of what a class gets wrong, and of the styles in which it is right.
_AT_LEAST = {"wrong": 10, "right": 3}


@dataclass(frozen=True)
class Verdict:
    """What became of everything on file.

    Attributes
    ----------
    tests
        The hidden tests, in their order.
    release, solution
        What became of the notebook as it is handed out, and with the instructor's own answers.
    answers
        What became of each answer on file.
    survivors
        Mutants that no test noticed and no reason allows.
    allowed
        Mutants that survived for a stated reason.
    stale
        Reasons for mutants that do not survive, or do not exist.
    tried, made
        How many mutants were tried, of how many.
    faults
        What is wrong with the files themselves: release, rubric and sample answers.
    """

    tests: tuple[Listed, ...]
    release: Outcome
    solution: Outcome
    answers: tuple[tuple[AnswerOnFile, Outcome], ...]
    survivors: tuple[Mutant, ...] = ()
    allowed: tuple[tuple[Mutant, Allowed], ...] = ()
    stale: tuple[Allowed, ...] = ()
    tried: int = 0
    made: int = 0
    faults: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """What all hidden tests together are worth."""
        return sum(test.points.n for test in self.tests)

    def exercised_by(self, test: str) -> list[str]:
        """The wrong answers that a test catches."""
        return [answer.name for answer, outcome in self.answers if not answer.right and test in outcome.failed]

    @property
    def points_by_topic(self) -> dict[str, float]:
        """What the hidden tests of each topic are worth, in the order of the topics."""
        worth: dict[str, float] = {}
        for test in sorted(self.tests, key=lambda test: int(test.points.topic[1:])):
            worth[test.points.topic] = worth.get(test.points.topic, 0) + test.points.n
        return worth

    def _too_few(self) -> Iterator[str]:
        for kind, least in _AT_LEAST.items():
            there = sum(answer.right == (kind == "right") for answer, _ in self.answers)
            if there < least:
                yield f"answers/{kind} has {there} of at least {least} answers"

    @property
    def problems(self) -> list[str]:
        """What is not as it should be, a line each; empty for an assignment that is."""
        names = [test.name for test in self.tests]
        lost = self.release.failed.keys() - set(self.release.wavering)
        found = [*self.faults, *self._too_few()]
        found += [f"the released notebook earns {name}" for name in names if name not in lost]
        found += _imperfect("the solution", self.solution)
        for answer, outcome in self.answers:
            if answer.right:
                found += _imperfect(f"the right answer {answer.name}", outcome)
            else:
                found += _misjudged(answer, outcome, names)
        found += [f"no wrong answer fails {name}" for name in names if not self.exercised_by(name)]
        found += [f"a mutant of {each.cell} survives: {each.line} -> {each.mutant}" for each in self.survivors]
        found += [
            f"mutants.yml: no such mutant of {each.cell} survives: {each.line} -> {each.mutant}" for each in self.stale
        ]
        return found


def _imperfect(what: str, outcome: Outcome) -> list[str]:
    lost = [
        f"{what} fails {name}: {words}" + (f" ({error})" if (error := outcome.errors.get(name)) else "")
        for name, words in outcome.failed.items()
    ]
    return lost + [f"{what} does not satisfy {name}" for name in outcome.refused]


def _misjudged(answer: AnswerOnFile, outcome: Outcome, names: list[str]) -> list[str]:
    found = [f"{answer.name} names {name}, which is no hidden test" for name in answer.caught_by if name not in names]
    found += [
        f"{answer.name} is not caught by {name}"
        for name in answer.caught_by
        if name in names and name not in outcome.failed
    ]
    found += [
        f"{answer.name} is caught by {name} with some random inputs and not with others" for name in outcome.wavering
    ]
    return found + [
        f"{answer.name} is also caught by {name}, which it does not name"
        for name in outcome.failed
        if name not in answer.caught_by
    ]
