"""Update rules, each short enough to read on a page, as `torch.optim.Optimizer`."""

from course_lib.optimizers.sgd import SGD

__all__ = ["SGD"]
