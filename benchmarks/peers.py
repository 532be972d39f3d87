"""The peers' loaders, and Lightning, as `training.py` measures them: their documented way, and in the layout of `fit`.

The documented way is a `TensorDataset` of images that are ready, a shuffling `DataLoader`, and every default: logger,
checkpoints, progress bar (whose output goes nowhere). That is gentle to them, for their quick-starts load image files
and transform each image anew. fastai's tutorials show torch's loader, and its own, which starts worker processes; both
are measured. In the layout of `fit`, whole batches are sliced from one tensor, and the memory is channels-last. Nobody
validates, for it would say nothing about the loop; and only the epochs are timed, with what happens between them, and
not the setting up.
"""

import contextlib
import io
import logging
import tempfile
import time
import warnings
from collections.abc import Iterator

import torch
from lightning import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback as LightningCallback
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, IterableDataset, TensorDataset


class Slices(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches as `fit` makes them: a permutation an epoch, and slices of one tensor."""

    def __init__(self, inputs: Tensor, labels: Tensor, batch_size: int) -> None:
        self.inputs, self.labels, self.batch_size = inputs, labels, batch_size
        self.order = torch.Generator().manual_seed(0)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for batch in torch.randperm(len(self.labels), generator=self.order).split(self.batch_size):
            yield self.inputs[batch], self.labels[batch]

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch_size)


def documented(inputs: Tensor, labels: Tensor, batch_size: int, workers: int = 0) -> DataLoader:
    """The loader that a quick-start shows; with `workers`, as the advice for a GPU has it."""
    dataset = TensorDataset(inputs.cpu().contiguous(), labels.cpu())
    with_workers = {"num_workers": workers, "persistent_workers": True, "pin_memory": True} if workers else {}
    return DataLoader(dataset, batch_size=batch_size, shuffle=True, **with_workers)


def in_our_layout(inputs: Tensor, labels: Tensor, batch_size: int) -> DataLoader:
    """A loader that hands on what `Slices` makes."""
    channels_last = inputs.contiguous(memory_format=torch.channels_last)
    return DataLoader(Slices(channels_last, labels, batch_size), batch_size=None)


def lightning_seconds(model: nn.Module, loader: DataLoader, epochs: int) -> float:
    """Seconds an epoch of Lightning's `Trainer`."""

    class Module(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def training_step(self, batch: tuple[Tensor, Tensor], batch_index: int) -> Tensor:
            inputs, labels = batch
            return cross_entropy(self.model(inputs), labels)

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.SGD(self.parameters(), lr=0.05, momentum=0.9)

    class Watch(LightningCallback):
        started = stopped = 0.0

        def on_train_epoch_start(self, trainer: Trainer, module: LightningModule) -> None:
            self.started = self.started or time.perf_counter()

        def on_train_end(self, trainer: Trainer, module: LightningModule) -> None:
            self.stopped = time.perf_counter()

    watch = Watch()
    with tempfile.TemporaryDirectory() as folder, silence():
        kind = next(model.parameters()).device.type
        trainer = Trainer(max_epochs=epochs, accelerator=kind, devices=1, default_root_dir=folder, callbacks=[watch])
        trainer.fit(Module(), loader)
    return (watch.stopped - watch.started) / epochs


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Nothing on the screen: progress bars are drawn, and go nowhere."""
    logging.disable(logging.WARNING)
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)
