"""Takes off the same amount each epoch, as if an exponential were a straight line; the first epoch hides it.

Caught by: test_exponential_decay_over_whole_epochs, test_exponential_decay_falls_at_every_step
"""


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    return lr * (1 - (1 - rate) * step / steps_per_epoch)
