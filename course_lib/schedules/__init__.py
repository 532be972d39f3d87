"""Learning rates as pure functions of the step."""

from course_lib.schedules.base import Schedule
from course_lib.schedules.cyclical import SGDR, ExpRange, Triangular, Triangular2
from course_lib.schedules.decays import Constant, ExponentialDecay, InverseSqrtDecay, MultiStepDecay, StepDecay
from course_lib.schedules.one_cycle import OneCycle, OneCycleMomentum
from course_lib.schedules.plateau import OnPlateau
from course_lib.schedules.ramps import CosineAnnealing, LinearDecay, LinearWarmup, PolynomialDecay
from course_lib.schedules.stable import warmup_stable_decay

__all__ = [
    "SGDR",
    "Constant",
    "CosineAnnealing",
    "ExpRange",
    "ExponentialDecay",
    "InverseSqrtDecay",
    "LinearDecay",
    "LinearWarmup",
    "MultiStepDecay",
    "OnPlateau",
    "OneCycle",
    "OneCycleMomentum",
    "PolynomialDecay",
    "Schedule",
    "StepDecay",
    "Triangular",
    "Triangular2",
    "warmup_stable_decay",
]
