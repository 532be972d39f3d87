"""What `sweep` gains over training one run after the other; run as ``python benchmarks/sweep.py``.

The same runs, on fashion-mini, three ways in turn: one after the other with one thread, one after the other with as
many threads as there are cores (the better of these two is what `sweep` has to beat), and by `sweep`. A round has all
three, so that a machine whose speed drifts favours none; the ratio is the median over the rounds. The processes of
`sweep` are started before the first round; what that costs, once a session, is measured apart.
"""

import argparse
import statistics
import time
from functools import partial

import joblib
import torch

from course_lib.data import ImageData, load
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import SGD
from course_lib.training import Recipe, sweep

GOALS = {"8 small CNNs": 1.8, "32 MLPs": 3.0}
GOALS_ON_A_GPU = {"64 small CNNs": 10.0, "64 MLPs": 10.0}


def recipes(kind: str, epochs: int) -> tuple[dict[str, Recipe], range]:
    """Settings and seeds that make as many runs as `kind` says."""
    count = int(kind.split()[0])
    model = small_cnn if "CNN" in kind else mlp
    seeds = range(4)
    rates = [0.2 * 0.7**power for power in range(count // len(seeds))]
    return {f"{lr:.2g}": Recipe(model, partial(SGD, lr=lr, momentum=0.9), epochs=epochs) for lr in rates}, seeds


def one_after_the_other(settings: dict[str, Recipe], data: ImageData, seeds: range, threads: int) -> float:
    """Seconds for all runs in this process."""
    torch.set_num_threads(threads)
    started = time.perf_counter()
    for recipe in settings.values():
        for seed in seeds:
            recipe.run(data, seed)
    return time.perf_counter() - started


def by_sweep(settings: dict[str, Recipe], data: ImageData, seeds: range) -> float:
    """Seconds for all runs by `sweep`."""
    started = time.perf_counter()
    sweep(settings, data, seeds)
    return time.perf_counter() - started


def main() -> None:
    """Measure and print one line a kind of run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=2)
    arguments = parser.parse_args()
    data = load("fashion-mini").hold_out(2000)
    cores = joblib.cpu_count()
    on_a_gpu = torch.cuda.is_available()
    where = torch.cuda.get_device_name() if on_a_gpu else f"{cores} cores"
    print(f"fashion-mini, {arguments.epochs} epochs a run, {where}, median of {arguments.rounds} rounds")
    warm_up = Recipe(mlp, partial(SGD, lr=0.1), epochs=1, options={"label_smoothing": 0.1})  # not stacked
    started = time.perf_counter()
    sweep({"warm-up": warm_up}, data, range(cores))
    print(f"the first sweep of a session starts its processes: {time.perf_counter() - started:.1f} s")
    for kind, goal in (GOALS_ON_A_GPU if on_a_gpu else GOALS).items():
        settings, seeds = recipes(kind, arguments.epochs)
        rounds = [
            (
                one_after_the_other(settings, data, seeds, threads=1),
                one_after_the_other(settings, data, seeds, threads=cores),
                by_sweep(settings, data, seeds),
            )
            for _ in range(arguments.rounds)
        ]
        ratio = statistics.median(min(one, many) / swept for one, many, swept in rounds)
        one, many, swept = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(
            f"{kind:>13}: {one:.1f} s with one thread, {many:.1f} s with {cores}, {swept:.1f} s by sweep: "
            f"{ratio:.2f}x faster (goal {goal}x)"
        )


if __name__ == "__main__":
    main()
