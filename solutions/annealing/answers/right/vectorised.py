"""NumPy throughout: every function takes an array of steps as well as a single one, and returns NumPy values."""


# cell: steps-of
def steps_of(epochs, images, batch_size):
    return epochs * np.ceil(np.divide(images, batch_size)).astype(int)


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    return lr * np.power(factor, np.floor_divide(step, drop_every))


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    return lr * np.exp(np.log(rate) * np.asarray(step) / steps_per_epoch)


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    progress = np.clip(np.asarray(step) / (total_steps - 1), 0, 1)
    return (lr + final_lr) / 2 + (lr - final_lr) / 2 * np.cos(np.pi * progress)


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    step = np.asarray(step)
    rising = np.interp(step, [0, max(warmup_steps, 1)], [start_lr, lr])
    falling = cosine_annealing(np.maximum(step - warmup_steps, 0), lr, final_lr, total_steps - warmup_steps)
    return np.where(step < warmup_steps, rising, falling)


# cell: reading
def read_result(accuracies):
    names = np.array(list(accuracies))
    means = np.array([np.mean(accuracies[name]) for name in names])
    errors = np.array([np.std(accuracies[name], ddof=1) / np.sqrt(len(accuracies[name])) for name in names])
    top = means.argmax()
    close = means[top] - means <= 2 * np.hypot(errors[top], errors)
    close[top] = False
    return str(names[top]), names[close].tolist()
