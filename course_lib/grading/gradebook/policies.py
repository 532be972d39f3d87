"""What makes a score count: due times, lateness, attempts, weights.

They are read from ``course.toml``, a file that a course keeps under version control. When they change, nothing has to
be graded again.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from course_lib.sheet import SheetError, text_of

DEFAULT = "course.toml"
_DAY = 86_400.0

EXAMPLE = """\
[defaults]
late_percent_per_day = 10   # off the score, for each day begun after the due time; 0: lateness costs nothing
grace_minutes = 15          # later than due by no more than this is not late
cut_off_days = 5            # later than this counts 0; left out: never
attempts = "best"           # which attempt counts: "best" or "last"
attempt_limit = 3           # only a student's first attempts, so many, count; left out: all
missing = "zero"            # in totals, nothing handed in when it is due counts 0; "leave-out": does not count

[totals]
drop_lowest = 1             # so many of a student's worst assignments do not count

[assignments.annealing]     # anything of [defaults], and:
due = 2026-10-01T23:59:00+02:00       # left out: never, so that nothing is late and nothing missing counts 0
weight = 2                  # in totals, against 1
canvas_column = "Annealing (12345)"   # the assignment's column in Canvas, as Canvas exports it
moodle_column = "Assignment: Annealing (Real)"
"""


class BadPolicy(ValueError):  # noqa: N818 - named for what it is
    """Policies that cannot be followed; the message names the file, the entry and what would be right."""


@dataclass(frozen=True)
class Policy:
    """The policies of one assignment, as `EXAMPLE` explains them.

    Attributes
    ----------
    late_percent_per_day
        Taken off the score for each day begun after the due time, in percent of the score.
    grace_minutes
        How much later than due is not late, in minutes.
    cut_off_days
        How much later than due counts 0, in days; None for never.
    attempts
        Which attempt counts.
    attempt_limit
        How many of a student's first attempts count; None for all.
    missing
        Whether an assignment that is due and was not handed in counts 0 in totals and exports.
    due
        When it is due; None for never, so that nothing is late and what is missing does not count.
    weight
        In totals, against 1.
    canvas_column, moodle_column
        The assignment's column there; empty for its name.
    """

    late_percent_per_day: float = 0.0
    grace_minutes: float = 0.0
    cut_off_days: float | None = None
    attempts: Literal["best", "last"] = "best"
    attempt_limit: int | None = None
    missing: Literal["zero", "leave-out"] = "zero"
    due: datetime | None = None
    weight: float = 1.0
    canvas_column: str = ""
    moodle_column: str = ""

    def due_for(self, extension_days: float = 0.0) -> datetime | None:
        """When it is due for a student with an extension; None for never."""
        return self.due + timedelta(days=extension_days) if self.due is not None else None

    def seconds_late(self, submitted_at: datetime, extension_days: float = 0.0) -> float:
        """How long after its due time something was handed in, in seconds; 0 within the grace, or with no due time.

        Examples
        --------
        >>> policy = Policy(due=datetime(2026, 10, 1, tzinfo=UTC), grace_minutes=15)
        >>> policy.seconds_late(datetime(2026, 10, 1, 0, 15, tzinfo=UTC))
        0.0
        >>> policy.seconds_late(datetime(2026, 10, 1, 0, 16, tzinfo=UTC))
        960.0
        """
        due = self.due_for(extension_days)
        if due is None:
            return 0.0
        late = (submitted_at - due).total_seconds()
        return late if late > self.grace_minutes * 60 else 0.0

    def kept(self, seconds_late: float) -> float:
        """The fraction of a score that lateness leaves.

        Examples
        --------
        >>> Policy(late_percent_per_day=10, cut_off_days=3).kept(86_401)
        0.8
        """
        if seconds_late <= 0:
            return 1.0
        if self.past_cut_off(seconds_late):
            return 0.0
        return max(0.0, 100 - self.late_percent_per_day * math.ceil(seconds_late / _DAY)) / 100

    def past_cut_off(self, seconds_late: float) -> bool:
        """Whether it came too late to count."""
        return self.cut_off_days is not None and seconds_late > self.cut_off_days * _DAY


@dataclass(frozen=True)
class Policies:
    """The policies of a course.

    Attributes
    ----------
    defaults
        For an assignment of which nothing is said.
    assignments
        By name.
    drop_lowest
        How many of a student's worst assignments do not count in the total.
    """

    defaults: Policy = Policy()
    assignments: Mapping[str, Policy] = field(default_factory=dict)
    drop_lowest: int = 0

    def of(self, assignment: str) -> Policy:
        """The policies of one assignment."""
        return self.assignments.get(assignment, self.defaults)


def read_policies(path: Path | None = None) -> Policies:
    """Read the policies of a course.

    Parameters
    ----------
    path
        The file; None for ``course.toml`` in the current folder, or nothing but defaults where there is none.

    Raises
    ------
    BadPolicy
        When an entry is unknown or cannot be followed.
    FileNotFoundError
        When a file is named and is not there.
    """
    where = path or Path(DEFAULT)
    if not where.is_file():
        if path is None:
            return Policies()
        raise FileNotFoundError(f"there is no file of policies {path}")
    try:
        return parse(text_of(where))
    except SheetError as error:
        raise BadPolicy(str(error)) from error
    except BadPolicy as error:
        raise BadPolicy(f"{where}: {error}") from error


def parse(text: str) -> Policies:
    """The policies that a text in the form of `EXAMPLE` sets.

    Raises
    ------
    BadPolicy
        When an entry is unknown or cannot be followed.

    Examples
    --------
    >>> policies = parse(EXAMPLE)
    >>> policies.of("annealing").weight, policies.of("another").weight, policies.of("another").attempt_limit
    (2.0, 1.0, 3)
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPolicy(f"not TOML: {error}") from error
    for key in data.keys() - {"defaults", "totals", "assignments"}:
        raise BadPolicy(f"`{key}` is none of [defaults], [totals], [assignments.NAME]")
    defaults = _policy(Policy(), _table(data, "defaults"), "defaults")
    if defaults.due or defaults.canvas_column or defaults.moodle_column:
        raise BadPolicy("[defaults] cannot have due, canvas_column or moodle_column; they are one assignment's")
    totals = _table(data, "totals")
    for key in totals.keys() - {"drop_lowest"}:
        raise BadPolicy(f"[totals] knows drop_lowest and no {key!r}")
    named = _table(data, "assignments")
    return Policies(
        defaults,
        {name: _policy(defaults, _table(named, name), f"assignments.{name}") for name in named},
        _count(totals.get("drop_lowest", 0), "[totals] drop_lowest", 0),
    )


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise BadPolicy(f"[{key}] is {found!r}; it must be a table")
    return found


