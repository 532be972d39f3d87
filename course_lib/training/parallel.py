"""Several processes that train one model together, each on its share of every batch.

`fit` needs no other call for it: started by ``torchrun --nproc-per-node=2 train.py``, each process finds the others
by the environment that torchrun gives it.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Ranks:
    """A process among those that train together; by itself, it is the only one."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files and shows progress."""
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """The rows of `batch` that this process works on; all shares together are the batch."""
        return batch[self.rank :: self.size] if self.size > 1 else batch

    def total(self, values: Tensor) -> Tensor:
        """The sum of `values` over the processes, in each of them."""
        if self.size > 1:
            distributed.all_reduce(values)
        return values

    def join(self, model: nn.Module, device: torch.device) -> nn.Module:
        """The model as one that averages its gradients over the processes, begun from the first one's weights."""
        if self.size == 1:
            return model
        return DistributedDataParallel(model, device_ids=[device] if device.type == "cuda" else None)

    def quiet(self, model: nn.Module) -> AbstractContextManager[None]:
        """A block in which backward passes only add up gradients, because more of the same batch is to come."""
        return model.no_sync() if isinstance(model, DistributedDataParallel) else nullcontext()


def find_ranks(device: torch.device | str | None) -> tuple[Ranks, torch.device]:
    """The place of this process, and the device to train on: `device`, or the GPU where there is one.

    Under torchrun each process of a machine gets a GPU of its own, and the processes are joined by NCCL; without GPUs
    by gloo.
    """
    together = int(os.environ.get("WORLD_SIZE", "1")) > 1 and distributed.is_available()
    if device is None:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        if together and device == "cuda":
            device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    where = torch.device(device)
    if together and not distributed.is_initialized():
        if where.type == "cuda":
            torch.cuda.set_device(where)
        distributed.init_process_group("nccl" if where.type == "cuda" else "gloo")
    if distributed.is_available() and distributed.is_initialized():
        return Ranks(distributed.get_rank(), distributed.get_world_size()), where
    return Ranks(), where
