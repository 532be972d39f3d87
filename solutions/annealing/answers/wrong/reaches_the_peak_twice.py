"""Ends the warm-up at `lr` itself, so that the first step of the annealing repeats it.

Caught by: test_composed_warms_up_in_a_straight_line
"""


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return start_lr + (lr - start_lr) * step / (warmup_steps - 1)
    return cosine_annealing(step - warmup_steps, lr, final_lr, total_steps - warmup_steps)
