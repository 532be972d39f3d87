"""A chapter's practice material as Markdown: what a page asks with buttons, a notebook folds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from course_lib.book.notebook.blocks import folded, headed, quotation
from course_lib.book.practice.source import LETTERS, Aid, Card, Practice, Question, Speech
from course_lib.sheet import Text


def _head(practice: Practice) -> str:
    return _parts("*You need:*", _listed(practice.prerequisites), "*Afterwards you can:*", _listed(practice.objectives))


def _depths(practice: Practice) -> str:
    summary = practice.summary
    return _parts(
        f"**In short.** {summary.quick.text}",
        folded("More, at standard depth", summary.standard.text),
        folded("All of it, in detail", summary.detailed.text),
    )


def _dialogue(practice: Practice) -> str:
    return _parts(*map(_speech, practice.dialogue))


def _speech(speech: Speech) -> str:
    return "\n".join(quotation(f"{headed(speech.speaker.capitalize())} {speech.text.text.strip()}".split("\n")))


def _concepts(practice: Practice) -> str:
    return "\n".join(f"- **{each.term.text}:** {_hung(each.definition)}" for each in practice.concepts)


def _aids(practice: Practice) -> str:
    return "\n".join(map(_aid, practice.memory))


def _aid(aid: Aid) -> str:
    parts = ((headed(aid.name.text), aid.text), ("*It holds:*", aid.holds), ("*It breaks:*", aid.breaks))
    return f"- {' '.join(f'{label} {_hung(text)}' for label, text in parts if text)}"


def _quiz(practice: Practice) -> str:
    return _parts(*(_question(number, each) for number, each in enumerate(practice.quiz, 1)))


def _question(number: int, question: Question) -> str:
    lettered = list(zip(LETTERS, question.choices, strict=False))
    several = " (More than one answer is right.)" if question.several else ""
    verdicts = (
        f"- **{letter} is {'right' if choice.right else 'wrong'}.** {_hung(choice.feedback)}"
        for letter, choice in lettered
    )
    return _parts(
        f"**Question {number}.** {question.question.text}{several}",
        "\n".join(f"- {letter}. {_hung(choice.text)}" for letter, choice in lettered),
        folded("The answer, and why", "\n".join(verdicts)),
    )


def _cards(practice: Practice) -> str:
    return _parts(*(_card(number, each) for number, each in enumerate(practice.cards, 1)))


def _card(number: int, card: Card) -> str:
    return _parts(f"**Card {number}.** {card.front.text}", folded("Turn it over", card.back.text))


WRITERS: Mapping[str, Callable[[Practice], str]] = {
    "chapter-head": _head,
    "depths": _depths,
    "dialogue": _dialogue,
    "flashcards": _cards,
    "key-concepts": _concepts,
    "memory-aids": _aids,
    "quiz": _quiz,
}
"""By the name of the directive that shows the same on a page; each writes MyST, roles and all."""


def _parts(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts)


def _listed(texts: Iterable[Text]) -> str:
    return "\n".join(f"- {_hung(text)}" for text in texts)


def _hung(text: Text) -> str:
    """The text as the item of a list, further lines under the first."""
    return text.text.strip().replace("\n", "\n  ")
