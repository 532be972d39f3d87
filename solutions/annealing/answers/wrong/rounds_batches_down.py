"""Rounds down where it should round up: the images that do not fill a batch are lost.

Caught by: test_steps_of_a_smaller_last_batch
"""


# cell: steps-of
def steps_of(epochs, images, batch_size):
    return epochs * (images // batch_size)
