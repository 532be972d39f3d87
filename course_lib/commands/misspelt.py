"""Names of assignments that stand in an instructor's files and are no assignment's: most are misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from course_lib.terminal import errors

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from course_lib.grading.gradebook.policies import Policies


def warn_of_tables(connection: Connection, policies: Policies) -> None:
    """Warn of each table ``[assignments.NAME]`` of the policies that is for no assignment."""
    _warn(connection, policies.assignments, "the policies' table [assignments.{}]")


def warn_of_extensions(connection: Connection, assignments: Iterable[str]) -> None:
    """Warn of each column ``extension:NAME`` of a roster that is for no assignment, by its `assignments`."""
    _warn(connection, assignments, "the roster's column extension:{}")


def _warn(connection: Connection, named: Iterable[str], what: str) -> None:
    from course_lib.assignments.catalogue import assignments
    from course_lib.grading.gradebook.standing import names

    known = sorted({*assignments(), *names(connection)})
    for name in sorted(set(named) - set(known)):
        close = difflib.get_close_matches(name, known, n=1)
        meant = f"did you mean {close[0]}?" if close else f"there is: {', '.join(known) or 'none at all'}"
        words = f"warning: {what.format(name)} is for no assignment there is, so it changes nothing; {meant}"
        errors.print(words, markup=False, soft_wrap=True)
