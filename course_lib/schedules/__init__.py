"""Learning rates as pure functions of the step."""

from course_lib.schedules.annealing import (
    Constant,
    CosineAnnealing,
    ExponentialDecay,
    InverseSqrtDecay,
    LinearDecay,
    LinearWarmup,
    MultiStepDecay,
    PolynomialDecay,
    StepDecay,
)
from course_lib.schedules.base import Schedule

__all__ = [
    "Constant",
    "CosineAnnealing",
    "ExponentialDecay",
    "InverseSqrtDecay",
    "LinearDecay",
    "LinearWarmup",
    "MultiStepDecay",
    "PolynomialDecay",
    "Schedule",
    "StepDecay",
]
