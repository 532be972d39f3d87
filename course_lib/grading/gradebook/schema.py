"""The tables of a gradebook. Whoever changes them raises `VERSION`: other gradebooks are then never written."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

VERSION = 1


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and given back with its time zone, which SQLite would drop."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: nobody could say later which moment it was."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time must have its time zone, and {value.isoformat()} has none")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


tables = MetaData()

# One row: which version of these tables the gradebook has.
book = Table("gradebook", tables, Column("schema_version", Integer, primary_key=True))

# `id` is the roster's, or the name a submission came under where the roster knows nobody of that name.
students = Table(
    "students",
    tables,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("section", Text, nullable=False, default=""),
    Column("email", Text, nullable=False, default=""),
    Column("canvas_id", Text, nullable=False, default=""),
    Column("moodle_id", Text, nullable=False, default=""),
    Column("github", Text, nullable=False, default=""),
    Column("on_roster", Boolean, nullable=False, default=False),
)

# More time for one student: days after the assignment's due time.
extensions = Table(
    "extensions",
    tables,
    Column("student", ForeignKey("students.id"), primary_key=True),
    Column("assignment", Text, primary_key=True),
    Column("days", Float, nullable=False),
)

# `rubric` is the JSON of the written answers' rubric, so that totals need nothing but the gradebook.
assignments = Table(
    "assignments",
    tables,
    Column("name", Text, primary_key=True),
    Column("rubric", Text, nullable=False, default="{}"),
)

versions = Table(
    "versions",
    tables,
    Column("id", Integer, primary_key=True),
    Column("assignment", ForeignKey("assignments.name"), nullable=False),
    Column("release_sha256", String(64), nullable=False),
    Column("tests_sha256", String(64), nullable=False),
    Column("max_score", Float, nullable=False),
    Column("first_graded", UtcTime, nullable=False),
    UniqueConstraint("assignment", "release_sha256", "tests_sha256"),
)

# `seed` is the secret seed of randomised hidden tests; `software` and `limits` are JSON. Nothing names the machine.
runs = Table(
    "runs",
    tables,
    Column("id", Integer, primary_key=True),
    Column("version", ForeignKey("versions.id"), nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("ended", UtcTime),
    Column("seed", Text, nullable=False),
    Column("isolation", Text, nullable=False),
    Column("software", Text, nullable=False),
    Column("limits", Text, nullable=False),
)

# `sha256` is empty for what was refused unread. `flagged_late` is what the learning platform said in the file's name.
attempts = Table(
    "attempts",
    tables,
    Column("id", Integer, primary_key=True),
    Column("student", ForeignKey("students.id"), nullable=False),
    Column("assignment", ForeignKey("assignments.name"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("submitted_at", UtcTime, nullable=False),
    Column("time_from", Text, nullable=False),
    Column("flagged_late", Boolean),
    UniqueConstraint("student", "assignment", "number"),
)

# Every grading of an attempt is kept. `key` says what was graded under what; `take` counts the gradings of one key, and
# the constraint makes two runs that grade the same at the same time keep one result.
gradings = Table(
    "gradings",
    tables,
    Column("id", Integer, primary_key=True),
    Column("attempt", ForeignKey("attempts.id"), nullable=False, index=True),
    Column("run", ForeignKey("runs.id"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("take", Integer, nullable=False),
    Column("graded_at", UtcTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("score", Float),
    Column("max_score", Float, nullable=False),
    Column("record", Text, nullable=False),
    UniqueConstraint("attempt", "key", "take"),
)

scores = Table(
    "scores",
    tables,
    Column("grading", ForeignKey("gradings.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("test", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("earned", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("words", Text, nullable=False),
)

# The written answers of an attempt; `untouched` is one that stands as it was released.
answers = Table(
    "answers",
    tables,
    Column("attempt", ForeignKey("attempts.id"), primary_key=True),
    Column("answer", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("untouched", Boolean, nullable=False),
)

# A mark holds for a text: the same words handed in again keep it. The newest of a criterion counts.
marks = Table(
    "marks",
    tables,
    Column("id", Integer, primary_key=True),
    Column("student", ForeignKey("students.id"), nullable=False),
    Column("assignment", ForeignKey("assignments.name"), nullable=False, index=True),
    Column("answer", Text, nullable=False),
    Column("answer_sha256", String(64), nullable=False),
    Column("criterion", Text, nullable=False),
    Column("points", Float, nullable=False),
    Column("comment", Text, nullable=False),
    Column("marker", Text, nullable=False),
    Column("marked_at", UtcTime, nullable=False),
)
