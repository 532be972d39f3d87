"""Lets the wave have the height `lr` and puts `final_lr` under it, so that it starts too high.

Caught by: test_cosine_starts_at_lr
"""


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    progress = min(step / (total_steps - 1), 1)
    return final_lr + lr * (1 + math.cos(math.pi * progress)) / 2
