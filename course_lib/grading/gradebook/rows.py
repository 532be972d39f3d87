"""What every writing of rows shares: texts that a database takes, fingerprints, rows made once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import IntegrityError


def fingerprint(data: bytes | str) -> str:
    """The SHA-256 of bytes, or of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def clean(text: str) -> str:
    """A text that every database takes: a NUL, and half of a surrogate pair, are written out as Python writes them."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", r"\x00")


def on_one_line(text: str) -> str:
    r"""A text whose unprintable characters are written out as Python writes them: no terminal obeys it.

    Examples
    --------
    >>> print(on_one_line("two\nlines\x1b[31m"))
    two\nlines\x1b[31m
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def ensure(connection: Connection, table: Table, key: Mapping[str, Any], rest: Mapping[str, Any]) -> None:
    """A row of that key, made where there is none; two runs that make it at the same time make one."""
    if connection.execute(select(table).filter_by(**key)).first() is not None:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(**key, **rest))
    except IntegrityError:
        if connection.execute(select(table).filter_by(**key)).first() is None:
            raise


def added(connection: Connection, table: Table, values: Mapping[str, object]) -> int:
    """The number of the row that these values become."""
    inserted = connection.execute(insert(table).values(**values)).inserted_primary_key
    return int(inserted[0]) if inserted is not None else 0
