"""Which notebook in a student's folder is meant, and what is said where none or several may be."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from course_lib.grading.gradebook.rows import on_one_line
from course_lib.grading.pile.names import SUFFIX, Scheme

# How deep in a student's repository the notebook may lie; ours is in assignments/<assignment>/.
_DEPTH = 4
# A browser's name for a second download: annealing (1), or annealing(1).
_AGAIN = re.compile(r" ?\(\d{1,4}\)$")
_SHOWN, _LONGEST = 4, 60

_T = TypeVar("_T")


def notebook_in(folder: Path, assignment: str, scheme: Scheme) -> tuple[Path | None, str]:
    """The notebook in a student's folder that is meant.

    It is the one called as the assignment, else the one called so but for case and a browser's `` (1)``, else the only
    one, whatever its name; the repository of a GitHub Classroom may hold a notebook of our own, so there a name is
    needed. What lies further down counts where nothing above it does. Hidden files and folders, such as Jupyter's
    checkpoints, do not count, and no linked folder is entered.

    Parameters
    ----------
    folder
        The student's.
    assignment
        Its name.
    scheme
        Who named the folder.

    Returns
    -------
    path, status : tuple
        The notebook and an empty status; or None and a status that says what the folder holds, and what it should.

    Raises
    ------
    OSError
        When a folder cannot be read.
    """
    every, wanted = sorted(_below(folder, _DEPTH)), f"{assignment}{SUFFIX}"
    repository = scheme is Scheme.GITHUB
    among = [path for path in every if called(stem(path.name), assignment)] if repository else _highest(every)
    meant = _highest(closest(among, assignment, lambda path: path.name.removesuffix(SUFFIX)))
    if len(meant) == 1:
        return meant[0], ""
    if meant:
        shown = listed(path.relative_to(folder).as_posix() for path in meant)
        return None, f"unreadable: the folder holds {len(meant)} notebooks, {shown}; leave one, or call one {wanted}"
    others = sorted(f"{each.name}/" if each.is_dir(follow_symlinks=False) else each.name for each in os.scandir(folder))
    others = [name for name in others if not name.startswith(".")]
    if not others:
        return None, f"missing: the folder is empty; {wanted} belongs there"
    # A repository holds files of ours from the start; elsewhere a person has to look at what came.
    word, what = ("missing", wanted) if repository else ("unreadable", "notebook")
    return None, f"{word}: the folder holds no {what}, but {listed(others)}; {wanted} belongs there"


def closest(found: Sequence[_T], assignment: str, name: Callable[[_T], str]) -> list[_T]:
    """Those called as the assignment; else those called so but for case and a browser's `` (1)``; else all."""
    exact = [each for each in found if name(each) == assignment]
    return exact or [each for each in found if called(stem(name(each)), assignment)] or list(found)


def called(name: str, assignment: str) -> bool:
    """Whether a name is the assignment's but for case and the number of a second download.

    Examples
    --------
    >>> called("Annealing (1)", "annealing"), called("my annealing", "annealing")
    (True, False)
    """
    return _AGAIN.sub("", name).casefold() == assignment.casefold()


def is_notebook(name: str) -> bool:
    """Whether a file's name ends as a notebook's, in upper or lower case."""
    return name.casefold().endswith(SUFFIX)


def stem(name: str) -> str:
    """A file's name without the notebook's suffix, in upper or lower case."""
    return name[: -len(SUFFIX)] if is_notebook(name) else name


def listed(names: Iterable[str]) -> str:
    """Strangers' names on one line of bounded length."""
    names = [on_one_line(name) for name in names]
    shown = [name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..." for name in names[:_SHOWN]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _highest(paths: Sequence[Path]) -> list[Path]:
    level = min((len(path.parts) for path in paths), default=0)
    return [path for path in paths if len(path.parts) == level]


def _below(folder: Path, depth: int) -> Iterator[Path]:
    for entry in os.scandir(folder):
        if entry.name.startswith("."):
            continue
        if not entry.is_dir(follow_symlinks=False):
            if is_notebook(entry.name):
                yield Path(entry.path)
        elif depth > 1:
            yield from _below(Path(entry.path), depth - 1)
