"""Takes `rate` for the per cent that are lost in an epoch, instead of the fraction that is left.

Caught by: test_exponential_decay_over_whole_epochs, test_exponential_decay_with_rate_one_is_constant
"""


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    return lr * (1 - rate / 100) ** (step / steps_per_epoch)
