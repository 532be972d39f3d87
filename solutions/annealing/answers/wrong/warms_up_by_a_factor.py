"""Multiplies the rate at each step of the warm-up, instead of adding to it: both ends are right, the line is bent.

Caught by: test_composed_warms_up_in_a_straight_line
"""


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return start_lr * (lr / start_lr) ** (step / warmup_steps)
    return cosine_annealing(step - warmup_steps, lr, final_lr, total_steps - warmup_steps)
