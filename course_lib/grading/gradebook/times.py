"""Moments, always with their time zone."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(words: str) -> datetime:
    """A time such as ``2026-10-01T23:59:00+02:00`` or ``2026-10-01 21:59Z``, in UTC.

    Raises
    ------
    ValueError
        When it is no time, or does not say in which zone.

    Examples
    --------
    >>> moment("2026-10-01T23:59:00+02:00").isoformat()
    '2026-10-01T21:59:00+00:00'
    """
    try:
        found = datetime.fromisoformat(words.strip())
    except ValueError as error:
        raise ValueError(f"{words!r} is not a time like 2026-10-01T23:59:00+02:00") from error
    if found.tzinfo is None:
        raise ValueError(f"{words!r} does not say its time zone; write it like 2026-10-01T23:59:00+02:00")
    return found.astimezone(UTC)


def shown(when: datetime) -> str:
    """A moment as people and programs read it: UTC, to the second.

    Examples
    --------
    >>> shown(moment("2026-10-01T23:59:00+02:00"))
    '2026-10-01T21:59:00Z'
    """
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
