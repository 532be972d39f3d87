"""Works out the warm-up before asking whether there is one, and divides by 0 when there is none.

Caught by: test_composed_without_warmup
"""


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    warmup = start_lr + (lr - start_lr) * step / warmup_steps
    annealing = cosine_annealing(step - warmup_steps, lr, final_lr, total_steps - warmup_steps)
    return warmup if step < warmup_steps else annealing
