"""Faults in what flows through the layers."""

from __future__ import annotations

from collections.abc import Callable

from course_lib.diagnostics.case import Case

START_RATIO = 2.0  # He's initial weights start near 1.0 to 1.2 times the loss of a guess
GRADIENT_RATIO = 30.0  # between the first and the last layer; where training goes well they are within 10 or so
DEAD = 0.5  # of a layer's units; trained ReLU networks have some that rest, seldom a third


def untrained_parameters(case: Case) -> str | None:
    """Parameters without a gradient, or that the optimizer does not know."""
    cut_off = sorted({name for _, signals in case.signals for name in signals.without_gradient})
    found: list[str] = []
    if cut_off:
        found.append(f"The loss's gradient does not reach {_listed(cut_off)}.")
    if case.unoptimized:
        found.append(f"The optimizer does not have {_listed(case.unoptimized)}.")
    return " ".join(found) or None


def initial_scale(case: Case) -> str | None:
    """The first loss is that of a network that is sure and wrong."""
    first = float(case.history.steps["train_loss"].iloc[0])
    if not first > START_RATIO * case.guess:
        return None
    return f"The first batch's loss is {first:.3g}; guessing has ln({case.classes}) = {case.guess:.3g}."


def exploding_gradients(case: Case) -> str | None:
    """The gradient at the first layer is many times that at the last."""
    return _gradients(case, lambda first, last: first > GRADIENT_RATIO * last)


def vanishing_gradients(case: Case) -> str | None:
    """The gradient at the first layer is a small fraction of that at the last, and no dead units explain it."""
    return _gradients(case, lambda first, last: last > GRADIENT_RATIO * first)


def _gradients(case: Case, wrong: Callable[[float, float], bool]) -> str | None:
    # The start, where there is one: a fault of the design shows there, what training has broken does not.
    for when, signals in case.signals[:1]:
        dead = max(signals.dead, default=0.0) >= DEAD
        if len(signals.gradients) < 2 or dead:
            return None
        (first, low), (last, high) = signals.gradients[0], signals.gradients[-1]
        if wrong(low, high):
            return f"The gradient's norm is {low:.2g} at {first} and {high:.2g} at {last} ({when})."
    return None


def dead_relus(case: Case) -> str | None:
    """Half of a layer's units give zero for every image."""
    if case.end is None or not case.end.dead:
        return None
    worst = max(case.end.dead)
    if worst < DEAD:
        return None
    layer = case.end.dead.index(worst) + 1
    before = "" if case.start is None else f"; at fresh weights {case.start.dead[layer - 1]:.0%}"
    return f"After ReLU number {layer}, {worst:.0%} of the units are zero for every image that was tried{before}."


def _listed(names: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
