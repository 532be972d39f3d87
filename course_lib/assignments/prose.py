"""The two marks that sentences for students carry: backticks for code, asterisks for emphasis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Mark = Literal["plain", "code", "em"]

_MARKED = re.compile(r"`([^`\n]+)`|\*([^*\n]+)\*")


def pieces(text: str) -> Iterator[tuple[Mark, str]]:
    """A sentence in pieces, each with its mark; the backticks and asterisks themselves are gone.

    Examples
    --------
    >>> list(pieces("Read *Step decay*: `lr` is a rate."))
    [('plain', 'Read '), ('em', 'Step decay'), ('plain', ': '), ('code', 'lr'), ('plain', ' is a rate.')]
    """
    end = 0
    for match in _MARKED.finditer(text):
        code, emphasised = match.groups()
        yield "plain", text[end : match.start()]
        yield ("code", code) if code else ("em", emphasised)
        end = match.end()
    yield "plain", text[end:]
