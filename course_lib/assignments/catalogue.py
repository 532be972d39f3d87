"""Which assignments there are, and where their files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
REPOSITORY = PACKAGE.parent


class UnknownAssignmentError(LookupError):
    """No assignment of that name; the message lists those there are."""


@dataclass(frozen=True)
class Assignment:
    """The files of one assignment.

    Attributes
    ----------
    name
        What commands and file names call it, such as ``annealing``.
    release
        The notebook a student starts from.
    solution, hidden_tests, answers
        The instructor's notebook (MyST), the tests that give points, and the folder of answers on file.
        They exist in the instructor's repository and are None everywhere else.
    """

    name: str
    release: Path
    solution: Path | None = None
    hidden_tests: Path | None = None
    answers: Path | None = None


def in_repository(root: Path) -> dict[str, Assignment]:
    """The assignments an instructor keeps under ``root/solutions``, by name; none where there is no such folder."""
    found = {}
    for solution in sorted((root / "solutions").glob("*/*.md")):
        folder, name = solution.parent, solution.stem
        if folder.name != name:
            continue
        release = root / "assignments" / name / f"{name}.ipynb"
        found[name] = Assignment(name, release, solution, folder / "hidden_tests.py", folder / "answers")
    return found


def in_package(package: Path) -> dict[str, Assignment]:
    """The released notebooks that travel inside a published `course_lib`, by name."""
    return {path.stem: Assignment(path.stem, path) for path in sorted((package / "released").glob("*.ipynb"))}


def assignments(root: Path = REPOSITORY, package: Path = PACKAGE) -> dict[str, Assignment]:
    """Every assignment, by name.

    A published `course_lib` carries the released notebooks with it, out of the reach of the copy that the student works
    in; the instructor's repository has them in ``assignments/``, where nobody fills them in.

    Parameters
    ----------
    root, package
        The repository and the package folder to look in.

    Returns
    -------
    dict of str to Assignment
        Sorted by name.
    """
    return in_package(package) or in_repository(root)


def find(name: str, root: Path = REPOSITORY, package: Path = PACKAGE) -> Assignment:
    """One assignment by its name.

    Raises
    ------
    UnknownAssignmentError
        When there is none of that name; the message lists those there are.

    Examples
    --------
    >>> find("annealing").release.name
    'annealing.ipynb'
    """
    known = assignments(root, package)
    if name not in known:
        raise UnknownAssignmentError(f"no assignment is called {name!r}; there is: {', '.join(known) or 'none at all'}")
    return known[name]
