"""Runs of the grader: what was graded by which tests, with which seed, in which isolation, by which software."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

from course_lib.assignments.rubric import Rubric
from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.rows import added, ensure, fingerprint
from course_lib.grading.gradebook.store import Gradebook


@dataclass(frozen=True)
class Run:
    """One run of the grader: its row, the version of the assignment it grades, and the seed of randomised tests."""

    id: int
    version: int
    seed: int


def begin_run(
    book: Gradebook,
    assignment: str,
    *,
    released: str,
    hidden_tests: str,
    max_score: float,
    rubric: Rubric,
    isolation: str,
    software: Mapping[str, str],
    limits: Mapping[str, float],
) -> Run:
    """Open a run. One that was cut off is gone on with: the new run asks the same questions, from the same seed.

    Parameters
    ----------
    book
        The gradebook.
    assignment
        Its name.
    released, hidden_tests
        Their texts; only fingerprints are kept.
    max_score
        The points of the hidden tests.
    rubric
        Of the written answers.
    isolation
        The sandbox in force, in words.
    software
        Versions, by name.
    limits
        What a submission may use.
    """
    now, version_of = datetime.now(UTC), {"assignment": assignment}
    version_of |= {"release_sha256": fingerprint(released), "tests_sha256": fingerprint(hidden_tests)}
    with book.writing() as connection:
        ensure(connection, schema.assignments, {"name": assignment}, {})
        connection.execute(
            update(schema.assignments).where(schema.assignments.c.name == assignment).values(rubric=rubric.as_json())
        )
        ensure(connection, schema.versions, version_of, {"max_score": max_score, "first_graded": now})
        version = connection.execute(select(schema.versions.c.id).filter_by(**version_of)).scalar_one()
        last = connection.execute(
            select(schema.runs).filter_by(version=version).order_by(schema.runs.c.id.desc()).limit(1)
        ).first()
        seed = int(last.seed) if last is not None and last.ended is None else secrets.randbits(63)
        run = {"version": version, "started": now, "seed": str(seed), "isolation": isolation}
        run |= {"software": json.dumps(dict(software)), "limits": json.dumps(dict(limits))}
        return Run(added(connection, schema.runs, run), version, seed)


def end_run(book: Gradebook, run: Run) -> None:
    """Say that a run came to its end."""
    with book.writing() as connection:
        connection.execute(update(schema.runs).filter_by(id=run.id).values(ended=datetime.now(UTC)))
