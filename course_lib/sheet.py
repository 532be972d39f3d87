"""YAML files that people write: every value knows the line it stands on, so that an error can name it."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import yaml

_MERGE = "tag:yaml.org,2002:merge"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML was built with it: twenty times as fast
_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class SheetError(ValueError):
    """A file cannot be used; the message names the file, the line and what would be right."""


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
    """A value of a YAML file, whose methods give it as what it should be, or raise `SheetError`."""

    node: yaml.Node
    path: Path
    name: str

    @property
    def line(self) -> int:
        """The line of the file on which the value begins, counted from 1."""
        return self.node.start_mark.line + 1

    def error(self, problem: str) -> SheetError:
        """Return the error that says what is wrong with this value, and where it is."""
        return SheetError(f"{self.path}:{self.line}: {self.name}: {problem}")

    def entries(self) -> dict[str, Entry]:
        """Return the values of a mapping that has at least one, by their keys, whatever these are."""
        if not isinstance(self.node, yaml.MappingNode) or not self.node.value:
            raise self.error("should be a mapping with at least one key")
        return {name: value for name, (_, value) in self._pairs(self.node).items()}

    def keys(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Entry]:
        """Return the values of a mapping by their keys, of which there are those of `required` and maybe `optional`."""
        known = [*required, *optional]
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"should be a mapping with the keys {', '.join(known)}")
        pairs = self._pairs(self.node)
        for name, (key, _) in pairs.items():
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
                raise key.error(f"unknown key {name!r}; {meant}")
        missing = [name for name in required if name not in pairs]
        if missing:
            raise self.error(f"lacks the key {', '.join(missing)}")
        return {name: value for name, (_, value) in pairs.items()}

    def _pairs(self, node: yaml.MappingNode) -> dict[str, tuple[Entry, Entry]]:
        """The keys and values by the keys' names; what is merged in with ``<<`` gives way to what stands there."""
        own: dict[str, tuple[Entry, Entry]] = {}
        merged: dict[str, tuple[Entry, Entry]] = {}
        for key, value in node.value:
            name, here = str(key.value), Entry(key, self.path, self.name)
            if key.tag == _MERGE and isinstance(value, yaml.MappingNode):
                merged |= self._pairs(value)
            elif name in own:
                raise here.error(f"the key {name!r} is here twice; the first is on line {own[name][0].line}")
            else:
                own[name] = here, Entry(value, self.path, name)
        return merged | own

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

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_value(self) -> bool:
        """Whether YAML takes the value for a number, a date, or true or false."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag not in (
            "tag:yaml.org,2002:str",
            "tag:yaml.org,2002:null",
        )

    def one_of(self, known: Collection[str]) -> str:
        """Return a text that is one of those known."""
        found = self.text().text
        if found not in known:
            raise self.error(f"should be one of {', '.join(known)}, got {found!r}")
        return found

    def number(self) -> float:
        """Return a finite number."""
        if not self.is_number:
            raise self.error("should be a number")
        found = float(yaml.safe_load(self.node.value))  # YAML writes .inf and 0x10 as Python does not
        if not math.isfinite(found):
            raise self.error(f"should be a finite number, got {self.node.value}")
        return found

    @property
    def is_number(self) -> bool:
        """Whether the value is a number."""
        return self.node.tag in ("tag:yaml.org,2002:float", "tag:yaml.org,2002:int")

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


def text_of(path: Path) -> str:
    """Read a text file.

    Raises
    ------
    SheetError
        If there is no such file, or it is no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SheetError(f"{path}: there is no such file") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SheetError(f"{path}:{line}: no text in UTF-8; save the file in that encoding") from error


def open_sheet(path: Path) -> Entry:
    """Read a YAML file and return its outermost value.

    Raises
    ------
    SheetError
        If there is no such file, or it is no text in UTF-8, not YAML, or empty.
    """
    text = text_of(path)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, text.index(chr(error.character))) + 1
        raise SheetError(f"{path}:{line}: no YAML may have the control character #x{error.character:02x}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        hint = "is a colon, a # or a quotation mark in a text that stands neither in quotation marks nor after |?"
        raise SheetError(f"{path}:{line}: not YAML, {error.problem}; {hint}") from error
    if node is None:
        raise SheetError(f"{path}:1: the file is empty")
    return Entry(node, path, path.name)
