from dataclasses import replace

import pytest

from course_lib.evidence import RecordError, read_record
from course_lib.evidence.experiments import EXPERIMENTS
from course_lib.evidence.records import write_record
from course_lib.evidence.run import run
from course_lib.evidence.verify import verify
from tests.evidence.conftest import TOY


@pytest.fixture
def record(tmp_path, monkeypatch):
    monkeypatch.setitem(EXPERIMENTS, "toy", TOY)
    run(TOY, "full", tmp_path, report=lambda line: None)
    return read_record("toy", folder=tmp_path)


def changed(record, measure, by):
    rows = tuple(
        replace(row, measures={**row.measures, measure: row.measures[measure] + by}) if row.side == "a" else row
        for row in record.rows
    )
    return replace(record, rows=rows)


def test_an_honest_record_agrees_to_the_bit(record):
    checks = verify(record, ("a", "b"), seed=4)
    assert len(checks) == 4
    assert all(check.agrees and check.allowed == 0 and check.seed == 4 for check in checks)


def test_on_the_same_machine_the_least_change_is_noticed(record):
    checks = verify(changed(record, "test_accuracy", 1e-12), ("a", "b"))
    assert [(check.side, check.measure) for check in checks if not check.agrees] == [("a", "test_accuracy")]


def test_elsewhere_a_change_beyond_the_tolerance_is_noticed_and_one_within_is_not(record):
    elsewhere = replace(record, made=({**record.made[0], "torch": "0.1"},))
    assert all(check.agrees for check in verify(changed(elsewhere, "test_accuracy", 0.01), ("a",)))
    differing = [
        check.measure for check in verify(changed(elsewhere, "test_accuracy", 0.03), ("a",)) if not check.agrees
    ]
    assert differing == ["test_accuracy"]


def test_a_run_that_is_not_there_is_named(record, tmp_path):
    with pytest.raises(RecordError, match="no run of 'a' with seed 77"):
        verify(record, ("a",), seed=77)
    write_record(replace(record, experiment="gone"), tmp_path)
    with pytest.raises(RecordError, match="no experiment is called 'gone'"):
        verify(read_record("gone", folder=tmp_path), ("a",))
