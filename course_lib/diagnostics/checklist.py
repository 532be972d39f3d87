"""The checklist itself, as data: each fault with its symptom, the test that confirms it, and its cure."""

from __future__ import annotations

from dataclasses import dataclass

FINITE = "finite weights"
LABELS = "labels that can be learned"
SOUND_INPUT = "inputs of ordinary size"
NOTHING_ELSE = "that nothing above is found"


@dataclass(frozen=True)
class Entry:
    """One line of the checklist.

    Attributes
    ----------
    name : str
        Of the fault.
    symptom : str
        How it shows.
    confirm : str
        The test that would confirm it.
    cure : str
        What to change.
    needs : tuple of str
        What has to hold for the check to mean something.
    """

    name: str
    symptom: str
    confirm: str
    cure: str
    needs: tuple[str, ...] = ()


CHECKLIST = (
    Entry(
        "shuffled labels",
        "The training loss may fall, by rote, but nothing carries over to images that were not trained on.",
        "Look at twenty training images with their labels. Train on a hundred of them by hand-checked labels.",
        "Find where images and labels part: a shuffle of one without the other, a sort, an index that is off by one.",
    ),
    Entry(
        "unnormalised input",
        "The numbers that reach the first layer are far from mean 0 and deviation 1; the loss starts high or jumps.",
        "Print the mean and deviation of what the first layer receives, in training and in evaluation.",
        "Subtract the training mean and divide by the training deviation, once, in one place, for all parts alike.",
    ),
    Entry(
        "softmax twice",
        "The loss falls slowly to a floor that it cannot pass, although the accuracy may be fair.",
        "Sum the model's outputs over the classes: logits do not sum to 1.",
        "Let the model give logits; cross entropy takes the softmax itself.",
        (FINITE,),
    ),
    Entry(
        "untrained parameters",
        "Some weights are the same at the end as at the start.",
        "Compare the named weights before and after one update.",
        "Give all of them to the optimizer, and take out the `detach` or `no_grad` on the way to them; freeze a part "
        "on purpose with `requires_grad_(False)`.",
    ),
    Entry(
        "evaluation mode",
        "The same weights score differently in training and in evaluation, or differently each time.",
        "Evaluate the training images in both modes, and the same batch twice and in other company.",
        "Call `model.eval()` before evaluating, let every layer obey it (`self.training`), and let batch "
        "normalisation's running statistics follow (momentum near 0.1, or count them anew after training).",
        (FINITE,),
    ),
    Entry(
        "initial scale",
        "The first loss is far above that of a guess, ln(classes): the untrained network is sure, and wrong.",
        "Compare the loss of fresh weights with ln(classes); print the spread of each layer's output.",
        "Use He's or Glorot's initial weights; make the last layer's small.",
        (SOUND_INPUT,),
    ),
    Entry(
        "exploding gradients",
        "The gradient grows from layer to layer on its way down; the loss jumps or bursts at any useful rate.",
        "Plot the norm of the gradient, layer by layer, at the first step.",
        "Initial weights of the right scale for the activation, normalisation layers or skip connections; clip the "
        "gradient's norm meanwhile.",
    ),
    Entry(
        "vanishing gradients",
        "The gradient shrinks from layer to layer on its way down; the first layers hardly move.",
        "Plot the norm of the gradient, layer by layer, at the first step.",
        "ReLU in place of saturating activations, initial weights of the right scale, normalisation layers or skip "
        "connections.",
    ),
    Entry(
        "dead ReLUs",
        "Units that give zero for every image get no gradient and never come back.",
        "Count the units that are zero for every training image, layer by layer, before training and after it.",
        "A lower rate or a warm-up, biases that start at zero, He's initial weights; leaky ReLU where that is not "
        "enough. Units that have died need fresh weights.",
        (FINITE,),
    ),
    Entry(
        "divergence",
        "The loss becomes NaN or many times what it was at the start.",
        "Repeat the run with a tenth of the rate and the same seed.",
        "A lower rate, a warm-up, or a clipped gradient; when a tenth of the rate bursts as well, look for a fault in "
        "the data or the loss.",
    ),
    Entry(
        "rate too high",
        "The loss is noisy, stays high or jumps up; a smaller rate gets further in as many steps.",
        "Repeat the first steps with a tenth of the rate, or run a range test.",
        "Divide the rate by 3 to 10, or take the range test's suggestion; warm up.",
        (LABELS, SOUND_INPUT),
    ),
    Entry(
        "rate too low",
        "The loss falls smoothly, and so slowly that it would take many more epochs.",
        "Repeat the run with ten times the rate, or run a range test.",
        "Multiply the rate by 3 to 10, or take the range test's suggestion.",
        (FINITE, LABELS, SOUND_INPUT),
    ),
    Entry(
        "plateau",
        "The loss fell, then stays at a level at a rate that no longer changes; a smaller rate moves it at once.",
        "Go on from these weights with a tenth of the rate for an epoch.",
        "Lower the rate in time: a schedule that anneals it, or one that reacts to the plateau.",
        (FINITE, LABELS, SOUND_INPUT),
    ),
    Entry(
        "underfitting",
        "Training and validation are equally poor, the loss has levelled off, and no rate helps.",
        "Train a model with several times the units for as long; it should do better on the *training* images.",
        "A larger model, less regularisation, or inputs that say more.",
        (FINITE, NOTHING_ELSE),
    ),
    Entry(
        "overfitting",
        "The training loss goes on falling while the validation loss rises or stays far above it.",
        "Train with more images, or with half of them: the gap changes with their number.",
        "More data or augmentation, stop at the lowest validation loss, weight decay, dropout, a smaller model.",
        (FINITE, LABELS),
    ),
)
"""The faults that `diagnose` looks for, the most basic first."""
