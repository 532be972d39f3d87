"""Readers' progress files: what a reader of the book has saved for the teacher, held to its format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

FORMAT = 1
_LARGEST = 5_000_000  # bytes: a term's record is a thousandth of it


class ProgressFileError(ValueError):
    """The file is not one that the book's page of progress has saved; the message says where it differs."""


@dataclass(frozen=True)
class ChapterProgress:
    """A reader's progress in one chapter.

    Attributes
    ----------
    page, title
        The chapter's name and title.
    read
        The day on which the reader marked it as read; None if it is not marked.
    right, answered, questions
        Of the quiz: questions answered rightly, answered, and all there are.
    begun, cards
        Of the cards: begun, and all there are.
    """

    page: str
    title: str
    read: date | None
    right: int
    answered: int
    questions: int
    begun: int
    cards: int


@dataclass(frozen=True)
class Progress:
    """A reader's progress: the name they typed (which nobody has checked), when they saved it, chapter by chapter."""

    name: str
    course: str
    saved: datetime
    chapters: tuple[ChapterProgress, ...]

    @property
    def pages_read(self) -> int:
        """How many chapters are marked as read."""
        return sum(chapter.read is not None for chapter in self.chapters)


def read_progress(path: Path) -> Progress:
    """Return what a progress file says.

    The reader could have written anything into it: it tells a teacher who is stuck where, and is no ground for a mark.

    Raises
    ------
    ProgressFileError
        If the file is not JSON, or not of this format; the message names what is wrong.
    FileNotFoundError
        If there is no such file.
    """
    if path.stat().st_size > _LARGEST:
        raise ProgressFileError(f"{path.name}: larger than {_LARGEST} bytes")
    try:
        file = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ProgressFileError(
            f"{path.name}: not JSON; it should be what the book's page of progress saved"
        ) from error
    try:
        return _progress(file)
    except ProgressFileError as error:
        raise ProgressFileError(f"{path.name}: {error}") from error


def _progress(file: object) -> Progress:
    whole = _object(file, "the file")
    if whole.get("kind") != "progress":
        raise ProgressFileError(f"`kind` is {_said(whole.get('kind'))}; it should be 'progress'")
    if whole.get("format") != FORMAT:
        raise ProgressFileError(f"`format` is {_said(whole.get('format'))}; this version reads {FORMAT}")
    pages = _object(whole.get("pages"), "`pages`")
    listed = whole.get("chapters")
    if not isinstance(listed, list):
        raise ProgressFileError(f"`chapters` is {_said(listed)}; it should be a list")
    chapters = tuple(_chapter(each, pages, f"`chapters[{at}]`") for at, each in enumerate(listed))
    saved = _text(whole, "saved", "the file")
    try:
        when = datetime.fromisoformat(saved)
    except ValueError as error:
        raise ProgressFileError(
            f"`saved` is {_said(saved)}; it should be a time such as 2026-03-09T12:00:00Z"
        ) from error
    return Progress(_text(whole, "name", "the file"), _text(whole, "course", "the file"), when, chapters)


def _chapter(listed: object, pages: dict[str, Any], where: str) -> ChapterProgress:
    chapter = _object(listed, where)
    page = _text(chapter, "page", where)
    kinds = _object(pages.get(page, {}), f"`pages` of {page}")
    reading, quiz, cards = (
        _object(kinds.get(kind, {}), f"`{kind}` of {page}") for kind in ("reading", "quiz", "cards")
    )
    answers = [_object(answer, f"an answer of {page}") for answer in quiz.values()]
    marked = reading.get("read")
    try:
        read = None if marked is None else date.fromisoformat(str(marked))
    except ValueError as error:
        raise ProgressFileError(
            f"`read` of {page} is {_said(marked)}; it should be a day such as 2026-03-09"
        ) from error
    return ChapterProgress(
        page,
        _text(chapter, "title", where),
        read,
        sum(answer.get("right") is True for answer in answers),
        len(answers),
        _count(chapter, "questions", where),
        len(cards),
        _count(chapter, "cards", where),
    )


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProgressFileError(f"{where} is {_said(value)}; it should be an object")
    return value


def _text(holder: dict[str, Any], key: str, where: str) -> str:
    value = holder.get(key)
    if not isinstance(value, str):
        raise ProgressFileError(f"`{key}` of {where} is {_said(value)}; it should be text")
    return value


def _count(holder: dict[str, Any], key: str, where: str) -> int:
    value = holder.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ProgressFileError(f"`{key}` of {where} is {_said(value)}; it should be a whole number, 0 or more")
    return value


def _said(value: object) -> str:
    if value is None:
        return "missing"
    said = repr(value)
    return said if len(said) <= 40 else f"{said[:37]}..."
