"""How commands speak: the terminal, the exit statuses, and errors that a user can mend as one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.text import Text

OK, NOT_YET, BAD_INPUT = 0, 1, 2

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@contextmanager
def one_line(*kinds: type[Exception], about: object = "") -> Iterator[None]:
    """Turn the errors that a user can mend into one line and exit status 2; any other keeps its traceback."""
    try:
        yield
    except kinds as error:
        words = in_words(error)
        known = about and not words.startswith(f"{about}: ")
        errors.print(Text.assemble(("error: ", "bold red"), f"{about}: {words}" if known else words), soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from error


def in_words(error: Exception) -> str:
    """What an error says, without the numbers and the names of codecs in those of the system.

    Examples
    --------
    >>> in_words(FileNotFoundError(2, "No such file or directory", "roster.csv"))
    'roster.csv: no such file or directory'
    """
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror[:1].lower()}{error.strerror[1:]}"
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is missing; python -m pip install -c constraints.txt -e '.[book,grading]' brings it"
    if isinstance(error, UnicodeDecodeError):
        return "not a text in UTF-8; save it again with that encoding (spreadsheets call it CSV UTF-8)"
    return str(error.args[0] if len(error.args) == 1 else error)
