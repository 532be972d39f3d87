"""Whose a file is, read from its name as Canvas, Moodle and GitHub Classroom write it, or as people do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

SUFFIX = ".ipynb"

# lastfirst_LATE_12345_67890_annealing-1.ipynb: the user, then the submission; what follows is the student's own name.
_CANVAS = re.compile(r"(?P<who>[^_]+)_(?P<late>LATE_)?(?P<user>\d+)_\d+_(?P<file>.+)", re.DOTALL)
_CANVAS_COPY = re.compile(r"(?P<stem>.+?)-(?P<copy>\d{1,4})", re.DOTALL)
# Full Name_12345_assignsubmission_file_ is a folder, or stands before the student's own name of the file.
_MOODLE_MARK = "_assignsubmission_file"
_MOODLE = re.compile(r"(?P<who>.+)_(?P<user>\d+)_assignsubmission_file_?(?P<file>.*)", re.DOTALL)


class Scheme(StrEnum):
    """Who named the files."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    GITHUB = "github"
    PLAIN = "plain"


def deliverer(scheme: Scheme) -> str:
    """The platform's name as it writes it itself; people, where the names are plain."""
    titles = {Scheme.CANVAS: "Canvas", Scheme.MOODLE: "Moodle", Scheme.GITHUB: "GitHub Classroom"}
    return titles.get(scheme, "people")


def example(scheme: Scheme, assignment: str) -> str:
    """A file or a folder as a scheme names it.

    Examples
    --------
    >>> example(Scheme.GITHUB, "annealing")
    'annealing-jane-doe/'
    """
    return {
        Scheme.CANVAS: f"doejane_12345_67890_{assignment}{SUFFIX}",
        Scheme.MOODLE: "Jane Doe_12345_assignsubmission_file_/",
        Scheme.GITHUB: f"{assignment}-jane-doe/",
        Scheme.PLAIN: f"jane{SUFFIX} or jane/{assignment}{SUFFIX}",
    }[scheme]


@dataclass(frozen=True)
class Named:
    """What the name of a file or of a folder says.

    Attributes
    ----------
    student
        The name it goes under where the roster knows nobody of it.
    scheme
        Who named it so.
    known_as
        What the roster may know the student by: Canvas' or Moodle's number, the login of GitHub, else the name itself.
    full_name
        The student's name, in Canvas without its spaces; empty where the file does not say it.
    flagged_late
        Whether the platform marked it as late; None where it would not say.
    file
        The student's own name of the file; empty for a folder.
    copy
        Canvas' number of a file handed in again under the same name.
    """

    student: str
    scheme: Scheme
    known_as: str
    full_name: str = ""
    flagged_late: bool | None = None
    file: str = ""
    copy: int = 0


def read_name(name: str, assignment: str, scheme: Scheme | None = None) -> Named | None:
    """What a name says.

    Parameters
    ----------
    name
        Of the file, without ``.ipynb``, or of the folder.
    assignment
        Which the folder of a GitHub Classroom starts with.
    scheme
        How it must be named; None for whichever fits.

    Returns
    -------
    Named or None
        None when it is not named so.

    Examples
    --------
    >>> read_name("doejane_LATE_12345_67890_annealing-1", "annealing")
    Named(student='doejane_12345', scheme=<Scheme.CANVAS: 'canvas'>, known_as='12345', full_name='doejane',
          flagged_late=True, file='annealing', copy=1)
    >>> read_name("Jane Doe_12345_assignsubmission_file_", "annealing").student
    'Jane Doe_12345'
    >>> read_name("annealing-jane-doe", "annealing").known_as
    'jane-doe'
    """
    readers = {Scheme.CANVAS: _canvas, Scheme.MOODLE: _moodle, Scheme.GITHUB: _github, Scheme.PLAIN: _plain}
    tried = readers.values() if scheme is None else [readers[scheme]]
    return next((found for reader in tried if (found := reader(name, assignment)) is not None), None)


def _canvas(name: str, assignment: str) -> Named | None:
    match = _CANVAS.fullmatch(name)
    if match is None:
        return None
    copy = _CANVAS_COPY.fullmatch(match["file"])
    # `annealing-1` is the second `annealing`, unless the assignment itself is called so.
    again = copy is not None and match["file"] != assignment
    file, number = (copy["stem"], int(copy["copy"])) if copy is not None and again else (match["file"], 0)
    student = f"{match['who']}_{match['user']}"
    return Named(student, Scheme.CANVAS, match["user"], match["who"], match["late"] is not None, file, number)


def _moodle(name: str, assignment: str) -> Named | None:
    # A student chooses the file's name, and often their own: with the mark twice in it, nobody could tell whose it is.
    match = _MOODLE.fullmatch(name) if name.count(_MOODLE_MARK) == 1 else None
    if match is None:
        return None
    student = f"{match['who']}_{match['user']}"
    return Named(student, Scheme.MOODLE, match["user"], match["who"], file=match["file"])


def _github(name: str, assignment: str) -> Named | None:
    login = name[len(assignment) + 1 :]
    if not name.casefold().startswith(f"{assignment}-".casefold()) or not login:
        return None
    return Named(login, Scheme.GITHUB, login)


def _plain(name: str, assignment: str) -> Named | None:
    return Named(name, Scheme.PLAIN, name)
