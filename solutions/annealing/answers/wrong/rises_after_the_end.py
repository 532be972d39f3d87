"""Lets the cosine go on after the last step, so that the rate rises again.

Caught by: test_cosine_stays_down_after_the_end
"""


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    progress = step / (total_steps - 1)
    return final_lr + (lr - final_lr) * (1 + math.cos(math.pi * progress)) / 2
