"""Takes the same amount off at each drop, instead of multiplying what is left.

Caught by: test_step_decay_keeps_dropping
"""


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    drops = step // drop_every
    return lr - drops * lr * (1 - factor)
