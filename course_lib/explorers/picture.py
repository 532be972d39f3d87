"""The still picture of an explorer: lines in a frame, as an SVG of a few kilobytes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 110, 10, 44
MOST_POINTS = 200


@dataclass(frozen=True)
class Line:
    """Points of a line, what it is called at its end, and its style, one of those in ``explorer.css``."""

    xs: Sequence[float]
    ys: Sequence[float]
    name: str = ""
    style: str = "1"


@dataclass(frozen=True)
class Axis:
    """What an axis is called, and where it begins and ends."""

    label: str
    start: float
    end: float
    log: bool = False

    def place(self, value: float) -> float:
        """Where `value` lies: 0 at the start, 1 at the end."""
        if self.log:
            return math.log(value / self.start) / math.log(self.end / self.start)
        return (value - self.start) / (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round numbers along the axis: decades, or steps of 1, 2 or 5."""
        if self.log:
            decades = range(math.floor(math.log10(self.start)), math.ceil(math.log10(self.end)) + 1)
            return [10.0**decade for decade in decades if self.start <= 10.0**decade <= self.end]
        rough = (self.end - self.start) / 6
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= rough)
        return [step * count for count in range(math.ceil(self.start / step), math.floor(self.end / step) + 1)]


def picture(x: Axis, y: Axis, lines: Sequence[Line], label: str) -> str:
    """Draw `lines` in a frame; `label` says to those who do not see it what it shows."""
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    parts = [
        f'<svg class="ce-chart" role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}"><g class="ce-axes">'
    ]
    for value in x.ticks():
        at = LEFT + inner_width * x.place(value)
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{TOP + inner_height}"/>')
        parts.append(f'<text x="{at:.1f}" y="{TOP + inner_height + 16}" text-anchor="middle">{value:.6g}</text>')
    for value in y.ticks():
        at = TOP + inner_height * (1 - y.place(value))
        parts.append(f'<line x1="{LEFT}" x2="{LEFT + inner_width}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{value:.6g}</text>')
    middle = TOP + inner_height / 2
    parts.append(f'<text x="{LEFT + inner_width / 2}" y="{HEIGHT - 6}" text-anchor="middle">{escape(x.label)}</text>')
    upright = f'text-anchor="middle" transform="rotate(-90 12 {middle})"'
    parts.append(f'<text x="12" y="{middle}" {upright}>{escape(y.label)}</text></g>')
    for line in lines:
        points = list(_points(line, x, y, inner_width, inner_height))
        if points:
            path = "L".join(f"{across:.1f} {down:.1f}" for across, down in points)
            parts.append(f'<path class="ce-line ce-{line.style}" d="M{path}"/>')
        if points and line.name:
            across, down = points[-1]
            place = f'x="{across + 6:.1f}" y="{down + 4:.1f}"'
            parts.append(f'<text class="ce-name ce-{line.style}" {place}>{escape(line.name)}</text>')
    return "".join(parts) + "</svg>"


def _points(line: Line, x: Axis, y: Axis, width: float, height: float) -> Iterator[tuple[float, float]]:
    """The points of a line within the frame, thinned out, up to where it leaves the frame for good."""
    chosen = np.unique(np.linspace(0, len(line.xs) - 1, min(len(line.xs), MOST_POINTS)).round().astype(int))
    for index in chosen:
        across, down = line.xs[index], line.ys[index]
        if (y.log and down <= 0) or not math.isfinite(down) or not -0.01 <= y.place(down) <= 1.01:
            continue
        if -0.01 <= x.place(across) <= 1.01:
            yield LEFT + width * x.place(across), TOP + height * (1 - y.place(down))
