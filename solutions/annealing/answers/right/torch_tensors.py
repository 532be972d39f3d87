"""Works in torch: every function gives back a tensor, in double precision, also where one number is asked for."""


# cell: steps-of
import torch


def steps_of(epochs, images, batch_size):
    return epochs * len(torch.arange(images).split(batch_size))


# cell: step-decay
def step_decay(step, lr, factor, drop_every):
    drops = torch.div(torch.tensor(step), drop_every, rounding_mode="floor")
    return lr * torch.tensor(factor, dtype=torch.float64) ** drops


# cell: exponential-decay
def exponential_decay(step, lr, rate, steps_per_epoch):
    epochs = torch.tensor(step, dtype=torch.float64) / steps_per_epoch
    return lr * torch.tensor(rate, dtype=torch.float64).pow(epochs)


# cell: cosine-annealing
def cosine_annealing(step, lr, final_lr, total_steps):
    turn = torch.pi * (torch.tensor(step, dtype=torch.float64) / (total_steps - 1)).clamp(max=1)
    low, high = torch.tensor([final_lr, lr], dtype=torch.float64)
    return torch.lerp(low, high, (1 + turn.cos()) / 2)


# cell: composed-schedule
def warmup_then_cosine(step, start_lr, lr, final_lr, warmup_steps, total_steps):
    line = torch.linspace(start_lr, lr, warmup_steps + 1, dtype=torch.float64)[:-1]
    steps_left = total_steps - warmup_steps
    wave = torch.stack([cosine_annealing(number, lr, final_lr, steps_left) for number in range(steps_left)])
    return torch.cat([line, wave])[min(step, total_steps - 1)]


# cell: reading
def read_result(accuracies):
    runs = {name: torch.tensor(values, dtype=torch.float64) for name, values in accuracies.items()}
    best = max(runs, key=lambda name: runs[name].mean())
    squares = {name: values.var() / len(values) for name, values in runs.items()}
    behind = {name: runs[best].mean() - values.mean() for name, values in runs.items()}
    return best, [name for name in runs if name != best and behind[name] ** 2 <= 4 * (squares[best] + squares[name])]
