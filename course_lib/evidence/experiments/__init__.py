"""The experiments, by name; each module has one family."""

from course_lib.evidence.experiments.base import Experiment, Scale, Trial
from course_lib.evidence.experiments.decays import DECAYS
from course_lib.evidence.experiments.overshoot import OVERSHOOT
from course_lib.evidence.experiments.rates import RATES

EXPERIMENTS = {experiment.name: experiment for experiment in (RATES, DECAYS, OVERSHOOT)}

__all__ = ["EXPERIMENTS", "Experiment", "Scale", "Trial"]
