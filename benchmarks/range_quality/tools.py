"""What each tool suggests, found by its own code: the same weights, images, optimizer and batch size for all."""

from __future__ import annotations

import contextlib
import io
import itertools
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from course_lib.data import ImageData
from course_lib.training import range_test
from range_quality.tasks import SCHEDULES, SEEDS, Task, all_tasks

Suggestions = dict[tuple[str, str], float | None]
"""(Tool, kind of schedule) -> rate; None where the tool gives none."""
TORCH_OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "adam": torch.optim.Adam,
}


def suggest(data: dict[str, ImageData], folder: Path) -> None:
    """Ask every tool about every task, the report half first; a file a task and seed, written when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for half, seed, task in itertools.product(("report", "development"), SEEDS, all_tasks()):
        path = folder / f"{task.name}_{seed}.csv"
        if task.half != half or path.exists():
            continue
        rows = []
        for ask in (_ours, _fastai, _lightning, _torch_lr_finder):
            torch.manual_seed(seed)
            for (tool, schedule), lr in ask(task, data[task.data], seed).items():
                rows.append({"task": task.name, "seed": seed, "tool": tool, "schedule": schedule, "lr": lr})
        unfinished = path.with_suffix(".unfinished")
        pd.DataFrame(rows).to_csv(unfinished, index=False)
        unfinished.replace(path)
        print(path.stem, flush=True)


def _ours(task: Task, data: ImageData, seed: int) -> Suggestions:
    found: Suggestions = {}
    for name, options in (("ours", {}), ("ours, one ramp of 100", {"repeats": 1, "steps": 100})):
        model = task.make_model(data.shape, seed)
        optimizer = task.make_optimizer(model, 1e-3)
        result = range_test(model, data, optimizer, batch_size=task.batch_size, seed=seed, **options)
        found |= {(name, "constant"): result.suggestion, (name, "one-cycle"): result.max_lr}
        if not options:
            found["confidence of ours", "-"] = result.confidence
    return found


def _loader(task: Task, data: ImageData) -> DataLoader[tuple[torch.Tensor, ...]]:
    mean, std = (statistic.view(1, -1, 1, 1) for statistic in data.statistics())
    images = TensorDataset((data.train.images.float() / 255 - mean) / std, data.train.labels)
    return DataLoader(images, batch_size=task.batch_size, shuffle=True)


def _fastai(task: Task, data: ImageData, seed: int) -> Suggestions:
    from fastai.callback.schedule import minimum, slide, steep, valley
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from fastai.optimizer import OptimWrapper

    loader = _loader(task, data)
    functions = (valley, steep, minimum, slide)
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(
            DataLoaders(loader, loader),
            task.make_model(data.shape, seed),
            loss_func=cross_entropy,
            opt_func=partial(OptimWrapper, opt=TORCH_OPTIMIZERS[task.optimizer]),
            path=folder,
        )
        with learner.no_bar():
            learner.lr_find(show_plot=False, suggest_funcs=None)
        found: Suggestions = {}
        # What `lr_find` does with its curve, a function at a time, for `slide` may run out of the curve and raise.
        lrs, losses = (torch.tensor(values[10:-5]) for values in (learner.recorder.lrs, learner.recorder.losses))
        bad = torch.nonzero(torch.isnan(losses)).flatten()
        end = int(bad[0]) if len(bad) else len(losses)
        for function in functions:
            try:
                lr: float | None = float(function(lrs[:end], losses[:end], 100)[0])
            except IndexError:
                lr = None
            found |= {(f"fastai {function.__name__}", schedule): lr for schedule in SCHEDULES}
    return found


def _lightning(task: Task, data: ImageData, seed: int) -> Suggestions:
    from lightning.pytorch import LightningModule, Trainer
    from lightning.pytorch.tuner import Tuner

    class Module(LightningModule):
        def __init__(self, model: nn.Module) -> None:
            super().__init__()
            self.model, self.lr = model, 1e-3

        def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
            return cross_entropy(self.model(batch[0]), batch[1])

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return TORCH_OPTIMIZERS[task.optimizer](self.parameters(), lr=self.lr)

    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            accelerator="cpu",
            max_epochs=100,
            default_root_dir=folder,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        with contextlib.redirect_stderr(io.StringIO()):  # the finder's own progress bar
            finder = Tuner(trainer).lr_find(
                Module(task.make_model(data.shape, seed)), train_dataloaders=_loader(task, data), update_attr=False
            )
    return {("Lightning", schedule): finder.suggestion() for schedule in SCHEDULES}


def _torch_lr_finder(task: Task, data: ImageData, seed: int) -> Suggestions:
    from torch_lr_finder import LRFinder

    model = task.make_model(data.shape, seed)
    optimizer = TORCH_OPTIMIZERS[task.optimizer](model.parameters(), lr=1e-7)  # its README's range
    finder = LRFinder(model, optimizer, cross_entropy, device="cpu")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        finder.range_test(_loader(task, data), end_lr=100, num_iter=100)
        figure, ax = plt.subplots()
        _, lr = finder.plot(ax=ax, suggest_lr=True)
        plt.close(figure)
    return {("torch-lr-finder", schedule): float(lr) for schedule in SCHEDULES}
