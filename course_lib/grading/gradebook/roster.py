"""The roster: who takes the course, by which names the platforms know them, and who has more time."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update

from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.standing import Student
from course_lib.grading.gradebook.store import Gradebook

COLUMNS = ("id", "name", "section", "email", "canvas_id", "moodle_id", "github")
_EXTENSION = "extension:"
# An id goes into other systems' imports as it stands, so none may be what a spreadsheet would run, or a path.
_ID = re.compile(r"\w[\w.@+ -]*")
_OTHER_ID = re.compile(r"\w[\w.@+'-]*")
_PLATFORMS = ("canvas_id", "moodle_id", "github")


def alike(name: str) -> str:
    """What people and file systems may take for the same name: letters that differ in case, or in their Unicode form.

    Examples
    --------
    >>> alike("Straße") == alike("STRASSE")
    True
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class BadRoster(ValueError):  # noqa: N818 - named for what it is
    """A roster that cannot be taken; the message names the line and what would be right."""


@dataclass(frozen=True)
class Entry:
    """One line of a roster: the student, and the extra days by assignment."""

    student: Student
    extensions: Mapping[str, float] = field(default_factory=dict)


def parse(text: str) -> list[Entry]:
    r"""The roster in a CSV text.

    Its columns, in any order: ``id``, the only one it must have; ``name``, ``section``, ``email``, ``canvas_id``,
    ``moodle_id``, ``github``; and ``extension:<assignment>`` with the extra days of those who have some.

    Raises
    ------
    BadRoster
        At the first line that cannot be taken.

    Examples
    --------
    >>> entry, = parse("id,name,extension:annealing\nann,Ann Other,2\n")
    >>> entry.student.name, entry.extensions
    ('Ann Other', {'annealing': 2.0})
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
        _check_columns(columns)
        entries = [_entry(columns, row, reader.line_num) for row in reader if row]
    except csv.Error as error:
        raise BadRoster(f"line {reader.line_num}: {error}") from error
    for what in ("id", *_PLATFORMS):
        _unique((getattr(each.student, what) for each in entries), what)
    return entries


def _check_columns(columns: list[str]) -> None:
    if "id" not in columns:
        hint = ""
        if any(";" in name for name in columns):
            hint = "; save it with commas between the columns, not semicolons"
        elif any(name.lower() == "id" for name in columns):
            hint = "; write it in small letters"
        raise BadRoster(f"a roster needs the column `id`; its columns are {', '.join(columns) or 'none'}{hint}")
    for name in columns:
        if name not in COLUMNS and not name.removeprefix(_EXTENSION) != name:
            raise BadRoster(
                f"no column is called {name!r}; there are {', '.join(COLUMNS)} and {_EXTENSION}<assignment>"
            )
        if columns.count(name) > 1:
            raise BadRoster(f"there are two columns {name!r}")


def _entry(columns: list[str], row: list[str], line: int) -> Entry:
    if len(row) != len(columns):
        raise BadRoster(f"line {line}: it has not as many cells as there are columns")
    cells = {name: value.strip() for name, value in zip(columns, row, strict=True)}
    if not _ID.fullmatch(cells["id"]) or ".." in cells["id"]:
        raise BadRoster(
            f"line {line}: an id starts with a letter or a digit, and has letters, digits, spaces and _ . @ + -; "
            f"found {cells['id']!r}"
        )
    for name in (*_PLATFORMS, "email"):
        if cells.get(name) and not _OTHER_ID.fullmatch(cells[name]):
            raise BadRoster(
                f"line {line}: {name} starts with a letter or a digit, and has letters, digits and _ . @ + ' -; "
                f"found {cells[name]!r}"
            )
    for name, value in cells.items():
        if not value.isprintable():
            raise BadRoster(f"line {line}: {name} holds a line break or another unprintable character")
    extensions = {
        name.removeprefix(_EXTENSION): _days(value, line)
        for name, value in cells.items()
        if name.startswith(_EXTENSION) and value
    }
    who = {name: cells.get(name, "") for name in COLUMNS}
    return Entry(Student(**who, on_roster=True), extensions)


def _days(value: str, line: int) -> float:
    try:
        days = float(value)
    except ValueError:
        days = math.nan
    if not 0 <= days < math.inf:
        raise BadRoster(f"line {line}: an extension is a number of days, at least 0, not {value!r}")
    return days


def _unique(values: Iterable[str], what: str) -> None:
    seen: dict[str, str] = {}
    for value in filter(None, values):
        if alike(value) in seen:
            raise BadRoster(f"two students have the {what} {value!r}, or one that differs only in case")
        seen[alike(value)] = value


def store(book: Gradebook, entries: list[Entry]) -> tuple[int, int]:
    """Make this the roster: all of it or, on an error, nothing.

    Who was on an earlier roster and is not on this one keeps their results, and is off the roster.

    Returns
    -------
    tuple of int
        How many are on the roster, and how many have left it.
    """
    table = schema.students
    with book.writing() as connection:
        before = set(connection.execute(select(table.c.id).filter_by(on_roster=True)).scalars())
        there = set(connection.execute(select(table.c.id)).scalars())
        connection.execute(update(table).values(on_roster=False))
        connection.execute(delete(schema.extensions))
        for entry in entries:
            values = vars(entry.student)
            if entry.student.id in there:
                connection.execute(update(table).where(table.c.id == entry.student.id).values(**values))
            else:
                connection.execute(insert(table).values(**values))
            for assignment, days in entry.extensions.items():
                row = {"student": entry.student.id, "assignment": assignment, "days": days}
                connection.execute(insert(schema.extensions).values(**row))
    return len(entries), len(before - {entry.student.id for entry in entries})
