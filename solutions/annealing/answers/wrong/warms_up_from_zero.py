"""Forgets `start_lr`: the warm-up rises from 0.

Caught by: test_composed_starts_at_start_lr
"""


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    if step < warmup_steps:
        return lr * step / warmup_steps
    return cosine_annealing(step - warmup_steps, lr, final_lr, total_steps - warmup_steps)
