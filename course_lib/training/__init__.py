"""Training: one run (`fit`), a search for the rate (`range_test`), and many runs side by side (`sweep`)."""

from course_lib.training.averaging import WeightAverage
from course_lib.training.callbacks import Callback, EarlyStopping, ReduceOnPlateau, Run
from course_lib.training.evaluation import evaluate
from course_lib.training.history import History
from course_lib.training.loop import epoch_order, fit, steps_per_epoch
from course_lib.training.preserve import preserved
from course_lib.training.range_curve import RangeTest
from course_lib.training.range_test import range_test
from course_lib.training.recipe import Recipe
from course_lib.training.scheduler import ScheduleLR
from course_lib.training.sweep import sweep

__all__ = [
    "Callback",
    "EarlyStopping",
    "History",
    "RangeTest",
    "Recipe",
    "ReduceOnPlateau",
    "Run",
    "ScheduleLR",
    "WeightAverage",
    "epoch_order",
    "evaluate",
    "fit",
    "preserved",
    "range_test",
    "steps_per_epoch",
    "sweep",
]
