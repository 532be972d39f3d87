"""What course.toml may say, and what it makes count."""

from datetime import UTC, datetime, timedelta

import pytest

from course_lib.grading.gradebook.policies import EXAMPLE, BadPolicy, Policy, parse, read_policies

DUE = datetime(2026, 10, 1, 22, tzinfo=UTC)


def test_without_a_file_every_point_counts_whenever_it_came(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    policy = read_policies().of("annealing")
    assert policy == Policy()
    assert policy.kept(policy.seconds_late(DUE)) == 1


def test_the_file_in_the_current_folder_is_read_and_a_named_one_must_be_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "course.toml").write_text(EXAMPLE)
    assert read_policies().drop_lowest == 1
    with pytest.raises(FileNotFoundError, match=r"another\.toml"):
        read_policies(tmp_path / "another.toml")


def test_a_due_time_keeps_its_zone():
    assert parse(EXAMPLE).of("annealing").due == datetime(2026, 10, 1, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("late", "kept"),
    [
        (timedelta(days=-1), 1),
        (timedelta(minutes=15), 1),
        (timedelta(minutes=15, seconds=1), 0.9),
        (timedelta(days=1), 0.9),
        (timedelta(days=1, seconds=1), 0.8),
        (timedelta(days=5), 0.5),
        (timedelta(days=5, seconds=1), 0),
    ],
)
def test_each_day_begun_takes_its_percent_until_the_cut_off(late, kept):
    policy = Policy(late_percent_per_day=10, grace_minutes=15, cut_off_days=5, due=DUE)
    assert policy.kept(policy.seconds_late(DUE + late)) == pytest.approx(kept)
    assert policy.kept(policy.seconds_late(DUE + late + timedelta(days=2), 2)) == pytest.approx(kept)


def test_lateness_takes_no_more_than_everything():
    assert Policy(late_percent_per_day=60, due=DUE).kept(10 * 86_400) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("due = 1", "`due` is none of"),
        ("[defaults]\nlate = 1", "has no 'late'; it knows"),
        ("[defaults]\nlate_percent_per_day = 101", "from 0 to 100, not 101"),
        ("[defaults]\nlate_percent_per_day = true", "must be a number"),
        ("[defaults]\nweight = nan", "at least 0, not nan"),
        ("[defaults]\ncut_off_days = inf", "leave it out"),
        ("[defaults]\nattempts = 'first'", "'best' or 'last', not 'first'"),
        ("[defaults]\nmissing = 0", "'zero' or 'leave-out', not 0"),
        ("[defaults]\nattempt_limit = 0", "whole number, at least 1, not 0"),
        ("[defaults]\ndue = 2026-10-01T23:59:00Z", "one assignment's"),
        ("[assignments.a]\ndue = 2026-10-01T23:59:00", "with its zone"),
        ("[assignments.a]\ndue = '2026-10-01'", "with its zone"),
        ("[assignments]\na = 1", "must be a table"),
        ("[assignments.a]\ncanvas_column = 5", "must be a text"),
        ("[totals]\ndrop = 1", "knows drop_lowest and no 'drop'"),
        ("[totals]\ndrop_lowest = 1.5", "whole number"),
        ("[defaults", "not TOML"),
    ],
)
def test_what_cannot_be_followed_is_named(text, words, tmp_path):
    with pytest.raises(BadPolicy, match=words):
        parse(text)
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(BadPolicy, match=r"course\.toml: "):
        read_policies(tmp_path / "course.toml")


def test_a_file_that_is_no_text_in_utf_8_is_named_with_its_line(tmp_path):
    (tmp_path / "course.toml").write_bytes("[totals]\n# caf\u00e9\n".encode("latin-1"))
    with pytest.raises(BadPolicy, match=r"course\.toml:2: no text in UTF-8; save the file in that encoding"):
        read_policies(tmp_path / "course.toml")
