"""Raises the rate to the number of steps instead of the number of epochs: it is gone before the first epoch ends.

Caught by: test_exponential_decay_over_whole_epochs
"""


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    return lr * rate**step
