import matplotlib.pyplot as plt
import pytest

from course_lib.evidence import RecordError, judge, read_claims
from course_lib.evidence.figures import forest, tuning_curve
from course_lib.evidence.run import run
from tests.evidence.conftest import CLAIMS, TOY


@pytest.fixture
def record(evidence):
    yield run(TOY, "full", evidence(), report=lambda line: None)
    plt.close("all")


def test_the_tuning_curve_has_a_line_a_group_through_the_mean_of_its_seeds(record):
    ax = tuning_curve(record)
    line = ax.lines[0]
    values = [row.measures["valid_accuracy"] for row in record.rows if row.stage == "tuning" and row.side == "a"]
    assert list(line.get_xdata()) == [0.01, 0.1]
    assert line.get_ydata() == pytest.approx([sum(values[:2]) / 2, sum(values[2:]) / 2])
    assert ax.get_xscale() == "log"
    (ring,) = (mark for mark in ax.lines if mark.get_marker() == "o" and mark.get_color() == line.get_color())
    assert ring.get_ydata() == [max(line.get_ydata())]
    with pytest.raises(RecordError, match="the tuning of toy has no 'speed'"):
        tuning_curve(record, "speed")


def test_the_forest_shows_interval_mean_and_smallest_effect(record, tmp_path):
    judgement = judge(read_claims(tmp_path)["C1"], tmp_path)
    effect = judgement.outcomes[0].effect
    ax = forest(judgement)
    interval, mean, smallest = ax.lines[:3]
    assert list(interval.get_xdata()) == [effect.low, effect.high]
    assert list(mean.get_xdata()) == [effect.mean]
    assert list(smallest.get_xdata()) == [1.0, 1.0]
    assert [text.get_text() for text in ax.texts] == ["supported here"]


def test_for_a_lower_side_the_smallest_effect_lies_left_of_zero(record, tmp_path):
    (tmp_path / "claims.yml").write_text(CLAIMS.replace("direction: higher", "direction: lower"))
    ax = forest(judge(read_claims(tmp_path)["C1"], tmp_path))
    assert list(ax.lines[2].get_xdata()) == [-1.0, -1.0]


def test_what_has_not_been_run_cannot_be_drawn(evidence):
    folder = evidence()
    with pytest.raises(RecordError, match="C2 has not been run"):
        forest(judge(read_claims(folder)["C2"], folder))
