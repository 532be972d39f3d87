"""The ground truth: what each rate of a grid leads to, with a constant rate and with one cycle."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor, nn

from course_lib.data import ImageData
from course_lib.schedules import OneCycle
from course_lib.training import fit, steps_per_epoch
from range_quality.tasks import EPOCHS, SCHEDULES, SEEDS, Task, all_tasks

Job = tuple[Task, int, str]
_data: dict[str, ImageData] = {}  # set before the processes fork, so that they share it
_test: dict[str, Tensor] = {}


def measure(data: dict[str, ImageData], folder: Path, processes: int) -> None:
    """Train every run that `folder` lacks: a file a task, seed and kind of schedule, written when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    _data.update(data)
    for name, whole in data.items():
        mean, std = (statistic.view(1, -1, 1, 1) for statistic in whole.statistics())
        normalised = (whole.test.images.float() / 255 - mean) / std
        _test[name] = normalised.contiguous(memory_format=torch.channels_last)
    missing = [job for job in _jobs() if not _file(folder, job).exists()]
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        for number, job in enumerate(pool.map(_measure_one, missing, [folder] * len(missing)), start=1):
            print(f"{number} of {len(missing)}: {job}", flush=True)


def _accuracy(model: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Fraction of the images that a model, in evaluation mode, gets right."""
    model.eval()
    with torch.no_grad():
        right = sum(
            int((model(some).argmax(1) == answers).sum())
            for some, answers in zip(inputs.split(500), labels.split(500), strict=True)
        )
    return right / len(labels)


def _jobs() -> Iterator[Job]:
    """Every job, in the order in which they are wanted: two seeds to develop on, the report's, the rest."""
    for half, seeds in (("development", SEEDS[:2]), ("report", SEEDS), ("development", SEEDS[2:])):
        for seed, task, schedule in itertools.product(seeds, all_tasks(), SCHEDULES):
            if task.half == half:
                yield task, seed, schedule


def _file(folder: Path, job: Job) -> Path:
    task, seed, schedule = job
    return folder / f"{task.name}_{seed}_{schedule}.csv"


def _measure_one(job: Job, folder: Path) -> str:
    task, seed, schedule = job
    data = _data[task.data]
    rows = []
    for lr in task.rates:
        model = task.make_model(data.shape, seed)
        total_steps = EPOCHS * steps_per_epoch(data, task.batch_size)
        history = fit(
            model,
            data,
            task.make_optimizer(model, lr),
            OneCycle(lr, total_steps) if schedule == "one-cycle" else None,
            epochs=EPOCHS,
            batch_size=task.batch_size,
            seed=seed,
            device="cpu",
        )
        rows.append(
            {
                "task": task.name,
                "seed": seed,
                "schedule": schedule,
                "lr": lr,
                "accuracy": _accuracy(model, _test[task.data], data.test.labels),
                "diverged": history.diverged,
            }
        )
    path = _file(folder, job)
    unfinished = path.with_suffix(".unfinished")
    pd.DataFrame(rows).to_csv(unfinished, index=False)
    unfinished.replace(path)
    return path.stem
