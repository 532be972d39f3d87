from dataclasses import replace

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from course_lib import plots
from course_lib.schedules import CosineAnnealing, StepDecay
from course_lib.training import RangeTest


@pytest.fixture(autouse=True)
def _own_style():
    with mpl.rc_context():
        plots.use_style()
        yield
    plt.close("all")


def runs(ends: dict[str, float]) -> pd.DataFrame:
    rows = [
        {"setting": name, "seed": seed, "epoch": epoch, "valid_accuracy": end * epoch / 3 + 0.01 * seed}
        for name, end in ends.items()
        for seed in (0, 1, 2)
        for epoch in (1, 2, 3)
    ]
    return pd.DataFrame(rows)


def test_a_schedule_is_drawn_as_it_is():
    cosine = CosineAnnealing(0.1, 0.0, total_steps=50)
    ax = plots.schedule({"cosine": cosine, "step": StepDecay(0.1, 10, 0.5)}, steps=50)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), cosine(np.arange(50)))
    assert sorted(text.get_text() for text in ax.texts) == ["cosine", "step"]
    with pytest.raises(ValueError, match="steps must be at least 1, got 0"):
        plots.schedule({}, steps=0)


def test_a_band_reaches_from_the_worst_seed_to_the_best_around_their_mean():
    ax = plots.bands(runs({"a": 0.6}))
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.21, 0.41, 0.61])
    (band,) = ax.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((0.2, 0.62))


def box_of(label):
    """Where its words are; the extent of an annotation has its line in it, too."""
    return Text.get_window_extent(label)


def test_labels_of_lines_that_end_together_do_not_overlap():
    ax = plots.bands(runs({"first": 0.6, "second": 0.6001, "third": 0.6002}))
    ax.figure.canvas.draw()
    boxes = [box_of(text) for text in ax.texts]
    assert len(boxes) == 3
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[i + 1 :])


def test_on_a_logarithmic_axis_labels_stand_at_the_ends_of_their_lines():
    ax = plt.subplots()[1]
    lines = [*ax.plot([1.0, 0.5], label="high"), *ax.plot([1.0, 0.001], label="low")]
    ax.set_yscale("log")
    plots.label_ends(ax, lines)
    ax.figure.canvas.draw()
    for text, line in zip(ax.texts, reversed(lines), strict=True):
        assert text.get_text() == line.get_label()
        box, end = box_of(text), ax.transData.transform(line.get_xydata()[-1])
        assert (box.y0 + box.y1) / 2 == pytest.approx(end[1], abs=2.0)
        assert 0 < box.x0 - end[0] < 30


def test_the_marks_of_a_range_test_that_are_close_do_not_overlap():
    result = replace(outcome(True), suggestion=0.099, lowest_lr=0.1, divergence_lr=0.101)
    ax = plots.range_test(result)
    ax.figure.canvas.draw()
    boxes = [box_of(text) for text in ax.texts]
    assert len(boxes) == 3
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[i + 1 :])


def test_a_label_that_was_moved_has_a_line_to_its_own_and_stays_near():
    ax = plots.bands(runs({"first": 0.6, "second": 0.6001, "third": 0.6002, "alone": 0.2}))
    ax.figure.canvas.draw()
    lines = {text.get_text(): text.arrow_patch for text in ax.texts}
    assert [name for name, line in lines.items() if line is not None] == ["first", "third"]
    heights = {text.get_text(): box_of(text).y0 for text in ax.texts}
    middle = (heights["first"] + heights["third"]) / 2
    assert heights["second"] == pytest.approx(middle, abs=1.0)


def test_labels_are_dark_enough_to_read():
    ax = plots.bands(runs({str(number): number / 10 for number in range(7)}))
    for text in ax.texts:
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in text.get_color()]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (luminance + 0.05) >= 4.5


def test_lines_differ_in_dashes_as_well_as_in_colour():
    ax = plots.bands(runs({str(number): number / 10 for number in range(7)}))
    assert len({line.get_color() for line in ax.lines}) == 7
    assert len({str(line._unscaled_dash_pattern) for line in ax.lines}) == 7


def test_a_setting_looks_the_same_alone_as_among_all():
    table = runs({"a": 0.2, "b": 0.4, "c": 0.6})
    among = {text.get_text(): text.get_color() for text in plots.bands(table).texts}
    ax = plots.bands(table, only=["c"])
    assert {text.get_text(): text.get_color() for text in ax.texts} == {"c": among["c"]}
    assert len(ax.collections) == 1


def test_a_setting_to_draw_that_is_not_there_is_refused_by_its_name():
    with pytest.raises(ValueError, match="only must name values of setting, got 'd'"):
        plots.bands(runs({"a": 0.2}), only=["a", "d"])


def test_a_table_without_a_column_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"it lacks seed$"):
        plots.bands(runs({"a": 0.6}).drop(columns="seed"))


def outcome(found: bool) -> RangeTest:
    table = pd.DataFrame(
        {
            "lr": [0.001, 0.1, 1.0],
            "loss": [2.3, 1.0, 90.0],
            "accuracy": [0.1, 0.6, 0.2],
            "smoothed": [2.3, 1.6, 9.0],
            "smoothed_accuracy": [0.1, 0.5, 0.3],
        }
    )
    edge, suggestion, base_lr, max_lr = (1.0, 0.05, 0.002, 0.2) if found else (None,) * 4
    return RangeTest(table, 0.1, (0.1, 0.1), edge, suggestion, base_lr, max_lr)


@pytest.mark.parametrize("found", [True, False])
def test_a_range_test_shows_its_suggestion_where_it_has_one(found: bool):
    ax = plots.range_test(outcome(found))
    labels = [text.get_text() for text in ax.texts]
    assert ("suggestion: 0.05" in labels) == found
    assert ("breaks down: 1" in labels) == found
    assert ax.get_ylim()[1] < 4  # one wild batch does not flatten the rest


@pytest.mark.parametrize("found", [True, False])
def test_the_accuracies_of_a_range_test_show_smiths_thresholds_where_it_has_them(found: bool):
    ax = plots.range_test_accuracy(outcome(found))
    assert [text.get_text() for text in ax.texts] == (["max_lr: 0.2", "base_lr: 0.002"] if found else [])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), [0.1, 0.5, 0.3])
