"""Takes the boundary for the last step of the old rate: drops only once more than `drop_every` steps lie behind.

Caught by: test_step_decay_drops_at_the_boundary
"""


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    drops = 0
    while step > drop_every:
        step -= drop_every
        drops += 1
    return lr * factor**drops
