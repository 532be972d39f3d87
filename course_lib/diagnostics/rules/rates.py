"""Faults of the learning rate, by the run's curve and by what other rates would have done."""

from __future__ import annotations

import numpy as np

from course_lib.diagnostics.case import Case
from course_lib.diagnostics.trials import STEPS

BURST = 3.0  # the last epoch's loss over the best epoch's
SMOOTHING = 10  # steps
JUMP = 1.5  # a smoothed loss this many times the first one has jumped up
BETTER = 0.85  # a loss this many times another's is clearly lower after so few steps
MUCH_BETTER = 0.8
FASTER = 3.0  # times the fall of the loss
FLAT = 0.85  # of the loss in the third of the run before: above it, the loss has about levelled off
STEADY = 0.5  # of the peak: a last rate above it has not been annealed


def divergence(case: Case) -> str | None:
    """NaN, infinite or exploded."""
    step = case.history.diverged_at
    if step is not None:
        losses = case.history.steps["train_loss"]
        return (
            f"The training loss was {losses.iloc[step]:.3g} at step {step}, having started from {losses.iloc[0]:.3g}."
        )
    if not case.finite:
        return "The model's weights are not finite."
    losses = case.history.epochs["train_loss"]
    if losses.iloc[-1] > BURST * losses.min():
        return f"The training loss was {losses.iloc[-1]:.3g} in the last epoch and {losses.min():.3g} in the best one."
    return None


def rate_too_high(case: Case) -> str | None:
    """A tenth of the rate gets further from the start, or the loss jumped above where it started."""
    if case.from_start is not None:
        here, tenth = case.from_start.after[1.0], case.from_start.after[0.1]
        if tenth < MUCH_BETTER * here:
            return (
                f"From fresh weights, {STEPS} updates at the run's largest rate, {case.peak_lr:.3g}, lead to a loss of "
                f"{here:.3g}; at a tenth of it, to {tenth:.3g}."
            )
        return None
    smoothed = case.history.steps["train_loss"].rolling(SMOOTHING).mean().dropna()
    first = float(case.history.steps["train_loss"].iloc[0])
    if len(smoothed) and not smoothed.max() <= JUMP * first:
        return f"The training loss, over {SMOOTHING} steps, rose to {smoothed.max():.3g} from {first:.3g} at the start."
    return None


def rate_too_low(case: Case) -> str | None:
    """Ten or a hundred times the rate gets much further from where the run ended."""
    trials = case.from_end
    if trials is None:
        return None
    gains = {factor: trials.before - loss for factor, loss in trials.after.items()}
    best = max((10.0, 100.0), key=lambda factor: gains[factor])
    # A gain that grows as the rate does is that of a loss that has hardly begun to fall, however small it is.
    proportional = gains[100.0] > FASTER * gains[10.0] > FASTER**2 * gains[1.0] > 0
    if (trials.after[best] < BETTER * trials.before and gains[best] > FASTER * gains[1.0]) or proportional:
        return (
            f"From the last weights, {STEPS} more updates at the largest rate, {case.peak_lr:.3g}, bring the loss from "
            f"{trials.before:.3g} to {trials.after[1.0]:.3g}; at {best:.0f} times that, to {trials.after[best]:.3g}."
        )
    return None


def plateau(case: Case) -> str | None:
    """The loss is level at a steady rate, and a smaller one moves it."""
    trials = case.from_end
    losses = case.history.epochs["train_loss"].to_numpy()
    if trials is None or len(losses) < 3 or case.history.epochs["lr"].iloc[-1] < STEADY * case.peak_lr:
        return None
    _, middle, last = (float(np.mean(third)) for third in np.array_split(losses, 3))
    if last > FLAT * middle and trials.after[0.1] < BETTER * min(trials.before, trials.after[1.0]):
        return (
            f"The training loss went from {middle:.3g} in the middle third of the epochs to {last:.3g} in the last. "
            f"{STEPS} more updates at the last rate leave it at {trials.after[1.0]:.3g}, at a tenth at "
            f"{trials.after[0.1]:.3g}."
        )
    return None
