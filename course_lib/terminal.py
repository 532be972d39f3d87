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
        words = str(error.args[0] if len(error.args) == 1 else error)
        errors.print(Text.assemble(("error: ", "bold red"), f"{about}: {words}" if about else words), soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from error
