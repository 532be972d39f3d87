"""Uses `/` for `//`, so that the stairs become a smooth slope.

Caught by: test_step_decay_holds_still_between_drops
"""


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    return lr * factor ** (step / drop_every)
