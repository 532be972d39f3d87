"""Feedback as a page: one HTML file, without scripts and without anything from elsewhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from course_lib.assignments.prose import pieces
from course_lib.grading.examination.examine import Graded
from course_lib.grading.feedback.behind import behind
from course_lib.grading.feedback.view import Mark, View, view

_SAFE_NAME = re.compile(r"\w[\w @.,-]*", re.ASCII)
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_MAX_NAME = 100
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


def counted(points: float) -> str:
    """Points with their noun.

    Examples
    --------
    >>> counted(1), counted(0.5), counted(2)
    ('1 point', '0.5 points', '2 points')
    """
    return f"{points:g} point{'' if points == 1 else 's'}"


_environment = Environment(
    loader=PackageLoader("course_lib.grading.feedback"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"prose": prose, "counted": counted, "points": "{:g}".format}


def page(
    graded: Graded, assignment: str, max_score: float, marks: Iterable[Mark] = (), score: float | None = None
) -> str:
    """The feedback page of one submission, for its student: what was examined, what went wrong, what to read.

    Parameters
    ----------
    graded
        What became of it. All text in it may be a stranger's.
    assignment, max_score, marks, score
        As for `course_lib.grading.feedback.view.view`.

    Returns
    -------
    str
        HTML, without inputs and expected values but where a test shows them.
    """
    return _render(view(graded, assignment, max_score, marks, score), None)


def instructors_page(
    graded: Graded, assignment: str, max_score: float, marks: Iterable[Mark] = (), score: float | None = None
) -> str:
    """The same page with all that lies behind it: inputs, expected values, raw errors and the seed."""
    return _render(view(graded, assignment, max_score, marks, score), behind(graded))


def _render(told: View, hidden: dict[str, Any] | None) -> str:
    tests = [(test, hidden["tests"][number] if hidden else None) for number, test in enumerate(told["tests"])]
    return _environment.get_template("feedback.html.jinja").render(
        told=told,
        hidden=hidden,
        missed=[pair for pair in tests if not pair[0]["passed"]],
        passed=[pair for pair in tests if pair[0]["passed"]],
        outcomes=_OUTCOMES,
    )


def file_names(graded: Iterable[Graded]) -> dict[str, Graded]:
    """A file name for each page: the student's name where every system can write it, else part of it and a fingerprint.

    Examples
    --------
    >>> list(file_names([Graded("ann", "graded"), Graded("../x", "unreadable"), Graded("con", "graded")]))
    ['ann.html', 'x-50f58361.html', 'con-b71f1295.html']
    """
    names: dict[str, Graded] = {}
    taken: set[str] = set()
    for each in graded:
        name = each.student
        safe = (
            _SAFE_NAME.fullmatch(name)
            and not _DEVICES.fullmatch(name)
            and len(name) <= _MAX_NAME
            and ".." not in f"{name}."
        )
        if not safe or name.casefold() in taken:
            legible = re.sub(r"[^\w-]+", "-", name, flags=re.ASCII).strip("-")[:40] or "student"
            name = f"{legible}-{hashlib.sha256(f'{name}/{len(names)}'.encode()).hexdigest()[:8]}"
        taken.add(name.casefold())
        names[f"{name}.html"] = each
    return names
