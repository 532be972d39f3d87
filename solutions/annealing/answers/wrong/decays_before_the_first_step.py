"""Counts the step that is about to be taken as done, so that the very first rate has decayed already.

Caught by: test_exponential_decay_starts_at_lr
"""


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    return lr * rate ** ((step + 1) / steps_per_epoch)
