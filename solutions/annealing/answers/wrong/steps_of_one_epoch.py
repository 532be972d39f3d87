"""Gives the steps of one epoch, however many there are.

Caught by: test_steps_of_full_batches, test_steps_of_several_epochs
"""


# cell: steps-of
def steps_of(epochs, images, batch_size):
    return math.ceil(images / batch_size)
