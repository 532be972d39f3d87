"""The page a student gets back: what was examined, what went wrong, what to read; no input and no expected value."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from course_lib.assignments.prose import pieces
from course_lib.grading.examination.examine import Graded
from course_lib.grading.examination.hidden import Result
from course_lib.grading.examination.session import Failure

_SAFE_NAME = re.compile(r"\w[\w @.,-]*", re.ASCII)
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_MAX_NAME = 100
_WORDS = re.compile(r"\w+")
_PLACES = {"<module>", "<lambda>", "<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>"}

# How a status is said to the student whom it concerns.
_STATUS = {
    "graded": "Your notebook was graded.",
    "pending": "Your notebook was graded, but for the answers that a person has to mark.",
    "missing": "Nothing was handed in.",
    "unreadable": "What was handed in could not be read as a notebook, so it has no score yet.",
    "malformed": "The answer cells of the notebook could not be told apart, so it has no score yet.",
    "wrong-assignment": "This is the notebook of another assignment, so it has no score yet.",
    "failed": "The grader failed, which is no fault of yours; your instructor will grade it again.",
    "limit": "Your notebook was stopped because it used more than it may. What was graded before counts.",
}
_OUTCOMES = {"passed": "passed", "not-yet": "not yet", "not-reached": "not reached"}


def prose(text: str) -> Markup:
    """A sentence as HTML: escaped, then what stands in backticks as code and what stands in asterisks emphasised.

    Examples
    --------
    >>> print(prose("Read *Step decay*: `lr` <b>"))
    Read <em>Step decay</em>: <code>lr</code> &lt;b&gt;
    """
    return Markup().join(
        piece if mark == "plain" else Markup(f"<{mark}>{{}}</{mark}>").format(piece)  # noqa: S704 - ours, and escapes
        for mark, piece in pieces(text)
    )


_environment = Environment(
    loader=PackageLoader("course_lib.grading.feedback"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["prose"] = prose


@dataclass(frozen=True)
class Line:
    """One line of a traceback, with the code that stands there."""

    place: str
    code: str


def page(graded: Graded, assignment: str, max_score: float) -> str:
    """The feedback page of one submission: one HTML file, without scripts and without anything from elsewhere.

    Parameters
    ----------
    graded
        What became of it. All text in it may be a stranger's.
    assignment
        The assignment's name.
    max_score
        The points there are.

    Returns
    -------
    str
        HTML.
    """
    kind, _, detail = graded.status.partition(": ")
    return _environment.get_template("feedback.html.jinja").render(
        assignment=assignment,
        student=graded.student,
        score=None if graded.score is None else f"{graded.score:g}",
        max_score=f"{max_score:g}",
        status=_STATUS[kind.split(":")[0]],
        detail=detail,
        failures=[(name, failure, lines(failure, graded.sources)) for name, failure in graded.failures.items()],
        missed=[(each, f"{each.points.n:g}", lines(each.failure, graded.sources)) for each in _by(graded, False)],
        passed=[(each, f"{each.points.n:g}") for each in _by(graded, True)],
        checks=[(check, _OUTCOMES[check.outcome]) for check in graded.checks],
    )


def _by(graded: Graded, passed: bool) -> list[Result]:
    return [result for result in graded.results if result.passed is passed]


def lines(failure: Failure | None, sources: dict[str, str]) -> list[Line]:
    """The lines a failure came through, their code taken from the submission and not from what the kernel says.

    Parameters
    ----------
    failure
        What the code raised, or None.
    sources
        The cells that ran, by name. A line that is in none of them is left out.

    Returns
    -------
    list of Line
        The outermost first.
    """
    found = []
    for frame in failure.frames if failure else ():
        code = sources.get(frame.cell, "").splitlines()
        if frame.line > len(code):
            continue
        known = frame.function in _PLACES or frame.function in _WORDS.findall(sources[frame.cell])
        where = f", in {frame.function}" if known and frame.function != "<module>" else ""
        found.append(Line(f"cell {frame.cell}, line {frame.line}{where}", code[frame.line - 1].strip()))
    return found


def file_names(graded: Iterable[Graded]) -> dict[str, Graded]:
    """A file name for each page: the student's name where every system can write it, else part of it and a fingerprint.

    Examples
    --------
    >>> list(file_names([Graded("ann", "graded"), Graded("../x", "unreadable"), Graded("con", "graded")]))
    ['ann.html', 'x-50f58361.html', 'con-b71f1295.html']
    """
    names: dict[str, Graded] = {}
    for each in graded:
        name = each.student
        safe = (
            _SAFE_NAME.fullmatch(name) and not _DEVICES.fullmatch(name) and len(name) <= _MAX_NAME and ".." not in name
        )
        taken = {known.casefold() for known in names}
        if not safe or f"{name}.html".casefold() in taken:
            legible = re.sub(r"[^\w-]+", "-", name, flags=re.ASCII).strip("-")[:40] or "student"
            name = f"{legible}-{hashlib.sha256(f'{name}/{len(names)}'.encode()).hexdigest()[:8]}"
        names[f"{name}.html"] = each
    return names
