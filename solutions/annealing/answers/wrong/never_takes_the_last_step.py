"""Divides by `total_steps`, so that `final_lr` comes one step after the end of the run.

Caught by: test_cosine_stops_falling_at_the_last_step
"""


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    progress = min(step / total_steps, 1)
    return final_lr + (lr - final_lr) * (1 + math.cos(math.pi * progress)) / 2
