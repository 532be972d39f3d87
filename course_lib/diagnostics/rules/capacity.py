"""A model too small, or one that learns by rote."""

from __future__ import annotations

from course_lib.diagnostics.case import Case

SHORTFALL = 0.03  # of accuracy, below the reference: more than its standard error on some thousand images
LEVEL = 0.95  # of the epoch before: the loss still falls when the last epoch's is below this fraction
STEP_GAIN = 0.9  # a trial that brings the loss below this fraction says that time or rate is missing, not capacity
GAP = 0.1  # of accuracy, between training and validation
LOSS_RISE = 1.15  # of the validation loss over its lowest


def underfitting(case: Case) -> str | None:
    """Poorer on its own training images than a simple classifier on new ones, and neither time nor rate helps."""
    if case.behaviour is None or case.from_end is None:
        return None
    train, losses = case.behaviour.train, case.history.epochs["train_loss"]
    accuracy = max(train.accuracy, train.training_accuracy)
    falling = len(losses) > 1 and losses.iloc[-1] < LEVEL * losses.iloc[-2]
    moved = min(case.from_end.after.values()) < STEP_GAIN * case.from_end.before
    if accuracy > case.reference.accuracy - SHORTFALL or falling or moved:
        return None
    return (
        f"The model names {accuracy:.1%} of its own training images right; a ridge classifier fitted to "
        f"{case.reference.images} of them names {case.reference.accuracy:.1%} of others. More updates, at a tenth of "
        "the rate, at the rate and at ten times it, do not bring the loss down by a tenth."
    )


def overfitting(case: Case) -> str | None:
    """Far better on training images than on validation images, and the validation loss has been lower."""
    if case.behaviour is None or case.behaviour.valid is None:
        return None
    train, valid = case.behaviour.train, case.behaviour.valid
    recorded = case.history.epochs["valid_loss"]
    gap = train.accuracy - valid.accuracy
    rise = float(recorded.iloc[-1] / recorded.min())
    if gap < GAP or rise < LOSS_RISE:
        return None
    return (
        f"Accuracy is {train.accuracy:.1%} on training images and {valid.accuracy:.1%} on validation images; the "
        f"validation loss was {recorded.min():.3g} at its lowest and is {recorded.iloc[-1]:.3g} now."
    )
