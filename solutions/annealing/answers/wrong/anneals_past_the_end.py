"""Gives the annealing all of `total_steps` after the warm-up, so that the run ends before it does.

Caught by: test_composed_anneals_over_the_steps_that_are_left
"""


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return start_lr + (lr - start_lr) * step / warmup_steps
    return cosine_annealing(step - warmup_steps, lr, final_lr, total_steps)
