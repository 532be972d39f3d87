"""The rubric of an assignment's written answers: ``solutions/<assignment>/rubric.yml``, what a person marks by."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import yaml

from course_lib.sheet import SheetError, text_of

FILE = "rubric.yml"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEYS = {"id", "points", "words"}


class BadRubric(ValueError):  # noqa: N818 - named for what it is
    """A rubric that cannot be used; the message names the answer, the criterion and what would be right."""


@dataclass(frozen=True)
class Criterion:
    """One thing that a written answer is marked for.

    Attributes
    ----------
    id
        Its name within the answer: lower-case words joined by ``-``.
    points
        What it is worth at most, above 0.
    words
        What an answer has to do to earn them, for the marker and, with the marks, for the student.
    """

    id: str
    points: float
    words: str


@dataclass(frozen=True)
class Rubric:
    """The criteria of each written answer of an assignment, by the answer's ``grade_id``.

    Examples
    --------
    >>> rubric = parse('''
    ... why-anneal:
    ...   - {id: noise, points: 2, words: Says that a smaller rate averages the gradient noise over more steps.}
    ...   - {id: bound, points: 1, words: Says that a constant rate stops at a floor.}
    ... ''')
    >>> rubric.points, rubric.criterion("why-anneal", "bound").points
    (3.0, 1.0)
    """

    answers: Mapping[str, tuple[Criterion, ...]] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """The points of all criteria together."""
        return math.fsum(each.points for criteria in self.answers.values() for each in criteria)

    def criterion(self, answer: str, criterion: str) -> Criterion | None:
        """One criterion, or None where the rubric has none of that name."""
        return next((each for each in self.answers.get(answer, ()) if each.id == criterion), None)

    def hold_against(self, points: Mapping[str, float]) -> None:
        """Compare with the written answers of the notebook.

        Parameters
        ----------
        points
            The points of each written answer, by its ``grade_id``.

        Raises
        ------
        BadRubric
            When an answer lacks its criteria or has too many points, or criteria lack their answer.
        """
        for answer in sorted(points.keys() | self.answers.keys()):
            if answer not in self.answers:
                raise BadRubric(f"the written answer {answer!r} has no criteria in {FILE}")
            if answer not in points:
                raise BadRubric(f"{answer!r} has criteria in {FILE} and is no written answer of the notebook")
            total = math.fsum(each.points for each in self.answers[answer])
            if not math.isclose(total, points[answer]):
                raise BadRubric(f"{answer!r} is worth {points[answer]:g} points and its criteria make {total:g}")

    def as_json(self) -> str:
        """The rubric as text that `from_json` reads."""
        return json.dumps({answer: [asdict(each) for each in criteria] for answer, criteria in self.answers.items()})


def from_json(text: str) -> Rubric:
    """The rubric that `Rubric.as_json` wrote."""
    return _rubric(json.loads(text))


def read(path: Path) -> Rubric:
    """Read a rubric; an assignment without the file has no written answers.

    Raises
    ------
    BadRubric
        When it cannot be used.
    """
    if not path.is_file():
        return Rubric()
    try:
        return parse(text_of(path))
    except SheetError as error:
        raise BadRubric(str(error)) from error
    except BadRubric as error:
        raise BadRubric(f"{path}: {error}") from error


def parse(text: str) -> Rubric:
    """The rubric in a YAML text: for each answer's ``grade_id`` a list of criteria ``{id, points, words}``.

    Raises
    ------
    BadRubric
        When it cannot be used.
    """
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadRubric(f"not YAML: {' '.join(str(error).split())}") from error
    return _rubric({} if data is None else data)


def _rubric(data: object) -> Rubric:
    if not isinstance(data, dict):
        raise BadRubric("a rubric is a list of criteria for each written answer, by its grade_id")
    return Rubric({_name(answer, "a grade_id"): _criteria(answer, found) for answer, found in data.items()})


def _criteria(answer: str, data: object) -> tuple[Criterion, ...]:
    if not isinstance(data, list) or not data:
        raise BadRubric(f"{answer!r} must have a list of criteria {{id, points, words}}")
    found = tuple(_criterion(answer, each) for each in data)
    for name in _twice(each.id for each in found):
        raise BadRubric(f"{answer!r} has two criteria called {name!r}")
    return found


def _criterion(answer: str, data: object) -> Criterion:
    if not isinstance(data, dict) or data.keys() != _KEYS:
        raise BadRubric(f"{answer!r}: a criterion has id, points and words, and nothing else; found {data!r}")
    points, words = data["points"], data["words"]
    where = f"{answer}/{_name(data['id'], 'the id of a criterion')}"
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < math.inf:
        raise BadRubric(f"{where}: points must be a number above 0, not {points!r}")
    if not isinstance(words, str) or not words.strip():
        raise BadRubric(f"{where}: words must say what the answer has to do")
    return Criterion(data["id"], float(points), " ".join(words.split()))


def _name(name: object, what: str) -> str:
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise BadRubric(f"{what} is lower-case words joined by `-`, not {name!r}")
    return name


def _twice(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
