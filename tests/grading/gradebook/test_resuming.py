"""A run killed at any moment goes on where it was: nothing is lost, nothing is graded twice."""

import multiprocessing
import os
import random
import signal
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from course_lib.grading.gradebook import schema
from course_lib.grading.gradebook.store import open_gradebook
from tests.grading.gradebook.fake import submission

STUDENTS = {f"s{number:02}": submission(number % 5) for number in range(8)}
fork = multiprocessing.get_context("fork")


def killed_at_statement(course, number):
    """Kill this process just before or after its statement or its write to a file of that number."""
    left = iter(range(number))

    def count(*_, **__):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, count)
    real = os.fsync
    os.fsync = lambda descriptor: (count(), real(descriptor))
    course.grade()


def killed_after(course, seconds):
    """Kill this process wherever it then is."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    course.grade()


def in_a_process(function, *arguments):
    process = fork.Process(target=function, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def kept(book):
    with open_gradebook(book).reading() as connection:
        tries = connection.execute(select(func.count()).select_from(schema.attempts)).scalar_one()
        query = select(schema.attempts.c.student, schema.gradings.c.score).join(schema.gradings)
        gradings = [tuple(row) for row in connection.execute(query.order_by(schema.attempts.c.student))]
        scores = connection.execute(select(func.count()).select_from(schema.scores)).scalar_one()
        seeds = set(connection.execute(select(schema.runs.c.seed)).scalars())
    return tries, gradings, scores, seeds


def ended(book) -> int:
    """How many runs came to their end."""
    with open_gradebook(book).reading() as connection:
        query = select(func.count()).select_from(schema.runs).where(schema.runs.c.ended.is_not(None))
        return connection.execute(query).scalar_one()


EXPECTED = [(student, number % 5) for number, student in enumerate(STUDENTS)]


@pytest.mark.slow
def test_a_run_killed_at_random_points_ends_as_an_unbroken_one(course):
    chance, kills = random.Random(1), 0
    course.hand_in(**STUDENTS)
    for trial in range(20):
        if trial % 2:
            code = in_a_process(killed_after, course, chance.uniform(0.001, 0.2))
        else:
            code = in_a_process(killed_at_statement, course, chance.randrange(120))
        assert code in (0, -signal.SIGKILL, -signal.SIGALRM)
        kills += code != 0
    assert kills > 5
    killed = course.examined
    report = course.grade()
    assert kept(course.book)[:3] == (8, EXPECTED, 32)
    assert len(kept(course.book)[3]) <= ended(course.book), "a run that goes on asks with the seed of the first"
    # At most the one submission that was under examination when the run was killed is examined again.
    assert len(killed) <= len(STUDENTS) + kills
    assert [(each.student.id, each.score) for each in report.standings] == EXPECTED


def killed_amid_a_result(course):
    """Kill this process when the first grading is written and its scores are not."""

    def look(connection, cursor, statement, *_):
        if statement.startswith("INSERT INTO scores"):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", look)
    course.grade()


def test_a_run_killed_amid_a_result_keeps_none_of_it(course):
    course.hand_in(ann=submission(3))
    assert in_a_process(killed_amid_a_result, course) == -signal.SIGKILL
    assert kept(course.book)[:3] == (1, [], 0)
    assert course.grade().standings[0].score == 3


@pytest.mark.slow
def test_what_a_run_wrote_is_what_an_unbroken_run_writes(course):
    course.hand_in(**STUDENTS)
    codes = [in_a_process(killed_at_statement, course, number) for number in (50, 75, 100, 125, 10_000)]
    assert codes == [-signal.SIGKILL] * 4 + [0]
    broken = (course.out / "scores.csv").read_bytes()
    course.grade(gradebook=course.folder / "another.sqlite")
    assert (course.out / "scores.csv").read_bytes() == broken


def together(course, barrier):
    barrier.wait()
    course.grade()


@pytest.mark.slow
def test_two_runs_on_one_gradebook_at_the_same_time_keep_one_result_of_each(course):
    course.hand_in(**STUDENTS)
    barrier = fork.Barrier(3)
    runs = [fork.Process(target=together, args=(course, barrier)) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0, 0, 0]
    assert kept(course.book)[:3] == (8, EXPECTED, 32)


def test_a_second_run_examines_nothing(course):
    course.hand_in(**STUDENTS)
    first, second = course.grade(), course.grade()
    assert (first.examined, second.examined) == (8, 0)
    assert first.standings == second.standings
    assert second.summary == "8 submissions: 8 graded; 0 examined now, the others were in the gradebook"


def test_only_what_changed_is_examined_again_and_the_old_result_is_kept(course):
    course.hand_in(ann=submission(1), bob=submission(2))
    course.grade()
    course.hand_in(ann=submission(3))
    assert course.grade().examined == 1
    course.tests.write_text(course.tests.read_text() + "# mended\n")
    assert course.grade().examined == 2
    course.release.write_text(course.release.read_text() + "\n")
    assert course.grade().examined == 2
    assert course.grade(regrade=True).examined == 2
    assert course.grade().examined == 0
    with open_gradebook(course.book).reading() as connection:
        query = select(schema.attempts.c.student, schema.attempts.c.number).join(schema.gradings)
        counts = Counter(tuple(row) for row in connection.execute(query))
    assert counts == {("ann", 1): 1, ("ann", 2): 4, ("bob", 1): 4}


def test_what_the_grader_failed_on_is_tried_again_and_replaces_no_result(course):
    course.hand_in(ann=submission(fails=1), bob=submission(2))
    assert course.grade().counts == {"failed": 1, "graded": 1}
    assert course.grade().examined == 1
    course.hand_in(ann=submission(4))
    assert course.grade().counts == {"graded": 2}


def test_a_score_that_is_no_number_is_a_failure_of_the_grader(course, monkeypatch):
    def no_number(tasks, jobs, tier):
        for graded in course.examine_all(tasks, jobs, tier):
            worth = replace(graded.results[0].points, n=float("nan"))
            yield replace(graded, results=(replace(graded.results[0], points=worth),))

    course.hand_in(ann=submission())
    monkeypatch.setattr("course_lib.grading.pile.grading.examine_all", no_number)
    report = course.grade()
    assert report.standings[0].score is None
    assert report.standings[0].word == "failed"
