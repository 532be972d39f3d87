"""Finding what was handed in: a file or a folder a student, and a reason for each that cannot be taken."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

_SUFFIX = ".ipynb"


@dataclass(frozen=True)
class Submission:
    """One student's work, found but not read.

    Attributes
    ----------
    student
        The file's or the folder's name, its unprintable characters written out as Python writes them.
    path
        The notebook, or None where there is nothing to grade.
    status
        Empty, or the status that says why it cannot be graded.
    """

    student: str
    path: Path | None
    status: str = ""


def collect(folder: Path, assignment: str) -> list[Submission]:
    """The submissions in a folder: ``<student>.ipynb`` or ``<student>/<assignment>.ipynb``, sorted by name.

    No link is followed. Other files, and hidden folders without a notebook of the assignment, are nobody's submission.

    Parameters
    ----------
    folder
        Where the submissions lie.
    assignment
        The name of the notebook in a student's folder, without its suffix.

    Raises
    ------
    NotADirectoryError
        When there is no such folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder of submissions")
    found = [_submission(entry, assignment) for entry in os.scandir(folder)]
    return sorted(_without_collisions([each for each in found if each]), key=lambda each: each.student)


def _submission(entry: os.DirEntry[str], assignment: str) -> Submission | None:
    path, folder = Path(entry.path), entry.is_dir(follow_symlinks=False)
    if not folder and path.suffix != _SUFFIX and not entry.is_symlink():
        return None
    notebook = path / f"{assignment}{_SUFFIX}" if folder else path
    if folder and entry.name.startswith(".") and not notebook.exists():
        return None
    name = entry.name if folder else entry.name.removesuffix(_SUFFIX)
    student = _printable(name)
    problem = _problem_of_name(name)
    if problem:
        return Submission(student, None, f"unreadable: {problem}")
    try:
        mode = notebook.lstat().st_mode
    except FileNotFoundError:
        return Submission(student, None, f"missing: the folder holds no {assignment}{_SUFFIX}")
    if stat.S_ISLNK(mode):
        return Submission(student, None, "unreadable: a symbolic link, which is not followed")
    if not stat.S_ISREG(mode):
        return Submission(student, None, "unreadable: not a regular file")
    return Submission(student, notebook)


def _printable(name: str) -> str:
    """A name on one line: what cannot be printed is written as Python would write it."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)


def _problem_of_name(name: str) -> str:
    if not name.strip():
        return "a file name without a student's name"
    if name.startswith("."):
        return "a file name that starts with a dot is refused"
    if ".." in name:
        return "a file name that contains `..` is refused"
    if not name.isprintable():
        return "a file name with a line break or another unprintable character is refused"
    return ""


def _key(student: str) -> str:
    """What file systems may take for the same name: letters that differ in case, or in how Unicode composes them."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", student).casefold())


def _without_collisions(found: list[Submission]) -> list[Submission]:
    same = defaultdict(list)
    for each in found:
        same[_key(each.student)].append(each)
    return [_collided(each) if len(group) > 1 else each for group in same.values() for each in group]


def _collided(submission: Submission) -> Submission:
    words = (
        "there is another submission whose name differs from this one's only in case, in Unicode form, or not at all"
    )
    return (
        replace(submission, path=None, status=f"unreadable: {words}; rename one")
        if not submission.status
        else submission
    )
