"""Opening a gradebook, and its transactions: what is written is there whole or not at all, whenever a run is killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from course_lib.grading.gradebook.schema import VERSION, book, tables

DEFAULT = "gradebook.sqlite"
_PATIENCE = 60  # seconds that one run waits for the other to finish writing a result
_LOCK = 7_204_213  # any number, the same in every run: PostgreSQL's lock for making the tables


class GradebookError(RuntimeError):
    """A gradebook that cannot be opened, or not written; the message names it and says what would help."""


@dataclass(frozen=True)
class Gradebook:
    """An open gradebook; `open_gradebook` makes one.

    Attributes
    ----------
    name
        Its file, or its URL without the password.
    version
        The version of its tables.
    engine
        The connection to it.
    """

    name: str
    version: int
    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the gradebook.

        Raises
        ------
        GradebookError
            When the database does not answer.
        """
        with self._told("read"), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept whole when the block ends, and dropped whole on an error.

        Raises
        ------
        GradebookError
            When the tables are of a version that this library does not know, or the database does not take it: no
            space is left, the file may not be written, another run has been writing for a minute.
        """
        if self.version != VERSION:
            raise GradebookError(
                f"{self.name} has version {self.version} of the gradebook's tables and this course_lib writes version "
                f"{VERSION}; it can be read, and written by the course_lib that made it"
            )
        with self._told("written"), self.engine.execution_options(course_writes=True).begin() as connection:
            yield connection

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise GradebookError(f"the gradebook {self.name} cannot be {what}: {_words(error)}") from error


def open_gradebook(where: str | Path = DEFAULT, *, create: bool = False) -> Gradebook:
    """Open a gradebook.

    Parameters
    ----------
    where
        A file (SQLite), or a URL such as ``postgresql+psycopg://grader@localhost/course``.
    create
        Make it where there is none.

    Raises
    ------
    GradebookError
        When there is none and it is not to be made, when it is something else, or when the database does not answer.
    """
    url = _url(where)
    name = url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        path = Path(name)
        if not path.exists() and not create:
            raise GradebookError(f"there is no gradebook {name}; `course grade` makes one, --gradebook names another")
        if not path.parent.is_dir():
            raise GradebookError(f"the gradebook {name} cannot be made: there is no folder {path.parent}")
    try:
        engine = _engine(url)
        return Gradebook(name, _version(engine, name, create), engine)
    except (DBAPIError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise GradebookError(f"cannot open the gradebook {name}: {_words(error)}") from error


def _words(error: Exception) -> str:
    """What the database says, on one line: SQL follows, and what the URL held."""
    words = str(getattr(error, "orig", error)).strip().splitlines()
    return words[0] if words else "no answer"


def _url(where: str | Path) -> URL:
    if "://" not in str(where):
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(str(where))
    except ArgumentError as error:
        raise GradebookError("the gradebook's URL cannot be read; it is like postgresql+psycopg://host/name") from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise GradebookError(f"a gradebook is SQLite or PostgreSQL, not {url.get_backend_name()}")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise GradebookError("a gradebook in memory would be forgotten; name a file")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": _PATIENCE, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        connection.execute("PRAGMA foreign_keys = ON")
        # SQLite's rollback journal and not its write-ahead log: a gradebook is then one file, also on a network drive.
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # Two transactions that read first and then want to write would refuse each other at once; these wait in line.
        writes = connection.get_execution_options().get("course_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _version(engine: Engine, name: str, create: bool) -> int:
    with engine.connect() as connection, connection.begin():
        version = _stored_version(connection, name)
    if version is not None:
        return version
    if not create:
        raise GradebookError(f"{name} is empty and no gradebook yet; `course grade` makes one")
    with engine.execution_options(course_writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        version = _stored_version(connection, name)  # another run may have been first
        if version is None:
            tables.create_all(connection)
            connection.execute(insert(book).values(schema_version=VERSION))
            version = VERSION
    return version


def _stored_version(connection: Connection, name: str) -> int | None:
    there = inspect(connection).get_table_names()
    if not there:
        return None
    if book.name not in there:
        raise GradebookError(f"{name} is a database of something else, not a gradebook")
    version: int | None = connection.execute(select(book.c.schema_version)).scalar()
    if version is None:
        raise GradebookError(f"{name} is not a gradebook: it lacks its version")
    return version
