"""Applies the formula for the whole decay again at each step, to a rate that has decayed already.

Caught by: test_exponential_decay_over_whole_epochs, test_exponential_decay_falls_at_every_step
"""


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    for earlier in range(step):
        lr = lr * rate ** (earlier / steps_per_epoch)
    return lr
