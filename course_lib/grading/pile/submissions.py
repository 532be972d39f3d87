"""Finding what was handed in: a file or a folder a student, and a reason for each that cannot be taken."""

from __future__ import annotations

import os
import stat
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from course_lib.grading.gradebook.roster import alike
from course_lib.grading.gradebook.rows import on_one_line
from course_lib.grading.pile.folders import closest, is_notebook, listed, notebook_in, stem
from course_lib.grading.pile.names import SUFFIX, Named, Scheme, deliverer, example, read_name
from course_lib.grading.pile.submitted import FILE as TIMES


@dataclass(frozen=True)
class Submission:
    """One student's work, found but not read.

    Attributes
    ----------
    student
        The student's id on the roster, or the name it came under; its unprintable characters written out as Python
        writes them.
    path
        The notebook, or None where there is nothing to grade.
    named
        What the name of the file or of the folder says.
    status
        Empty, or the status that says why it cannot be graded.
    modified
        The file's time, in UTC; None where there is no file.
    found_as
        The name of the file, without its suffix, or of the folder.
    """

    student: str
    path: Path | None
    named: Named
    status: str = ""
    modified: datetime | None = None
    found_as: str = ""


class WrongNames(ValueError):  # noqa: N818 - named for what it is
    """A scheme that fits no submission; the message says what names there are and which scheme fits them."""


def collect(folder: Path, assignment: str, *, scheme: Scheme | None = None) -> list[Submission]:
    """The submissions in a folder, sorted by student.

    They are ``<student>.ipynb`` or ``<student>/<assignment>.ipynb``, or named as Canvas, Moodle and GitHub Classroom
    name what they deliver. Where a student's folder holds one notebook, its name does not matter. No link is followed.
    Other files, and hidden folders without a notebook of the assignment, are nobody's submission.

    Parameters
    ----------
    folder
        Where the submissions lie.
    assignment
        The name of the notebook in a student's folder, without its suffix.
    scheme
        How they must be named; None for whichever fits.

    Raises
    ------
    NotADirectoryError
        When there is no such folder.
    WrongNames
        When there are submissions, and `scheme` fits none of them.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder of submissions")
    found = [each for entry in os.scandir(folder) if (each := _submission(entry, assignment, scheme))]
    if scheme is not None and found:
        _one_fits_at_least(folder, [each.found_as for each in found], assignment, scheme)
    return _sorted(_without_collisions(_one_a_canvas_user(found, assignment)))


def passed_over(folder: Path) -> list[str]:
    """The names of the files in a folder of submissions that are no notebooks, sorted; hidden ones are not meant.

    A packed notebook is one of them, and its student would count as missing.
    """
    return sorted(
        entry.name
        for entry in os.scandir(folder)
        if entry.is_file(follow_symlinks=False)
        and not is_notebook(entry.name)
        and not entry.name.startswith(".")
        and entry.name != TIMES
    )


def _one_fits_at_least(folder: Path, names: list[str], assignment: str, scheme: Scheme) -> None:
    if any(read_name(name, assignment, scheme) for name in names):
        return
    fits = Counter(named.scheme for name in names if (named := read_name(name, assignment))).most_common(1)[0][0]
    raise WrongNames(
        f"{folder}: no name there is as {deliverer(scheme)} writes it, such as {example(scheme, assignment)}: there "
        f"is {listed(sorted(names))}, which {fits} fits; choose that, or leave the choice of names out"
    )


def by_roster(found: Iterable[Submission], who: Callable[[Named], str | None]) -> list[Submission]:
    """Submissions under their students' ids, sorted by student; of two by the same student, neither is taken.

    Parameters
    ----------
    found
        Submissions, each under the name it came under.
    who
        Gives the id of the student whom the roster knows by a name; None for nobody.
    """
    return _sorted(_without_collisions(replace(each, student=who(each.named) or each.student) for each in found))


def _sorted(found: Iterable[Submission]) -> list[Submission]:
    return sorted(found, key=lambda each: (each.student, each.found_as))


def _submission(entry: os.DirEntry[str], assignment: str, scheme: Scheme | None) -> Submission | None:
    path, folder = Path(entry.path), entry.is_dir(follow_symlinks=False)
    if not folder and not is_notebook(entry.name) and not entry.is_symlink():
        return None
    if folder and entry.name.startswith(".") and not (path / f"{assignment}{SUFFIX}").exists():
        return None
    name = entry.name if folder else stem(entry.name)
    named = read_name(name, assignment, scheme)
    problem = _problem_of_name(name)
    if named is None or problem:
        problem = problem or f"the file is not named as {deliverer(scheme or Scheme.PLAIN)} names what it delivers"
        nobody = Named(on_one_line(name), Scheme.PLAIN, known_as="")
        return Submission(nobody.student, None, nobody, f"unreadable: {problem}", found_as=nobody.student)
    found = Submission(on_one_line(named.student), None, named, found_as=name)
    try:
        notebook, status = notebook_in(path, assignment, named.scheme) if folder else (path, "")
    except OSError as error:
        notebook, status = None, f"unreadable: the folder cannot be opened: {error.strerror}"
    if notebook is None:
        return replace(found, status=status)
    state = notebook.lstat()
    if stat.S_ISLNK(state.st_mode):
        return replace(found, status="unreadable: a symbolic link, which is not followed")
    if not stat.S_ISREG(state.st_mode):
        return replace(found, status="unreadable: not a regular file")
    return replace(found, path=notebook, modified=datetime.fromtimestamp(int(state.st_mtime), UTC))


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


def _one_a_canvas_user(found: list[Submission], assignment: str) -> list[Submission]:
    """Of several files that one user of Canvas handed in at once, the one called as the assignment, newest copy."""
    users, rest = defaultdict(list), []
    for each in found:
        if each.named.scheme is Scheme.CANVAS:
            users[each.student].append(each)
        else:
            rest.append(each)
    return rest + [_meant(files, assignment) for files in users.values()]


def _meant(files: list[Submission], assignment: str) -> Submission:
    named = closest(files, assignment, lambda each: each.named.file)
    names = sorted({each.named.file for each in named})
    if len(names) == 1:
        return max(named, key=lambda each: each.named.copy)
    shown = listed(f"{name}{SUFFIX}" for name in names)
    words = f"unreadable: {len(names)} notebooks were handed in, {shown}; leave one, or call one {assignment}{SUFFIX}"
    return replace(named[0], path=None, status=words)


def _without_collisions(found: Iterable[Submission]) -> list[Submission]:
    same = defaultdict(list)
    for each in found:
        same[alike(each.student)].append(each)
    return [_collided(each) if len(group) > 1 else each for group in same.values() for each in group]


def _collided(submission: Submission) -> Submission:
    words = "there is another submission of the same student, or one whose name differs only in case or in Unicode form"
    return (
        replace(submission, path=None, status=f"unreadable: {words}; leave or rename one")
        if not submission.status
        else submission
    )