def _policy(base: Policy, entries: dict[str, Any], where: str) -> Policy:
    known = {each.name for each in fields(Policy)}
    for name in entries.keys() - known:
        raise BadPolicy(f"[{where}] has no {name!r}; it knows {', '.join(sorted(known))}")
    values = {name: _entry(name, value, f"[{where}] {name}") for name, value in entries.items()}
    return replace(base, **values)


def _entry(name: str, value: object, where: str) -> Any:  # noqa: ANN401 - an entry of any type
    match name:
        case "late_percent_per_day" | "grace_minutes" | "cut_off_days" | "weight":
            top = 100 if name == "late_percent_per_day" else math.inf
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= top:
                limit = "from 0 to 100" if top == 100 else "at least 0"
                raise BadPolicy(f"{where} must be a number, {limit}, not {value!r}")
            if math.isinf(value):
                raise BadPolicy(f"{where} must be finite; leave it out for no limit")
            return float(value)
        case "attempts":
            return _one_of(value, ("best", "last"), where)
        case "missing":
            return _one_of(value, ("zero", "leave-out"), where)
        case "attempt_limit":
            return _count(value, where, 1)
        case "due":
            if not isinstance(value, datetime) or value.tzinfo is None:
                raise BadPolicy(f"{where} must be a time with its zone, like 2026-10-01T23:59:00+02:00, not {value}")
            return value.astimezone(UTC)
    if not isinstance(value, str):
        raise BadPolicy(f"{where} must be a text, not {value!r}")
    return value


def _one_of(value: object, allowed: tuple[str, ...], where: str) -> object:
    if value not in allowed:
        raise BadPolicy(f"{where} must be {' or '.join(map(repr, allowed))}, not {value!r}")
    return value


def _count(value: object, where: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadPolicy(f"{where} must be a whole number, at least {least}, not {value!r}")
    return value
