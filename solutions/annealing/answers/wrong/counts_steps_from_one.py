"""Counts steps from 1, so that every drop comes one step early.

Caught by: test_step_decay_holds_still_between_drops
"""


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    return lr * factor ** ((step + 1) // drop_every)
