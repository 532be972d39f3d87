"""The figures of the course, in one style: colour-blind-safe colours that also differ in dashes, and direct labels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, cast

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import offset_copy
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped]  # scipy ships no types

from course_lib.training import RangeTest

# Okabe and Ito 2008, "Color Universal Design", without the yellow, which is too light for a line on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_LINE_OF_TEXT = 16.0
"""How high a line of text is at the style's size, in points."""

DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (3, 3)))


def use_style() -> None:
    """Set Matplotlib's defaults to the course's style, for the rest of the session.

    The colours are Okabe and Ito's (2008), and each comes with a dash of its own.

    Examples
    --------
    >>> use_style()
    >>> plt.rcParams["axes.spines.top"]
    False
    """
    plt.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=DASHES),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#dddddd",
            "grid.linewidth": 0.6,
            "figure.figsize": (6.4, 3.8),
            "figure.dpi": 110,
            "figure.facecolor": "white",
            "savefig.bbox": "tight",
            "font.size": 12,  # readable still where a phone shows a figure at half its size
            "legend.frameon": False,
            "lines.linewidth": 2.0,
            "svg.hashsalt": "training-dynamics",  # the same figure is the same file, run after run
        }
    )


def schedule(schedules: Mapping[str, Callable[[int], float]], steps: int, ax: Axes | None = None) -> Axes:
    """Draw learning rates over training steps.

    Parameters
    ----------
    schedules : mapping of str to callable
        Functions step -> rate, by label. Looking consumes nothing.
    steps : int
        Steps 0 to `steps` - 1 are drawn, at least 1.
    ax : Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    Axes
        For a title, or more lines.

    Raises
    ------
    ValueError
        When `steps` is below 1.

    Examples
    --------
    >>> from course_lib.schedules import StepDecay
    >>> schedule({"step": StepDecay(0.1, step_size=30, gamma=0.5)}, steps=100).get_ylabel()
    'learning rate'
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps!r}")
    ax = ax or plt.subplots()[1]
    lines: list[Line2D] = []
    for label, function in schedules.items():
        lines += ax.plot(range(steps), [function(step) for step in range(steps)], label=label)
    ax.set(xlabel="step", ylabel="learning rate")
    label_ends(ax, lines)
    return ax


def bands(
    table: pd.DataFrame,
    x: str = "epoch",
    y: str = "valid_accuracy",
    by: str = "setting",
    ax: Axes | None = None,
    only: Collection[str] | None = None,
) -> Axes:
    """Draw the mean over seeds as a line, and the range from the worst seed to the best as a band, for each setting.

    Parameters
    ----------
    table : DataFrame
        As `course_lib.training.sweep` returns it: columns `seed`, `x`, `y` and `by`.
    x, y, by : str
        Columns: horizontal axis, vertical axis, one line for each value.
    ax : Axes, optional
        Where to draw; a new figure when left out.
    only : collection of str, optional
        The settings to draw, each in the colour and the dashes that it has among all of the table; all when left out.

    Returns
    -------
    Axes
        Labelled at the lines' ends. Where runs of a setting ended early (divergence), its line goes on over the others.

    Raises
    ------
    ValueError
        When a column is missing, or one of `only` is none of the settings.

    Examples
    --------
    >>> table = pd.DataFrame({"setting": "a", "seed": [0, 1], "epoch": 1, "valid_accuracy": [0.7, 0.8]})
    >>> [text.get_text() for text in bands(table).texts]
    ['a']
    """
    missing = {x, y, by, "seed"} - set(table.columns)
    if missing:
        raise ValueError(f"table must have the columns {x}, {y}, {by} and seed; it lacks {', '.join(sorted(missing))}")
    unknown = set(only or ()) - set(table[by])
    if unknown:
        raise ValueError(f"only must name values of {by}, got {', '.join(sorted(map(repr, unknown)))}")
    ax = ax or plt.subplots()[1]
    lines: list[Line2D] = []
    for label, rows in table.groupby(by, sort=False):
        if only is not None and label not in only:
            ax.plot([], [])  # takes its colour and dashes
            continue
        over_seeds = rows.groupby(x)[y].agg(["mean", "min", "max"])
        (line,) = ax.plot(over_seeds.index, over_seeds["mean"], label=str(label))
        ax.fill_between(
            over_seeds.index, over_seeds["min"], over_seeds["max"], color=line.get_color(), alpha=0.15, lw=0
        )
        lines.append(line)
    ax.set(xlabel=x.replace("_", " "), ylabel=y.replace("_", " "))
    if pd.api.types.is_integer_dtype(table[x]):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    label_ends(ax, lines)
    return ax


def label_ends(ax: Axes, lines: Iterable[Line2D]) -> None:
    """Write the label of each line beside its end; where two would overlap, apart, and with a thin line to its own.

    Parameters
    ----------
    ax : Axes
        Whose limits and scales are as they will stay.
    lines : iterable of Line2D
        Each with a label, and points that are numbers.

    Examples
    --------
    >>> ax = plt.subplots()[1]
    >>> label_ends(ax, ax.plot([1, 2, 4], label="doubled"))
    >>> [text.get_text() for text in ax.texts]
    ['doubled']
    """
    ax.autoscale_view()  # Matplotlib puts it off, and the axes would not know yet where the ends are
    figure = cast(Figure, ax.get_figure(root=True))
    into_axes = ax.transData + ax.transAxes.inverted()
    beside = offset_copy(ax.transAxes, figure, x=12, units="points")
    ends = [(np.asarray(line.get_xydata())[-1], line) for line in lines]
    seen = sorted(((*into_axes.transform(end), end, line) for end, line in ends), key=lambda each: float(each[1]))
    gap = _LINE_OF_TEXT * figure.dpi / 72 / ax.get_window_extent().height
    places = _apart([float(up) for _, up, _, _ in seen], gap)
    for (across, up, end, line), placed in zip(seen, places, strict=True):
        colour: Any = line.get_color()
        moved = abs(placed - up) > gap / 4
        ax.annotate(
            str(line.get_label()),
            (float(end[0]), float(end[1])),
            xytext=(across, placed),
            textcoords=beside,
            va="center",
            color=_ink(colour),
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.8, "relpos": (0, 0.5), "shrinkA": 1, "shrinkB": 1}
            if moved
            else None,
        )


def range_test(result: RangeTest, ax: Axes | None = None) -> Axes:
    """Draw a range test: the losses, their smoothed curve, its lowest point, the suggestion and the breakdown.

    Parameters
    ----------
    result : RangeTest
        From `course_lib.training.range_test`.
    ax : Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    Axes
        With a logarithmic axis of rates.

    Examples
    --------
    >>> from course_lib.training.range_curve import read_curves
    >>> rates = np.geomspace(1e-4, 1.0, 101)
    >>> losses = 1.0 + 0.1 * np.log(rates / 0.01) ** 2
    >>> ax = range_test(read_curves(rates, losses[None], 1 - losses[None] / 4))
    >>> [text.get_text() for text in ax.texts]
    ['breaks down: 0.21', 'lowest: 0.01', 'suggestion: 0.005']
    """
    marks = {"suggestion": result.suggestion, "lowest": result.lowest_lr, "breaks down": result.divergence_lr}
    ax = _ramp(result, "loss", "smoothed", marks, ax)
    # One batch's loss at the very end would flatten all the rest.
    lowest, first = float(result.table["loss"].min()), float(result.table["loss"].iloc[0])
    ax.set_ylim(lowest - 0.1 * (first - lowest), first + 0.5 * (first - lowest))
    ax.set_ylabel("training loss")
    return ax


def range_test_accuracy(result: RangeTest, ax: Axes | None = None) -> Axes:
    """Draw the accuracies of a range test, with Smith's thresholds: where it starts to rise, and where it stops.

    Parameters
    ----------
    result : RangeTest
        From `course_lib.training.range_test`.
    ax : Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    Axes
        With a logarithmic axis of rates.

    Examples
    --------
    >>> from course_lib.training.range_curve import read_curves
    >>> rates = np.geomspace(1e-4, 1.0, 101)
    >>> losses = 1.0 + 0.1 * np.log(rates / 0.01) ** 2
    >>> ax = range_test_accuracy(read_curves(rates, losses[None], 1 - losses[None] / 4))
    >>> [text.get_text() for text in ax.texts]
    ['max_lr: 0.01', 'base_lr: 0.00016']
    """
    marks = {"base_lr": result.base_lr, "max_lr": result.max_lr}
    ax = _ramp(result, "accuracy", "smoothed_accuracy", marks, ax)
    ax.set_ylabel("accuracy of the batch")
    return ax


def _ramp(result: RangeTest, batches: str, smoothed: str, marks: Mapping[str, float | None], ax: Axes | None) -> Axes:
    """Draw one curve of a range test over the rate, and upright lines at the marks that there are."""
    ax = ax or plt.subplots()[1]
    table = result.table
    ax.plot(table["lr"], table[batches], color="#999999", lw=0.8, ls="-", label=f"{batches}, mean of the ramps")
    ax.plot(table["lr"], table[smoothed], color=COLOURS[0], ls="-", label="smoothed")
    drawn = [
        (rate, f"{label}: {rate:.2g}", colour, dashes)
        for (label, rate), colour, dashes in zip(
            marks.items(), (COLOURS[2], COLOURS[3], COLOURS[1]), DASHES[1:], strict=False
        )
        if rate is not None
    ]
    # Each begins at its rate and stands above the one to its right: no two overlap, however close the rates.
    for above, (rate, words, colour, dashes) in enumerate(sorted(drawn, reverse=True)):
        ax.axvline(rate, color=colour, ls=dashes)
        ax.annotate(
            words,
            (rate, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(2, 6 + 16 * above),
            textcoords="offset points",
            color=_ink(colour),
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.8, "relpos": (0, 0.5), "shrinkA": 1, "shrinkB": 0},
        )
    ax.set(xscale="log", xlabel="learning rate")
    ax.legend()
    return ax


def _apart(heights: Sequence[float], gap: float) -> list[float]:
    """Heights in rising order, moved as little as can be (in squares) so that neighbours are a gap apart.

    >>> [round(height, 2) for height in _apart([1.0, 1.0, 5.0], gap=1.0)]
    [0.5, 1.5, 5.0]
    """
    # Without their gaps they need only not fall.
    shift = gap * np.arange(len(heights))
    return [float(height) for height in isotonic_regression(np.asarray(heights, dtype=float) - shift).x + shift]


def _ink(colour: str) -> tuple[float, float, float]:
    """A colour for words, as dark as words on white have to be: contrast 4.5, WCAG 2.2, 1.4.3."""
    shade = np.array(to_rgb(colour))
    while 1.05 / (_luminance(shade) + 0.05) < 4.5:
        shade = 0.95 * shade
    red, green, blue = (float(part) for part in shade)
    return red, green, blue


def _luminance(shade: NDArray[np.float64]) -> float:
    linear = np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
