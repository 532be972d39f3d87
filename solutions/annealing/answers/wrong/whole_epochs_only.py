"""Counts whole epochs with `//`, so that the smooth fall becomes stairs.

Caught by: test_exponential_decay_falls_at_every_step
"""


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    return lr * rate ** (step // steps_per_epoch)
