"""Faults at the two ends of the network, and in the mode in which it is looked at."""

from __future__ import annotations

from course_lib.diagnostics.behaviour import Behaviour
from course_lib.diagnostics.case import Case

# Normalised images have mean 0 and deviation 1 over the whole set. One part of it, one channel, a random crop's black
# border move these by some tenths; pixels from 0 to 1 of a dark set (0.29 and 0.35 for Fashion-MNIST) still train well
# enough to pass for harmless. Bytes from 0 to 255 lie far outside.
LARGEST_MEAN = 3.0
LARGEST_STD = 5.0
SMALLEST_STD = 0.05

# Of the outputs' spread. Rounding moves an output by a millionth, or by a thousandth where the large weights of a deep
# network amplify it; dropout and batch statistics by a tenth and more.
SAME = 0.02
LOSS_RATIO = 1.5  # between the modes; batch normalisation's statistics, when sound, move the loss by a few hundredths
ACCURACY_GAP = 0.05
RECORDED = 0.02  # relative; the same images and weights give the same loss


def shuffled_labels(case: Case) -> str | None:
    """A reference classifier learns nothing from the training labels, and the model does no better on new images."""
    reference = case.reference
    if not reference.sees_nothing:
        return None
    if case.behaviour is not None and case.behaviour.valid is not None:
        better = case.behaviour.valid.accuracy - reference.chance
        if better > reference.accuracy - reference.chance + ACCURACY_GAP:
            return None  # what the reference does not see is there for the model
    return (
        f"A ridge classifier fitted to {reference.images} training images names {reference.accuracy:.1%} of as many "
        f"others right, where naming the commonest class gets {reference.chance:.1%}."
    )


def unnormalised_input(case: Case) -> str | None:
    """Mean or deviation of what the first layer receives is far from 0 and 1."""
    for when, signals in case.signals:
        mean, std = signals.input_mean, signals.input_std
        if abs(mean) > LARGEST_MEAN * max(std, 1.0) or not SMALLEST_STD < std < LARGEST_STD or abs(mean) > 10:
            return f"The first layer receives numbers of mean {mean:.3g} and deviation {std:.3g} ({when})."
    return None


def softmax_twice(case: Case) -> str | None:
    """The outputs are probabilities already."""
    if case.behaviour is None or not case.behaviour.probabilities:
        return None
    return "The model's outputs are not negative and sum to 1 over the classes for each image: they are no logits."


def evaluation_mode(case: Case) -> str | None:
    """Evaluation is random, depends on the company, disagrees with training mode, or was recorded in training mode."""
    behaviour = case.behaviour
    if behaviour is None:
        return None
    if behaviour.deaf:
        return f"After model.eval() these stay in training mode: {', '.join(behaviour.deaf) or 'the model itself'}."
    if behaviour.repeat > SAME:
        return (
            f"The same batch, evaluated twice, gives outputs that differ by {behaviour.repeat:.2g} of their spread: "
            "something is drawn at random in evaluation mode."
        )
    if behaviour.company > SAME:
        return (
            f"An image's output changes by {behaviour.company:.2g} of the outputs' spread with the other images in its "
            "batch: batch statistics are in use in evaluation mode."
        )
    return _between_modes(behaviour) or _recorded_in_training_mode(case, behaviour)


def _between_modes(behaviour: Behaviour) -> str | None:
    train = behaviour.train
    if train.loss > LOSS_RATIO * train.training_loss and train.training_accuracy - train.accuracy > ACCURACY_GAP:
        return (
            f"The same training images have loss {train.loss:.3g} and accuracy {train.accuracy:.1%} in evaluation, "
            f"{train.training_loss:.3g} and {train.training_accuracy:.1%} in training."
        )
    return None


def _recorded_in_training_mode(case: Case, behaviour: Behaviour) -> str | None:
    valid = behaviour.valid
    if valid is None:
        return None
    recorded = float(case.history.epochs["valid_loss"].iloc[-1])
    near_training = abs(recorded - valid.training_loss) < RECORDED * valid.training_loss
    if near_training and abs(recorded - valid.loss) > 5 * RECORDED * valid.loss:
        return (
            f"The recorded validation loss, {recorded:.3g}, is that of training mode ({valid.training_loss:.3g}); in "
            f"evaluation mode the same weights have {valid.loss:.3g}."
        )
    return None
