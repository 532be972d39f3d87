"""`ScheduleLR` at work, unchanged, in the loops of Lightning and Accelerate."""

import logging

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course_lib.schedules import CosineAnnealing, LinearWarmup, OneCycle
from course_lib.training import ScheduleLR
from tests.conftest import needs_package

EPOCHS = 3
BATCHES = 8
STEPS = EPOCHS * BATCHES
SCHEDULE = LinearWarmup(0.0, 0.1, total_steps=6).then(CosineAnnealing(0.1, 0.0, total_steps=STEPS - 6), at=6)
CYCLE = OneCycle(0.4, STEPS)


def batches() -> DataLoader:
    generator = torch.Generator().manual_seed(0)
    inputs, targets = (torch.randn(4 * BATCHES, 1, generator=generator) for _ in range(2))
    return DataLoader(TensorDataset(inputs, targets), batch_size=4)


@pytest.fixture
def lightning():
    """The package, telling nothing."""
    names = ("lightning.pytorch", "lightning.fabric")
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.ERROR)
    import lightning

    yield lightning
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def run_lightning(lightning, folder, lr, epochs: int, momentum=None, resume_from=None) -> tuple[list, str]:
    """Rate and momentum of each update of a run in Lightning's Trainer, and its checkpoint."""
    used = []

    class Line(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.line = nn.Linear(1, 1)

        def training_step(self, batch, batch_index):
            group = self.optimizers().param_groups[0]
            used.append((group["lr"], group["momentum"]))
            return nn.functional.mse_loss(self.line(batch[0]), batch[1])

        def configure_optimizers(self):
            optimizer = torch.optim.SGD(self.parameters(), lr=1.0, momentum=0.9)
            scheduler = ScheduleLR(optimizer, lr, momentum)
            return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

    trainer = lightning.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder,
    )
    trainer.fit(Line(), batches(), ckpt_path=resume_from)
    checkpoint = str(folder / "run.ckpt")
    trainer.save_checkpoint(checkpoint)
    return used, checkpoint


@needs_package("lightning")
@pytest.mark.filterwarnings("ignore:.*does not have many workers")
def test_lightning_uses_the_schedules_rate_and_momentum_at_every_step(lightning, tmp_path):
    used, _ = run_lightning(lightning, tmp_path, CYCLE, EPOCHS, CYCLE.momentum())
    assert used == [(CYCLE(step), CYCLE.momentum()(step)) for step in range(STEPS)]


@needs_package("lightning")
@pytest.mark.filterwarnings("ignore:.*does not have many workers")
def test_a_run_that_lightning_resumes_from_a_checkpoint_has_the_identical_rates(lightning, tmp_path):
    first, checkpoint = run_lightning(lightning, tmp_path, SCHEDULE, epochs=1)
    rest, _ = run_lightning(lightning, tmp_path, SCHEDULE, EPOCHS, resume_from=checkpoint)
    assert len(first) == BATCHES
    assert [lr for lr, _ in first + rest] == [SCHEDULE(step) for step in range(STEPS)]


@pytest.fixture
def accelerator():
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState, GradientState, PartialState

    yield Accelerator(cpu=True)
    for shared in (AcceleratorState, GradientState, PartialState):
        shared._reset_state()  # they are one for the whole process, and other tests are in it


def run_accelerate(accelerator, steps: int, saved=None) -> tuple[list[float], object]:
    """The rate of each update of a run prepared by Accelerate, and the scheduler's state after it."""
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, momentum=0.9)
    model, optimizer, data, scheduler = accelerator.prepare(
        model, optimizer, batches(), ScheduleLR(optimizer, SCHEDULE)
    )
    if saved is not None:
        scheduler.load_state_dict(saved)
    used = []
    while len(used) < steps:
        for inputs, targets in data:
            used.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            accelerator.backward(nn.functional.mse_loss(model(inputs), targets))
            optimizer.step()
            scheduler.step()
    return used, scheduler.state_dict()


@needs_package("accelerate")
def test_accelerate_uses_the_schedules_rate_at_every_step_and_resumes_it(accelerator):
    whole, _ = run_accelerate(accelerator, STEPS)
    assert whole == [SCHEDULE(step) for step in range(STEPS)]
    first, saved = run_accelerate(accelerator, BATCHES)
    rest, _ = run_accelerate(accelerator, STEPS - BATCHES, saved)
    assert first + rest == whole


@needs_package("accelerate")
def test_accelerate_with_several_processes_moves_the_schedule_on_by_as_many_steps(accelerator, monkeypatch):
    from accelerate.state import PartialState

    optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    optimizer, scheduler = accelerator.prepare(optimizer, ScheduleLR(optimizer, SCHEDULE))
    monkeypatch.setattr(PartialState(), "num_processes", 4)  # one state, shared by all that ask
    optimizer.step()
    scheduler.step()
    # Each process has a batch of its own, so an update is worth four of a single process.
    assert optimizer.param_groups[0]["lr"] == SCHEDULE(4)
