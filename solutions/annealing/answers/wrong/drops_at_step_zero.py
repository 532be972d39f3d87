"""Drops whenever the step can be divided by `drop_every`; 0 can, so that the run starts with a drop.

Caught by: test_step_decay_starts_at_lr
"""


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    for earlier in range(step + 1):
        if earlier % drop_every == 0:
            lr = lr * factor
    return lr
