"""What a chapter gives its reader to practise with, read from one YAML file a chapter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from course_lib.sheet import Entry, Text, open_sheet

SPEAKERS = ("student", "teacher")

_T = TypeVar("_T")


@dataclass(frozen=True)
class Depths:
    """The chapter told at three depths."""

    quick: Text
    standard: Text
    detailed: Text


@dataclass(frozen=True)
class Speech:
    """What one of `SPEAKERS` says in the dialogue."""

    speaker: str
    text: Text


@dataclass(frozen=True)
class Concept:
    """A key concept of the chapter, which the glossary of the course lists; the definition is one paragraph."""

    term: Text
    definition: Text


@dataclass(frozen=True)
class Aid:
    """A memory aid; of an analogy, where it holds and where it breaks as well."""

    name: Text
    text: Text
    holds: Text | None
    breaks: Text | None


@dataclass(frozen=True)
class Choice:
    """An answer to choose, whether it is right, and what is said to those who choose it."""

    text: Text
    right: bool
    feedback: Text


LETTERS = "ABCDEFGHIJ"
"""What the choices of a question are called, in their order."""


@dataclass(frozen=True)
class Question:
    """A question of the quiz; its `id` is what a reader's answers are kept under, and never changes."""

    id: str
    question: Text
    choices: tuple[Choice, ...]

    @property
    def several(self) -> bool:
        """Whether more than one choice is right."""
        return sum(choice.right for choice in self.choices) > 1


@dataclass(frozen=True)
class Card:
    """A flashcard; its `id` is what a reader's progress is kept under, here and in Anki, and never changes."""

    id: str
    front: Text
    back: Text


@dataclass(frozen=True)
class Practice:
    """All the practice material of a chapter."""

    path: Path
    prerequisites: tuple[Text, ...]
    objectives: tuple[Text, ...]
    summary: Depths
    dialogue: tuple[Speech, ...]
    concepts: tuple[Concept, ...]
    memory: tuple[Aid, ...]
    quiz: tuple[Question, ...]
    cards: tuple[Card, ...]


def read(path: Path) -> Practice:
    """Read the practice material of a chapter.

    Parameters
    ----------
    path
        A YAML file with the keys of `Practice`; texts in it are MyST Markdown.

    Returns
    -------
    Practice
        What is in the file.

    Raises
    ------
    SheetError
        If something in it is missing, misspelt, there twice or of the wrong kind. The message names the line.
    """
    sheet = open_sheet(path).keys(
        ("prerequisites", "objectives", "summary", "dialogue", "concepts", "memory", "quiz", "cards")
    )
    depths = sheet["summary"].keys(("quick", "standard", "detailed"))
    concepts = _each(sheet["concepts"], _concept)
    _want_unique(sheet["concepts"].items(), [concept.term.text.lower() for concept in concepts], "term")
    questions = _each(sheet["quiz"], _question)
    _want_unique(sheet["quiz"].items(), [question.id for question in questions], "id")
    cards = _each(sheet["cards"], _card)
    _want_unique(sheet["cards"].items(), [card.id for card in cards], "id")
    return Practice(
        path=path,
        prerequisites=_each(sheet["prerequisites"], Entry.text),
        objectives=_each(sheet["objectives"], Entry.text),
        summary=Depths(depths["quick"].text(), depths["standard"].text(), depths["detailed"].text()),
        dialogue=_each(sheet["dialogue"], _speech),
        concepts=concepts,
        memory=_each(sheet["memory"], _aid),
        quiz=questions,
        cards=cards,
    )


def _each(entries: Entry, convert: Callable[[Entry], _T]) -> tuple[_T, ...]:
    return tuple(convert(entry) for entry in entries.items())


def _want_unique(entries: Iterable[Entry], names: Sequence[str], kind: str) -> None:
    lines: dict[str, int] = {}
    for entry, name in zip(entries, names, strict=True):
        if name in lines:
            raise entry.error(f"the {kind} {name!r} is taken, by the entry on line {lines[name]}")
        lines[name] = entry.line


def _speech(entry: Entry) -> Speech:
    spoken = entry.keys((), SPEAKERS)
    if len(spoken) != 1:
        raise entry.error(f"each line is spoken by one of {' and '.join(SPEAKERS)}, such as `- student: Why?`")
    ((speaker, text),) = spoken.items()
    return Speech(speaker, text.text())


def _concept(entry: Entry) -> Concept:
    keys = entry.keys(("term", "definition"))
    return Concept(keys["term"].text(), keys["definition"].text())


def _aid(entry: Entry) -> Aid:
    keys = entry.keys(("name", "text"), ("holds", "breaks"))
    if ("holds" in keys) != ("breaks" in keys):
        raise entry.error("an analogy that holds somewhere breaks somewhere: give both `holds` and `breaks`, or none")
    holds, breaks = (keys[name].text() if name in keys else None for name in ("holds", "breaks"))
    return Aid(keys["name"].text(), keys["text"].text(), holds, breaks)


def _question(entry: Entry) -> Question:
    keys = entry.keys(("id", "question", "choices"))
    choices = _each(keys["choices"], _choice)
    right = sum(choice.right for choice in choices)
    if not 0 < right < len(choices):
        raise keys["choices"].error(f"{right} of {len(choices)} are marked `right: true`; some should be, and not all")
    return Question(keys["id"].identifier(), keys["question"].text(), choices)


def _choice(entry: Entry) -> Choice:
    keys = entry.keys(("text", "feedback"), ("right",))
    return Choice(keys["text"].text(), "right" in keys and keys["right"].flag(), keys["feedback"].text())


def _card(entry: Entry) -> Card:
    keys = entry.keys(("id", "front", "back"))
    return Card(keys["id"].identifier(), keys["front"].text(), keys["back"].text())
