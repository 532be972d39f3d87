"""Writing an export, by the name of its format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection

from course_lib.grading.examination.examine import Graded
from course_lib.grading.feedback.page import file_names
from course_lib.grading.gradebook.exports import gradescope, platforms
from course_lib.grading.gradebook.exports.junit import junit
from course_lib.grading.gradebook.exports.listing import listing
from course_lib.grading.gradebook.marks import given
from course_lib.grading.gradebook.policies import Policies
from course_lib.grading.gradebook.results import load
from course_lib.grading.gradebook.standing import Standing, names, standings, students
from course_lib.grading.gradebook.store import Gradebook

_PLATFORMS = ("canvas", "moodle")


@dataclass(frozen=True)
class Written:
    """What an export wrote.

    Attributes
    ----------
    what
        The file or files, in words.
    warnings
        Whom it leaves out or says less of than there is to say, and why: a line a reason, with their names.
    """

    what: str
    warnings: tuple[str, ...] = ()


def write(book: Gradebook, form: str, out: Path, assignments: Sequence[str] | None, policies: Policies) -> Written:
    """Write an export.

    Parameters
    ----------
    book
        The gradebook.
    form
        ``csv``, ``canvas``, ``moodle``, ``gradescope`` or ``junit``.
    out
        The file to write; for ``gradescope`` the folder, made where it is missing.
    assignments
        Their names; None for all.
    policies
        What counts.

    Returns
    -------
    Written
        What was written, and what an instructor has to know of it.

    Raises
    ------
    LookupError
        When nothing of an assignment is in the gradebook, or a platform's export finds no roster.
    """
    now = datetime.now(UTC)
    with book.reading() as connection:
        chosen = _chosen(connection, assignments)
        if form in _PLATFORMS and not any(each.on_roster for each in students(connection).values()):
            raise LookupError(
                f"for {form.title()} only who is on the roster is written, and there is no roster; "
                "`course roster import roster.csv` takes one, and `course roster import --help` says what it holds"
            )
        warnings = tuple(_warnings(connection, chosen, policies, form))
        match form:
            case "canvas":
                text = platforms.canvas(connection, chosen, policies, now)
            case "moodle":
                text = platforms.moodle(connection, chosen, policies, now)
            case "csv":
                text = listing(chain.from_iterable(standings(connection, name, policies) for name in chosen))
            case "junit":
                text = _junit(connection, chosen, policies)
            case _:
                return Written(_gradescope(connection, chosen, policies, out), warnings)
    out.write_text(text, encoding="utf-8", newline="")
    return Written(str(out), warnings)


def _chosen(connection: Connection, assignments: Sequence[str] | None) -> list[str]:
    known = names(connection)
    for name in assignments or ():
        if name not in known:
            raise LookupError(f"nothing of an assignment {name!r} is in the gradebook; there is: {', '.join(known)}")
    return list(assignments or known)


def _warnings(connection: Connection, assignments: Sequence[str], policies: Policies, form: str) -> Iterator[str]:
    """What the form has no place for; the list and JUnit have a status beside each score."""
    found = [each for name in assignments for each in standings(connection, name, policies)]
    if form in _PLATFORMS:
        strangers = sorted({each.student.id for each in found if not each.student.on_roster})
        if strangers:
            yield (
                f"{len(strangers)} not on the roster, left out: {', '.join(strangers)}; with them on it, import the "
                "roster and export again"
            )
        found = [each for each in found if each.student.on_roster]
        without = [each for each in found if each.attempt is not None and each.score is None]
        if without:
            yield f"{len(without)} handed in and without a score, left empty: {_who(without)}"
    waiting = [each for each in found if each.unmarked]
    if waiting and form in (*_PLATFORMS, "gradescope"):
        so = "left empty" if form in _PLATFORMS else "written with the points so far"
        yield (
            f"{len(waiting)} pending, with written answers that nobody has marked yet, {so}: {_who(waiting)}; "
            "`course marks sheet` writes a sheet to mark them"
        )


def _who(standings: Iterable[Standing]) -> str:
    return ", ".join(f"{each.student.id} ({each.assignment}: {each.word})" for each in standings)


def _junit(connection: Connection, assignments: Sequence[str], policies: Policies) -> str:
    found = {name: standings(connection, name, policies) for name in assignments}
    graded = load(connection, [each.grading for every in found.values() for each in every if each.grading is not None])
    return junit({name: [(each, graded.get(each.grading or 0)) for each in every] for name, every in found.items()})


def _gradescope(connection: Connection, assignments: Sequence[str], policies: Policies, out: Path) -> str:
    count = 0
    for name in assignments:
        found, marks = standings(connection, name, policies), given(connection, name)
        graded = load(connection, [each.grading for each in found if each.grading is not None])
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        whose = {each.student.id: each for each in found if each.attempt is not None}
        for file, one in file_names(Graded(student, "") for student in whose).items():
            each = whose[one.student]
            record = graded.get(each.grading or 0, Graded(each.student.id, each.status))
            results = gradescope.results(
                record, status=each.status, score=each.score, marks=marks.get(each.attempt or 0, ())
            )
            path = (folder / file).with_suffix(".json")
            path.write_text(json.dumps(results, indent=1), encoding="utf-8")
            count += 1
    return f"{count} files in {out}"
