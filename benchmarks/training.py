"""What `fit` costs beside a bare loop over the same tensors; run as ``python benchmarks/training.py``.

One run measures both, in turn, so that a machine whose speed drifts cannot favour either; the ratio is the median over
the pairs. The bare loop makes the same updates on the same batches in the same layout, and nothing else: no history, no
schedule. `fit` has no validation part here; what an epoch's evaluation adds is measured apart.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from course_lib.data import ImageData, load
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import SGD
from course_lib.schedules import Constant
from course_lib.training import fit

EPOCHS = 2
PAIRS = 9
BATCH_SIZE = 128


def bare_loop(model: nn.Module, data: ImageData) -> float:
    """Seconds an epoch of a loop with nothing in it but the updates."""
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    mean, std = (statistic.view(1, -1, 1, 1) for statistic in data.statistics())
    inputs = ((data.train.images.float() / 255 - mean) / std).contiguous(memory_format=torch.channels_last)
    labels = data.train.labels
    order = torch.Generator().manual_seed(0)
    started = time.perf_counter()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(labels), generator=order).split(BATCH_SIZE):
            loss = cross_entropy(model(inputs[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return (time.perf_counter() - started) / EPOCHS


def our_fit(model: nn.Module, data: ImageData) -> float:
    """Seconds an epoch of `fit`, as its history has them."""
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9)
    history = fit(model, data, optimizer, Constant(0.05), epochs=EPOCHS, batch_size=BATCH_SIZE)
    return float(history.epochs["seconds"].mean())


def main() -> None:
    """Measure and print one line a model."""
    torch.set_num_threads(2)
    whole = load("fashion-mini")
    looked_at = replace(whole, valid=whole.test)
    print(f"fashion-mini, 10,000 images, batch {BATCH_SIZE}, 2 threads, median of {PAIRS} pairs of {EPOCHS} epochs")
    factories: dict[str, Callable[[], nn.Module]] = {"small_cnn": small_cnn, "mlp": mlp}
    for name, factory in factories.items():
        bare_loop(factory(), whole)  # the first run pays for start-up
        rows = [
            (bare_loop(factory(), whole), our_fit(factory(), whole), our_fit(factory(), looked_at))
            for _ in range(PAIRS)
        ]
        bare, fitted, evaluated = (statistics.median(column) for column in zip(*rows, strict=True))
        ratio, with_evaluation = (statistics.median(row[i] / row[0] for row in rows) for i in (1, 2))
        print(
            f"{name:>10}: bare loop {bare:.3f} s an epoch, fit {fitted:.3f} s ({ratio:.2f}x), "
            f"fit with 2,000 images evaluated each epoch {evaluated:.3f} s ({with_evaluation:.2f}x)"
        )


if __name__ == "__main__":
    main()
