"""The explorer of schedules put together from pieces."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from course_lib.explorers.checks import require_whole
from course_lib.explorers.explorer import Explorer
from course_lib.explorers.picture import Axis, Line, picture
from course_lib.schedules import (
    SGDR,
    Constant,
    CosineAnnealing,
    ExponentialDecay,
    ExpRange,
    InverseSqrtDecay,
    LinearDecay,
    LinearWarmup,
    OneCycle,
    PolynomialDecay,
    Schedule,
    StepDecay,
    Triangular,
    Triangular2,
)
from course_lib.schedules.base import Then

KINDS = (
    Constant,
    LinearWarmup,
    StepDecay,
    ExponentialDecay,
    LinearDecay,
    CosineAnnealing,
    PolynomialDecay,
    InverseSqrtDecay,
    Triangular,
    Triangular2,
    ExpRange,
    SGDR,
    OneCycle,
)
MOST_PIECES = 8
MOST_STEPS = 5000
_FIRST = LinearWarmup(0.0, 0.1, total_steps=20).then(CosineAnnealing(0.1, 0.0, total_steps=80), at=20)


@dataclass(frozen=True)
class ScheduleComposer(Explorer):
    """Schedules stacked in pieces: the rate (and one cycle's momentum) over the steps, and the Python that makes them.

    A composition such as ``LinearWarmup(...).then(CosineAnnealing(...), at=20)`` is taken apart into its pieces. One
    that ends before its piece does is followed by a constant, which is what it holds.

    Parameters
    ----------
    schedule : Schedule
        What is shown at first, of at most 8 pieces.
    steps : int
        Its length. A piece has at most 5000 steps.

    Raises
    ------
    ValueError
        When there are too many pieces or steps, a piece's kind cannot be composed here, or one is cut short.

    Examples
    --------
    >>> from course_lib.schedules import CosineAnnealing, LinearWarmup
    >>> schedule = LinearWarmup(0.0, 0.1, total_steps=20).then(CosineAnnealing(0.1, 0.0, total_steps=80), at=20)
    >>> [piece["kind"] for piece in ScheduleComposer(schedule, steps=100).settings()["pieces"]]
    ['LinearWarmup', 'CosineAnnealing']
    """

    schedule: Schedule = _FIRST
    steps: int = 100

    script: ClassVar = "schedule-composer"
    title: ClassVar = "Schedule composer"

    def __post_init__(self) -> None:
        require_whole("steps", self.steps, 1, MOST_PIECES * MOST_STEPS)
        pieces = _pieces(self.schedule, self.steps)
        if len(pieces) > MOST_PIECES:
            raise ValueError(f"schedule must have at most {MOST_PIECES} pieces, got {len(pieces)}")
        for piece in pieces:
            require_whole(f"the length of each piece ({piece['kind']})", piece["steps"], 1, MOST_STEPS)

    def settings(self) -> dict[str, Any]:
        """The pieces: of each its `kind`, its length in `steps`, and its arguments."""
        return {"pieces": _pieces(self.schedule, self.steps)}

    def still(self) -> str:
        """The rate over the steps."""
        shown = np.arange(self.steps)
        rates = np.asarray(self.schedule(shown))
        top = float(rates.max()) or 1.0
        label = f"The learning rate over {self.steps} steps: from {rates[0]:.3g} to {rates[-1]:.3g}, at most {top:.3g}."
        x, y = Axis("step", 0, max(self.steps - 1, 1)), Axis("learning rate", 0, 1.06 * top)
        return picture(x, y, [Line(shown.tolist(), rates.tolist())], label)


def _pieces(schedule: Schedule, steps: int) -> list[dict[str, Any]]:
    if isinstance(schedule, Then):
        if steps <= schedule.at:
            return _pieces(schedule.first, steps)
        return _pieces(schedule.first, schedule.at) + _pieces(schedule.second, steps - schedule.at)
    if not isinstance(schedule, KINDS):
        known = ", ".join(kind.__name__ for kind in KINDS)
        raise ValueError(f"each piece must be one of {known}, got {schedule!r}")
    values = {field.name: getattr(schedule, field.name) for field in fields(schedule)}
    length = values.pop("total_steps", steps)
    if length > steps:
        raise ValueError(f"a piece must not be cut short: {schedule!r} has {steps} of its {length} steps")
    piece = {"kind": type(schedule).__name__, "steps": length, **values}
    return [piece] if length == steps else [piece, *_pieces(Constant(schedule(length - 1)), steps - length)]
