"""Goes from `lr` to `final_lr` in a straight line: both ends are right, what lies between them is not.

Caught by: test_cosine_in_between
"""


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    progress = min(step / (total_steps - 1), 1)
    return lr + (final_lr - lr) * progress
