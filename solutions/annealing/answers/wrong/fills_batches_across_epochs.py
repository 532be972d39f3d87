"""Rounds up once, at the end of the run, as if a batch could take images from two epochs.

Caught by: test_steps_of_several_epochs
"""


# cell: steps-of
def steps_of(epochs, images, batch_size):
    return math.ceil(epochs * images / batch_size)
