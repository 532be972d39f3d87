"""Takes `factor` for the part that is lost at a drop, instead of the part that is left.

Caught by: test_step_decay_drops_at_the_boundary, test_step_decay_keeps_dropping,
    test_step_decay_with_factor_one_is_constant
"""


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    return lr * (1 - factor) ** (step // drop_every)
