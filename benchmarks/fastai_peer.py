"""fastai as `training.py` measures it; `peers.py` says how the peers are treated."""

import tempfile
import time

import torch
from fastai.callback.schedule import Learner  # the module gives Learner its fit_one_cycle
from fastai.data.core import DataLoaders
from fastai.learner import Callback, CancelValidException
from fastai.optimizer import SGD
from peers import silence
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


def fastai_own(inputs: Tensor, labels: Tensor, batch_size: int) -> DataLoaders:
    """The loader that fastai makes of the same data, with its defaults."""
    dataset = TensorDataset(inputs.contiguous(), labels)
    return DataLoaders.from_dsets(dataset, dataset, bs=batch_size, device=torch.device("cpu"))


def for_fastai(loader: DataLoader) -> DataLoaders:
    """One of torch's loaders, as fastai takes it."""
    return DataLoaders(loader, loader, device=torch.device("cpu"))


def fastai_seconds(model: nn.Module, loaders: DataLoaders, epochs: int) -> float:
    """Seconds an epoch of fastai's `Learner`."""

    class Watch(Callback):
        started = stopped = 0.0

        def before_epoch(self) -> None:
            self.started = self.started or time.perf_counter()

        def before_validate(self) -> None:
            raise CancelValidException

        def after_fit(self) -> None:
            self.stopped = time.perf_counter()

    watch = Watch()
    with tempfile.TemporaryDirectory() as folder, silence():
        learner = Learner(loaders, model, loss_func=nn.CrossEntropyLoss(), opt_func=SGD, path=folder, cbs=[watch])
        learner.fit_one_cycle(epochs, lr_max=0.05)
    return (watch.stopped - watch.started) / epochs
