"""Grades as the learning platforms import them: Canvas' gradebook and Moodle's grades, both as CSV.

Who is not on the roster is in neither. A score that waits for marks by hand is left empty, for the platforms would show
it as final. Ids go in as they stand, for the platform looks students up by them; the roster
takes none that a spreadsheet would run. Names and sections, which the platforms do not look up, are defused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from course_lib.grading.gradebook.exports.cells import defused, number, table
from course_lib.grading.gradebook.policies import Policies
from course_lib.grading.gradebook.standing import Standing, Student, standings, students
from course_lib.grading.gradebook.totals import counted


def canvas(connection: Connection, assignments: Sequence[str], policies: Policies, now: datetime) -> str:
    """A gradebook that Canvas imports: `Student`, `ID`, `SIS User ID`, `SIS Login ID`, `Section`, and the assignments.

    The second line has the points possible. A student is found by `ID`, the roster's ``canvas_id``, else by `SIS User
    ID`, the roster's ``id``; the login is left empty. An empty cell leaves what Canvas has. A column is called as
    ``canvas_column`` says, which is ``Name (number)`` in what Canvas exports; else Canvas asks which it is.
    """
    found = {name: _by_student(connection, name, policies) for name in assignments}
    columns = [policies.of(name).canvas_column or name for name in assignments]
    possible = [number(max((each.max_score for each in found[name].values()), default=0.0)) for name in assignments]
    rows = [["    Points Possible", "", "", "", "", *possible]]
    for who in _roster(connection):
        scores = [_points(found[name].get(who.id), policies, now) for name in assignments]
        rows.append([defused(who.name), who.canvas_id, who.id, "", defused(who.section), *scores])
    return table(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *columns], rows)


def moodle(connection: Connection, assignments: Sequence[str], policies: Policies, now: datetime) -> str:
    """Grades that Moodle imports: `ID number`, `Full name`, `Email address`, and a column an assignment.

    In the import, map `ID number` or `Email address` to the user and each column to its grade item; a column is called
    as ``moodle_column`` says, which is ``Assignment: Name (Real)`` in what Moodle exports, and is then found by itself.
    """
    found = {name: _by_student(connection, name, policies) for name in assignments}
    columns = [policies.of(name).moodle_column or name for name in assignments]
    rows = []
    for who in _roster(connection):
        scores = [_points(found[name].get(who.id), policies, now) for name in assignments]
        rows.append([who.id, defused(who.name), who.email, *scores])
    return table(["ID number", "Full name", "Email address", *columns], rows)


def _roster(connection: Connection) -> list[Student]:
    return [each for each in students(connection).values() if each.on_roster]


def _by_student(connection: Connection, assignment: str, policies: Policies) -> dict[str, Standing]:
    return {each.student.id: each for each in standings(connection, assignment, policies)}


def _points(standing: Standing | None, policies: Policies, now: datetime) -> str:
    if standing is None or standing.unmarked:
        return ""
    return number(counted(standing, policies.of(standing.assignment), now))
