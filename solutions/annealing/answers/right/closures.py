"""Builds each schedule as a function inside a function, and composes them as objects."""


# cell: steps-of
def steps_of(epochs, images, batch_size):
    full, left = divmod(images, batch_size)
    return (full + bool(left)) * epochs


# cell: step-decay
def make_stairs(lr, factor, width):
    def stairs(step):
        return lr if step < width else factor * stairs(step - width)

    return stairs


def step_decay(step, lr, factor, drop_every):
    return make_stairs(lr, factor, drop_every)(step)


# cell: cosine-annealing
def make_cosine(lr, final_lr, total_steps):
    middle, amplitude, last = (lr + final_lr) / 2, (lr - final_lr) / 2, total_steps - 1

    def cosine(step):
        return middle + amplitude * math.cos(math.pi * min(step, last) / last)

    return cosine


def cosine_annealing(step, lr, final_lr, total_steps):
    return make_cosine(lr, final_lr, total_steps)(step)


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    annealing = make_cosine(lr, final_lr, total_steps - warmup_steps)
    warmup = lambda number: start_lr + number * (lr - start_lr) / warmup_steps
    return warmup(step) if step < warmup_steps else annealing(step - warmup_steps)
