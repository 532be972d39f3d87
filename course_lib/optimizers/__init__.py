"""Update rules, each short enough to read on a page, as `torch.optim.Optimizer`."""

from course_lib.optimizers.adagrad import AdaGrad
from course_lib.optimizers.adam import Adam, AdamW
from course_lib.optimizers.diffgrad import DiffGrad
from course_lib.optimizers.rmsprop import RMSprop
from course_lib.optimizers.sgd import SGD

__all__ = ["SGD", "AdaGrad", "Adam", "AdamW", "DiffGrad", "RMSprop"]
