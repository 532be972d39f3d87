"""Values of a YAML file that know the line they stand on, so that an error can name it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import yaml

from course_lib.book.errors import BookError

_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PracticeError(BookError):
    """A file of practice material cannot be used; the message names the file, the line and what would be right."""


@dataclass(frozen=True)
class Text:
    """Markdown from a file, with the place where it begins."""

    text: str
    path: Path
    line: int

    @property
    def place(self) -> str:
        """The file and the line, as compilers write them."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Entry:
    """A value of a YAML file, whose methods give it as what it should be, or raise `PracticeError`."""

    node: yaml.Node
    path: Path
    name: str

    @property
    def line(self) -> int:
        """The line of the file on which the value begins, counted from 1."""
        return self.node.start_mark.line + 1

    def error(self, problem: str) -> PracticeError:
        """Return the error that says what is wrong with this value, and where it is."""
        return PracticeError(f"{self.path}:{self.line}: {self.name}: {problem}")

    def keys(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Entry]:
        """Return the values of a mapping by their keys, of which there are those of `required` and maybe `optional`."""
        known = [*required, *optional]
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"should be a mapping with the keys {', '.join(known)}")
        found: dict[str, Entry] = {}
        for key, value in self.node.value:
            name = str(key.value)
            here = Entry(key, self.path, self.name)
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
                raise here.error(f"unknown key {name!r}; {meant}")
            if name in found:
                raise here.error(f"the key {name!r} is here twice; the first is on line {found[name].line}")
            found[name] = Entry(value, self.path, name)
        missing = [name for name in required if name not in found]
        if missing:
            raise self.error(f"lacks the key {', '.join(missing)}")
        return found

    def items(self) -> tuple[Entry, ...]:
        """Return the values of a list that is not empty."""
        if not isinstance(self.node, yaml.SequenceNode) or not self.node.value:
            raise self.error("should be a list with at least one entry, each after a dash")
        return tuple(Entry(value, self.path, self.name) for value in self.node.value)

    def text(self) -> Text:
        """Return a text that is not empty."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.error("should be a text; one with a colon or a # in it stands in quotation marks or after |")
        # The text of a block begins on the line after its | or >.
        return Text(self.node.value.strip(), self.path, self.line + (self.node.style in ("|", ">")))

    def flag(self) -> bool:
        """Return true or false."""
        if self.node.tag != "tag:yaml.org,2002:bool":
            raise self.error("should be true or false")
        return self.node.value.lower() in ("true", "yes", "on")

    def identifier(self) -> str:
        """Return a name that may stand in an address: small letters, digits, and single dashes between them."""
        found = self.text().text
        if not _IDENTIFIER.fullmatch(found):
            raise self.error(
                f"{found!r} should be small letters and digits, joined by single dashes, such as noise-floor"
            )
        return found


def open_sheet(path: Path) -> Entry:
    """Read a YAML file and return its outermost value.

    Raises
    ------
    PracticeError
        If it is not YAML, or empty.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        hint = "is a colon, a # or a quotation mark in a text that stands neither in quotation marks nor after |?"
        raise PracticeError(f"{path}:{line}: not YAML, {error.problem}; {hint}") from error
    if node is None:
        raise PracticeError(f"{path}:1: the file is empty")
    return Entry(node, path, path.name)
