"""What an update costs beside `torch.optim`; run as ``python benchmarks/optimizers.py``.

A model of 100 tensors, as a small ResNet has, and each optimizer's fast path beside torch's own with ``foreach=True``
and, where torch has one, with ``fused=True``. They take turns, and the ratio is the median over the rounds.
"""

import statistics
import time
from collections.abc import Callable

import torch

from course_lib.optimizers import SGD, AdaGrad, Adam, AdamW, DiffGrad, RMSprop

ROUNDS = 15
UPDATES = 40
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
SHAPES = [(64, 64, 3, 3), (64,)] * 50

Make = Callable[..., torch.optim.Optimizer]
PAIRS: dict[str, tuple[Make, Make, dict[str, object]]] = {
    "SGD": (SGD, torch.optim.SGD, {}),
    "SGD, momentum": (SGD, torch.optim.SGD, {"momentum": 0.9}),
    "SGD, Nesterov": (SGD, torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": (AdaGrad, torch.optim.Adagrad, {}),
    "RMSprop": (RMSprop, torch.optim.RMSprop, {}),
    "RMSprop, centred, momentum": (RMSprop, torch.optim.RMSprop, {"momentum": 0.9, "centered": True}),
    "Adam": (Adam, torch.optim.Adam, {}),
    "AMSGrad": (Adam, torch.optim.Adam, {"amsgrad": True}),
    "AdamW": (AdamW, torch.optim.AdamW, {}),
    "diffGrad beside Adam": (DiffGrad, torch.optim.Adam, {}),
}
FUSED = {torch.optim.SGD, torch.optim.Adagrad, torch.optim.Adam, torch.optim.AdamW}


def params() -> list[torch.Tensor]:
    """Tensors with gradients, the same each time."""
    generator = torch.Generator(DEVICE).manual_seed(0)
    made = [torch.randn(shape, generator=generator, device=DEVICE).requires_grad_() for shape in SHAPES]
    for param in made:
        param.grad = torch.randn(param.shape, generator=generator, device=DEVICE)
    return made


def seconds(optimizer: torch.optim.Optimizer) -> float:
    """Time of one update, over `UPDATES` of them."""
    _wait()
    started = time.perf_counter()
    for _ in range(UPDATES):
        optimizer.step()
    _wait()
    return (time.perf_counter() - started) / UPDATES


def _wait() -> None:
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def main() -> None:
    """Measure and print one line an optimizer."""
    torch.set_num_threads(2)
    tensors, numbers = len(SHAPES), sum(param.numel() for param in params())
    print(
        f"{tensors} tensors, {numbers:,} numbers, {DEVICE} (2 threads), median of {ROUNDS} rounds of {UPDATES} updates"
    )
    for name, (ours, theirs, options) in PAIRS.items():
        candidates = [
            ours(params(), lr=1e-3, **options),
            theirs(params(), lr=1e-3, foreach=True, **options),
            *([theirs(params(), lr=1e-3, fused=True, **options)] if theirs in FUSED else []),
        ]
        for optimizer in candidates:
            seconds(optimizer)  # the first updates make the buffers
        rounds = [[seconds(optimizer) for optimizer in candidates] for _ in range(ROUNDS)]
        own = statistics.median(row[0] for row in rounds)
        ratios = [statistics.median(row[0] / row[i] for row in rounds) for i in range(1, len(candidates))]
        fused = f", {ratios[1]:.2f}x fused" if len(ratios) > 1 else ""
        print(f"{name:>28}: {1e3 * own:6.2f} ms an update, {ratios[0]:.2f}x torch's foreach{fused}")


if __name__ == "__main__":
    main()
