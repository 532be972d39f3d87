"""Sample answers to written questions: what a marker reads first, each marked by the rubric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from course_lib.assignments.rubric import Rubric

FOLDER = "written"
_KEYS = {"answer", "marks", "why"}
_FEWEST = 3


class BadSample(ValueError):  # noqa: N818 - named for what it is
    """A sample that cannot be read; the message names the file and what would be right."""


@dataclass(frozen=True)
class Sample:
    """One answer to a written question, and what it deserves.

    Attributes
    ----------
    name
        The file's name without ``.md``.
    answer
        The ``grade_id`` of the question.
    marks
        Points by criterion.
    why
        Why these, for the marker.
    text
        The answer.
    """

    name: str
    answer: str
    marks: Mapping[str, float]
    why: str
    text: str


def read_samples(folder: Path) -> list[Sample]:
    """The samples in a folder, by name; none where there is no such folder.

    Raises
    ------
    BadSample
        When one is not a front matter with `answer`, `marks` and `why`, and a text after it.
    """
    return [_sample(path) for path in sorted(folder.glob("*.md"))]


def _sample(path: Path) -> Sample:
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    front = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0] else None
    if not isinstance(front, dict) or front.keys() != _KEYS or not isinstance(front["marks"], dict):
        raise BadSample(f"{path.name}: begins with `---`, `answer:`, `marks:` (points by criterion), `why:` and `---`")
    if not parts[2].strip():
        raise BadSample(f"{path.name}: holds no answer below its front matter")
    return Sample(path.stem, str(front["answer"]), front["marks"], str(front["why"]), parts[2].strip())


def problems(samples: list[Sample], rubric: Rubric) -> Iterator[str]:
    """What is wrong with the samples of an assignment, a line each.

    Each is marked by every criterion of its question. A question has at least three, which show a marker the whole
    range: the poorest earns less than a third of its points, the best more than two thirds, and one is in between.

    Examples
    --------
    >>> from course_lib.assignments.rubric import parse
    >>> rubric = parse("why: [{id: noise, points: 3, words: Speaks of noise.}]")
    >>> list(problems([Sample("poor", "why", {"nose": 0}, "", "Because.")], rubric))[0]
    "the sample poor is marked by 'nose'; the criteria of 'why' are 'noise'"
    """
    for each in samples:
        criteria = {criterion.id: criterion.points for criterion in rubric.answers.get(each.answer, ())}
        if not criteria:
            known = ", ".join(map(repr, rubric.answers)) or "none"
            yield f"the sample {each.name} answers {each.answer!r}; the rubric has {known}"
        elif each.marks.keys() != criteria.keys():
            marked, asked = ", ".join(map(repr, each.marks)), ", ".join(map(repr, criteria))
            yield f"the sample {each.name} is marked by {marked}; the criteria of {each.answer!r} are {asked}"
        else:
            for name, most in criteria.items():
                if not 0 <= each.marks[name] <= most:
                    yield f"the sample {each.name} has {each.marks[name]} of {most:g} points for {name!r}"
    for answer, criteria_of in rubric.answers.items():
        most = sum(criterion.points for criterion in criteria_of)
        shares = sorted(sum(each.marks.values()) / most for each in samples if each.answer == answer)
        if len(shares) < _FEWEST:
            yield f"{answer!r} has {len(shares)} samples; it takes a good, a middling and a poor one"
        elif not (shares[0] < 1 / 3 and shares[-1] > 2 / 3 and any(1 / 3 < share < 2 / 3 for share in shares)):
            yield f"the samples of {answer!r} need one below a third of its points, one above two thirds, one between"
