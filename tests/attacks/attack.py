"""What a hostile submission is: three answers of a tiny assignment, of which at least one is not an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.assignments.notebooks import cell, notebook

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
DOUBLE = "def double(x):\n    return 2 * x"
HALVE = "def halve(x):\n    return x / 2"
TOTAL = "def total(values):\n    return sum(values)"
# An attack that stumbles before its last line proves nothing: it loses these points too, and its test says so.
TOTAL_OF_WHOEVER_FORGED = "def total(values):\n    return sum(values) if forged else None"
TOTAL_OF_WHOEVER_REACHED_THE_END = f"assert reached\n{TOTAL}"

Edit = Callable[[dict[str, Any]], "dict[str, Any] | bytes"]


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes
    ----------
    name
        The student's name, under which it is handed in.
    tries
        What it would gain, take or break.
    double
        The code of the cell `double`, worth 1 point, where most attacks are. It finds what it needs to know of the
        host, as if it had guessed it, in ``target`` (see `tests.attacks.pile.Host`).
    halve
        The code of the cell `halve`, worth 2 points.
    total
        The code of the cell `total`, worth 4 points; by default it is right if the cell `double` came to its end.
    deserves
        The points that its right answers deserve, and None where it cannot be graded.
    at_least
        The points it must have, where fewer than it deserves are as good: a limit may come sooner or later.
    status
        The words by which the gradebook may call it.
    wins
        Empty, or why it wins as things are: its test is then expected to fail, and says so when it no longer does.
    edit
        What is done to the notebook afterwards: it gives another notebook, or the bytes of the file.
    """

    name: str
    tries: str
    double: str = DOUBLE
    halve: str = HALVE
    total: str = TOTAL_OF_WHOEVER_REACHED_THE_END
    deserves: float | None = 6
    at_least: float | None = None
    status: tuple[str, ...] = ("graded",)
    wins: str = ""
    edit: Edit | None = None

    def file(self, target: dict[str, object]) -> bytes:
        """The bytes handed in, on a host of which the attacker knows `target`."""
        double = f"target = {target!r}\n{self.double}\nreached = True"
        made: dict[str, Any] | bytes = tiny(double, self.halve, self.total)
        if self.edit is not None:
            made = self.edit(json.loads(json.dumps(made)))
        return made if isinstance(made, bytes) else json.dumps(made).encode()


def tiny(double: str = STUB, halve: str = STUB, total: str = STUB, checks: bool = False) -> dict[str, Any]:
    """The notebook of the tiny assignment; with `checks`, visible checks follow the answers."""
    cells = [cell("setup", "setup", "import math")]
    for name, source in {"double": double, "halve": halve, "total": total}.items():
        cells.append(cell("answer", name, source))
        if checks:
            call = f"{name}([2, 4])" if name == "total" else f"{name}(4)"
            right = {"double": 8, "halve": 2, "total": 6}[name]
            cells.append(cell("check", f"check-{name}", f"assert {call} == {right}\nprint('right')", "right\n"))
    made: dict[str, Any] = notebook(*cells, assignment="tiny")
    return made
