"""No formula in closed form: every schedule walks through the steps, and the statistics are written out."""


# cell: steps-of
def steps_of(epochs, images, batch_size):
    steps = 0
    for _ in range(epochs):
        left = images
        while left > 0:
            left -= batch_size
            steps += 1
    return steps


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    current = lr
    for earlier in range(1, step + 1):
        if earlier % drop_every == 0:
            current *= factor
    return current


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    factor_of_one_step = rate ** (1 / steps_per_epoch)
    current = lr
    for _ in range(step):
        current *= factor_of_one_step
    return current


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    if step >= total_steps:
        return final_lr
    half_angle = math.pi / 2 * step / (total_steps - 1)
    return final_lr + (lr - final_lr) * math.cos(half_angle) ** 2


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    whole_run = []
    for number in range(warmup_steps):
        share = number / warmup_steps
        whole_run.append((1 - share) * start_lr + share * lr)
    for number in range(total_steps - warmup_steps):
        whole_run.append(cosine_annealing(number, lr, final_lr, total_steps - warmup_steps))
    return whole_run[min(step, total_steps - 1)]


# cell: reading
def read_result(accuracies):
    mean, squared_error = {}, {}
    for name, values in accuracies.items():
        mean[name] = sum(values) / len(values)
        squares = sum((value - mean[name]) ** 2 for value in values)
        squared_error[name] = squares / (len(values) - 1) / len(values)
    best = None
    for name in mean:
        if best is None or mean[name] > mean[best]:
            best = name
    as_good = []
    for name in mean:
        if name == best:
            continue
        if mean[best] - mean[name] <= 2 * (squared_error[best] + squared_error[name]) ** 0.5:
            as_good.append(name)
    return [best, as_good]
