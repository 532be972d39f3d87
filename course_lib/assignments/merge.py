"""Putting a student's answers into the released notebook. What a student hands in is read as data and never trusted."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import ClassVar

from nbformat import NotebookNode

from course_lib.assignments.cells import answers, grade_id, written
from course_lib.assignments.notebooks import node

MAX_BYTES = 20_000_000


class SubmissionError(ValueError):
    """A submission that cannot be graded; the message is one line, `status` the word for the gradebook."""

    status: ClassVar[str]


class Unreadable(SubmissionError):  # noqa: N818 - the gradebook's word for it
    """Not a file that can be read as a notebook."""

    status = "unreadable"


class Malformed(SubmissionError):  # noqa: N818 - the gradebook's word for it
    """A notebook whose answer cells cannot be told apart."""

    status = "malformed"


class WrongAssignment(SubmissionError):  # noqa: N818 - the gradebook's word for it
    """A notebook of another assignment."""

    status = "wrong-assignment"


def read_notebook(path: Path, max_bytes: int = MAX_BYTES) -> NotebookNode:
    """Read what a student handed in, without running, converting or believing anything in it.

    Only what can matter is kept: the notebook's metadata, and each cell's type, metadata and source.

    Parameters
    ----------
    path
        The file.
    max_bytes
        A longer file is refused before it is parsed.

    Returns
    -------
    NotebookNode
        Version 4, without outputs.

    Raises
    ------
    Unreadable
        When it is no regular file, too large, not JSON, or not a notebook in version 4 of the format.
    """
    try:
        if not path.is_file():
            raise Unreadable("not a regular file" if path.exists() else "there is no such file")
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except OSError as error:
        raise Unreadable(f"cannot be opened: {error.strerror}") from error
    if len(raw) > max_bytes:
        raise Unreadable(f"larger than {max_bytes / 1e6:g} MB; clear the outputs and save it again")
    try:
        return _as_notebook(_parse(raw))
    except RecursionError as error:
        raise Unreadable("nested too deeply to be a notebook") from error


def _parse(raw: bytes) -> object:
    if not raw.strip():
        raise Unreadable("the file is empty; save the notebook and hand it in again")
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text)
    except UnicodeDecodeError as error:
        raise Unreadable("not a text file in UTF-8, so not a notebook") from error
    except json.JSONDecodeError as error:
        if not text.lstrip().startswith(("{", "[")):
            raise Unreadable("no notebook: it is other text, which only its name calls a notebook") from error
        raise Unreadable(f"broken JSON at line {error.lineno}; the file may be cut off") from error
    except ValueError as error:  # an integer of more digits than Python parses
        raise Unreadable("holds a number too long to be a notebook's") from error


def _as_notebook(data: object) -> NotebookNode:
    if not isinstance(data, dict) or not isinstance(data.get("nbformat"), int):
        raise Unreadable("JSON, but not a Jupyter notebook")
    if data["nbformat"] != 4 or not isinstance(data.get("cells"), list):
        raise Unreadable("not a notebook in version 4 of the format; open it in Jupyter and save it again")
    cells = [_as_cell(number, cell) for number, cell in enumerate(data["cells"], start=1)]
    metadata = _mapping(data.get("metadata"))
    return node({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})


def _as_cell(number: int, cell: object) -> dict[str, object]:
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        raise Unreadable(f"cell {number} is not a notebook cell")
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable(f"cell {number} has no source text")
    try:
        source.encode()
    except UnicodeEncodeError as error:
        raise Unreadable(f"cell {number} holds half a character (a lone surrogate)") from error
    return {"cell_type": cell["cell_type"], "metadata": _mapping(cell.get("metadata")), "source": source}


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def merge(released: NotebookNode, submission: NotebookNode) -> NotebookNode:
    """The released notebook with the student's answers in it: everything else is as it was released.

    Parameters
    ----------
    released
        The assignment's released notebook.
    submission
        What `read_notebook` returned.

    Returns
    -------
    NotebookNode
        A new notebook; both arguments stay as they are.

    Raises
    ------
    WrongAssignment
        When the submission names another assignment, or has none of this one's answer cells.
    Malformed
        When an answer cell is missing, there twice, or of another type, as code that was made text.
    """
    expected = answers(released)
    found: dict[str, list[NotebookNode]] = {}
    for cell in submission.cells:
        name = grade_id(cell)
        if name in expected:
            found.setdefault(name, []).append(cell)
    _same_assignment(released, submission, bool(found))
    for name, cell in expected.items():
        _one_cell(name, cell, found.get(name, []))
    merged = copy.deepcopy(released)
    for name, cell in answers(merged).items():
        cell.source = found[name][0].source
    return merged


def written_answers(released: NotebookNode, merged: NotebookNode) -> dict[str, str]:
    """The text of each written answer of a merged notebook, by its id; empty for one that was left as released."""
    asked = written(released)
    return {
        name: "" if cell.source.strip() == asked[name].source.strip() else cell.source
        for name, cell in written(merged).items()
    }


def _same_assignment(released: NotebookNode, submission: NotebookNode, has_answers: bool) -> None:
    name = released.metadata.course.assignment
    claimed = _mapping(submission.metadata.get("course")).get("assignment")
    if isinstance(claimed, str) and claimed != name:
        raise WrongAssignment(f"this is the notebook of {_shown(claimed)}, not of {name!r}")
    if not has_answers:
        raise WrongAssignment(f"the notebook has none of the answer cells of {name!r}")


def _one_cell(name: str, released: NotebookNode, found: list[NotebookNode]) -> None:
    if not found:
        raise Malformed(f"the answer cell {name!r} is missing; put your code into a fresh copy of the assignment")
    if len(found) > 1:
        raise Malformed(
            f"the answer cell {name!r} is there {len(found)} times (a copied or split cell keeps its name); keep one"
        )
    if found[0].cell_type != released.cell_type:
        raise Malformed(
            f"the answer cell {name!r} is a {_shown(found[0].cell_type)} cell; it must be a {released.cell_type} cell"
        )


def _shown(text: str, limit: int = 40) -> str:
    """A stranger's text on one line of bounded length."""
    return ascii(text if len(text) <= limit else text[:limit] + "...")
