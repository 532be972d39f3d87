"""Forgets `final_lr`: the rate comes down to 0.

Caught by: test_cosine_ends_at_final_lr
"""


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    progress = min(step / (total_steps - 1), 1)
    return lr * (1 + math.cos(math.pi * progress)) / 2
