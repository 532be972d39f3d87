"""Opening a gradebook, and what is never written."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.store import GradebookError, open_gradebook
from tests.grading.gradebook.fake import Course, submission

URL = "COURSE_TEST_POSTGRESQL"


def test_a_gradebook_is_made_only_where_it_is_asked_for(tmp_path):
    with pytest.raises(GradebookError, match="there is no gradebook"):
        open_gradebook(tmp_path / "g.sqlite")
    assert list(tmp_path.iterdir()) == []
    open_gradebook(tmp_path / "g.sqlite", create=True)
    assert open_gradebook(tmp_path / "g.sqlite").version == schema.VERSION
    with pytest.raises(GradebookError, match="no folder"):
        open_gradebook(tmp_path / "nowhere" / "g.sqlite", create=True)


@pytest.mark.parametrize("version", [0, schema.VERSION + 1])
def test_a_gradebook_of_an_unknown_version_is_read_and_never_written(tmp_path, version):
    book = open_gradebook(tmp_path / "g.sqlite", create=True)
    with book.writing() as connection:
        connection.execute(insert(schema.students).values(id="ann"))
        connection.execute(text(f"UPDATE gradebook SET schema_version = {version}"))
    before = (tmp_path / "g.sqlite").read_bytes()
    book = open_gradebook(tmp_path / "g.sqlite", create=True)
    with book.reading() as connection:
        assert connection.execute(select(schema.students.c.id)).scalars().all() == ["ann"]
    with pytest.raises(GradebookError, match=f"has version {version}"), book.writing():
        pytest.fail("a transaction was opened")
    assert (tmp_path / "g.sqlite").read_bytes() == before


def test_another_programs_database_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        connection.execute("CREATE TABLE students (id TEXT)")
    before = (tmp_path / "other.sqlite").read_bytes()
    with pytest.raises(GradebookError, match="something else"):
        open_gradebook(tmp_path / "other.sqlite", create=True)
    assert (tmp_path / "other.sqlite").read_bytes() == before


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, and long enough to be looked at" * 10)
    with pytest.raises(GradebookError, match=r"notes\.txt: file is not a database"):
        open_gradebook(tmp_path / "notes.txt", create=True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://host/course", "SQLite or PostgreSQL, not mysql"),
        ("sqlite://", "forgotten"),
        ("postgresql+psycopg://grader:hunter2@127.0.0.1:1/course", "cannot open"),
        ("://", "cannot be read"),
    ],
)
def test_a_bad_url_is_told_without_its_password(url, words):
    with pytest.raises(GradebookError, match=words) as caught:
        open_gradebook(url, create=True)
    assert "hunter2" not in str(caught.value)


def test_rows_that_would_hang_in_the_air_are_refused(tmp_path):
    from sqlalchemy.exc import IntegrityError

    book = open_gradebook(tmp_path / "g.sqlite", create=True)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), book.writing() as connection:
        connection.execute(insert(schema.extensions).values(student="nobody", assignment="tiny", days=1.0))


def test_a_transaction_that_fails_leaves_nothing(tmp_path):
    book = open_gradebook(tmp_path / "g.sqlite", create=True)

    def cut_off():
        with book.writing() as connection:
            connection.execute(insert(schema.students).values(id="ann"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cut_off()
    with book.reading() as connection:
        assert connection.execute(select(schema.students)).all() == []


def test_what_the_database_does_not_take_is_one_line(tmp_path):
    book = open_gradebook(tmp_path / "g.sqlite", create=True)
    with book.writing() as connection:
        connection.execute(text("DROP TABLE marks"))
    with (
        pytest.raises(GradebookError, match=r"g\.sqlite cannot be read: no such table: marks$"),
        book.reading() as seen,
    ):
        seen.execute(select(schema.marks))
    with pytest.raises(GradebookError, match=r"cannot be written: no such table: marks$"), book.writing() as seen:
        seen.execute(select(schema.marks))


def server() -> str | None:
    """The folder of PostgreSQL's server programs, where there is one."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), Path(shutil.which("pg_ctl") or "/-").parent]
    return next((str(folder) for folder in folders if (folder / "initdb").exists()), None)


@pytest.fixture
def postgresql():
    """The URL of an empty PostgreSQL database: the one in the environment, or one of a server of its own."""
    if os.environ.get(URL):
        yield os.environ[URL]
        return
    programs = server()
    if programs is None:
        pytest.skip(f"no PostgreSQL server is installed, and {URL} names none")
    user = "nobody" if os.getuid() == 0 else None  # the server refuses to run as root
    # Not in pytest's folder, which is its user's alone.
    with tempfile.TemporaryDirectory(prefix="course-postgresql-") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)

        def run(*command):
            environment = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
            subprocess.run(command, check=True, user=user, cwd=folder, env=environment, **quiet)

        run(f"{programs}/initdb", "-D", folder / "data", "-U", "grader", "-E", "UTF8", "--no-sync", "-A", "trust")
        listens_on = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(f"{programs}/pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", listens_on, "start")
        try:
            yield f"postgresql+psycopg://grader@/postgres?host={folder}"
        finally:
            run(f"{programs}/pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")


@pytest.mark.slow
def test_postgresql_keeps_what_sqlite_keeps(tmp_path, monkeypatch, postgresql):
    (tmp_path / "course").mkdir()
    course = Course(tmp_path / "course", monkeypatch)
    course.hand_in(ann=submission(1), bob=submission(2), nul=submission(3, why="a\0b\ud800"))
    assert course.grade(gradebook=postgresql).examined == 3
    assert course.grade(gradebook=postgresql).examined == 0
    course.hand_in(ann=submission(4))
    in_postgresql = course.grade(gradebook=postgresql)
    assert in_postgresql.examined == 1
    course.hand_in(ann=submission(1))
    course.grade()
    course.hand_in(ann=submission(4))
    told = [(each.student, each.score, each.number, each.submitted_at) for each in course.grade().standings]
    assert told == [(each.student, each.score, each.number, each.submitted_at) for each in in_postgresql.standings]
