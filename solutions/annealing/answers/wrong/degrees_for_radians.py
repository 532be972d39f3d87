"""Gives the cosine an angle in degrees, where `math.cos` takes radians: only the start is right.

Caught by: test_cosine_stops_falling_at_the_last_step, test_cosine_ends_at_final_lr, test_cosine_in_between
"""


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    progress = min(step / (total_steps - 1), 1)
    return final_lr + (lr - final_lr) * (1 + math.cos(180 * progress)) / 2
