"""Gives the annealing the step of the whole run, so that it starts part of the way down.

Caught by: test_composed_anneals_over_the_steps_that_are_left
"""


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return start_lr + (lr - start_lr) * step / warmup_steps
    return cosine_annealing(step, lr, final_lr, total_steps)
