import json
from dataclasses import replace

import joblib
import pytest

from course_lib.evidence import Record, RecordError, Verdict, judge, read_claims, read_record
from course_lib.evidence.records import record_path
from course_lib.evidence.run import run
from tests.evidence.conftest import FULL, TOY, toy_train


class CutError(Exception):
    pass


def quiet(line):
    pass


def comparable(record: Record):
    return [(row.stage, row.side, dict(row.settings), row.seed, row.measures, row.curves) for row in record.rows]


def test_each_side_is_compared_at_the_rate_that_its_own_tuning_chose_with_fresh_seeds(tmp_path):
    record = run(TOY, "full", tmp_path, report=quiet)
    tuning = [row for row in record.rows if row.stage == "tuning"]
    compared = [row for row in record.rows if row.stage == "comparison"]
    assert {(row.side, row.settings["lr"], row.seed) for row in tuning} == {
        (side, lr, seed) for side in ("a", "b") for lr in (0.01, 0.1) for seed in (100, 101)
    }
    assert {row.settings["lr"] for row in compared} == {0.1}
    assert {row.seed for row in compared} == set(range(10))


def test_the_seeds_of_tuning_and_comparison_may_not_overlap():
    with pytest.raises(ValueError, match=r"no seed in common, both have \[3\]"):
        replace(FULL, tuning_seeds=(3,))


@pytest.mark.parametrize("calls", [1, 3, 9])
def test_a_run_that_was_cut_off_goes_on_and_comes_out_the_same(tmp_path, calls):
    made = []

    def cut_off(settings, seed, data):
        if len(made) == calls:
            raise CutError
        made.append(seed)
        return toy_train(settings, seed, data)

    with pytest.raises(CutError):
        run(replace(TOY, train=cut_off), "full", tmp_path / "cut", report=quiet)
    assert not read_record("toy", folder=tmp_path / "cut").complete
    again = []

    def counted(settings, seed, data):
        again.append(seed)
        return toy_train(settings, seed, data)

    resumed = run(replace(TOY, train=counted), "full", tmp_path / "cut", report=quiet)
    whole = run(TOY, "full", tmp_path / "whole", report=quiet)
    assert resumed.complete
    assert comparable(resumed) == comparable(whole)
    assert len(made) + len(again) == 8 + 20  # nothing twice, and sides with the same settings once


def test_several_at_once_give_the_same_record(tmp_path):
    with joblib.parallel_config(backend="threading"):  # processes would take seconds to start, and do the same
        two = run(TOY, "full", tmp_path / "two", jobs=2, report=quiet)
    assert comparable(two) == comparable(run(TOY, "full", tmp_path / "one", report=quiet))


def test_two_processes_do_not_write_one_record(tmp_path):
    def intrude(settings, seed, data):
        run(TOY, "full", tmp_path, report=quiet)

    with pytest.raises(RecordError, match="is being run by another process"):
        run(replace(TOY, train=intrude), "full", tmp_path, report=quiet)


def test_a_record_comes_back_as_it_was_written_and_says_where_it_comes_from(tmp_path):
    record = run(TOY, "full", tmp_path, report=quiet)
    assert comparable(read_record("toy", folder=tmp_path)) == comparable(record)
    assert {"date", "commit", "changed", "device", "python", "torch", "data"} <= set(record.made[0])
    assert all(row.made == 0 for row in record.rows)


def test_an_unknown_scale_is_said_so(tmp_path):
    with pytest.raises(RecordError, match="scale must be one of full, got 'huge'"):
        run(TOY, "huge", tmp_path)


def test_the_verdict_comes_from_the_record(evidence):
    folder = evidence()
    claim = read_claims(folder)["C1"]
    assert judge(claim, folder).verdict is Verdict.NOT_RUN
    run(TOY, "full", folder, report=quiet)
    judgement = judge(claim, folder)
    assert judgement.verdict is Verdict.SUPPORTED
    assert judgement.outcome("accuracy").effect.mean == pytest.approx(5.0, abs=0.01)
    assert judgement.outcome("accuracy").effect.seeds == 10


def test_an_unfinished_record_gives_no_verdict(evidence):
    folder = evidence()
    run(TOY, "full", folder, report=quiet)
    path = record_path("toy", "full", folder)
    path.write_text(path.read_text().replace('"complete": true', '"complete": false'))
    assert judge(read_claims(folder)["C1"], folder).verdict is Verdict.NOT_RUN


def test_sides_that_do_not_share_their_seeds_are_an_error(evidence):
    folder = evidence()
    run(TOY, "full", folder, report=quiet)
    path = record_path("toy", "full", folder)
    content = json.loads(path.read_text())
    content["runs"] = [
        row for row in content["runs"] if (row["stage"], row["side"], row["seed"]) != ("comparison", "b", 3)
    ]
    path.write_text(json.dumps(content))
    with pytest.raises(RecordError, match="have not the same seeds"):
        judge(read_claims(folder)["C1"], folder)


@pytest.mark.parametrize(
    ("side", "measure", "words"),
    [("c", "test_accuracy", "no side 'c'; it has a, b, b-again"), ("a", "speed", "no 'speed' for side 'a', seed 0")],
)
def test_what_a_record_lacks_is_named(tmp_path, side, measure, words):
    record = run(TOY, "full", tmp_path, report=quiet)
    with pytest.raises(RecordError, match=words):
        record.values(side, measure)


def test_a_broken_record_is_named(tmp_path):
    path = record_path("toy", "full", tmp_path)
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(RecordError, match=r"toy-full\.json is not a record"):
        read_record("toy", folder=tmp_path)
    with pytest.raises(RecordError, match="has not been run at scale full"):
        read_record("other", folder=tmp_path)
