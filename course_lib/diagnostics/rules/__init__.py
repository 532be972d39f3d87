"""The rules behind the checklist: each looks at a `Case` and gives its evidence in words, or None."""

from collections.abc import Callable, Mapping

from course_lib.diagnostics.case import Case
from course_lib.diagnostics.rules import capacity, inputs, layers, rates

Rule = Callable[[Case], str | None]

RULES: Mapping[str, Rule] = {
    "shuffled labels": inputs.shuffled_labels,
    "unnormalised input": inputs.unnormalised_input,
    "softmax twice": inputs.softmax_twice,
    "untrained parameters": layers.untrained_parameters,
    "evaluation mode": inputs.evaluation_mode,
    "initial scale": layers.initial_scale,
    "exploding gradients": layers.exploding_gradients,
    "vanishing gradients": layers.vanishing_gradients,
    "dead ReLUs": layers.dead_relus,
    "divergence": rates.divergence,
    "rate too high": rates.rate_too_high,
    "rate too low": rates.rate_too_low,
    "plateau": rates.plateau,
    "underfitting": capacity.underfitting,
    "overfitting": capacity.overfitting,
}
