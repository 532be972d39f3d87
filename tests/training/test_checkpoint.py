import os
import random
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from course_lib.data import GaussianNoise, ImageData
from course_lib.optimizers import SGD, Adam
from course_lib.schedules import OneCycle, OnPlateau
from course_lib.training import Callback, EarlyStopping, History, ReduceOnPlateau, Run, fit


class CutError(Exception):
    pass


class Cut(Callback):
    """Ends the run with an exception after update number `at`, and tells nothing of it to the checkpoint."""

    def __init__(self, at: int | None = None):
        self.at = at

    def on_step(self, run: Run) -> None:
        if run.step == self.at:
            raise CutError


def network() -> nn.Module:
    """Batch normalisation and dropout: buffers and draws that a resumed run has to have right."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Flatten(), nn.Linear(80, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 10)
    )


def train(data: ImageData, path: Path | None, cut: int | None = None, optimizer=Adam, **options):
    model = network()
    options = {"epochs": 4, "batch_size": 100, "augment": [GaussianNoise(0.1)]} | options
    callbacks = [*options.pop("callbacks", []), Cut(cut)]
    history = fit(model, data, optimizer(model.parameters(), lr=0.01), checkpoint=path, callbacks=callbacks, **options)
    return model, history


def assert_same_bits(first: tuple[nn.Module, History], second: tuple[nn.Module, History]) -> None:
    for mine, theirs in zip(first[0].state_dict().values(), second[0].state_dict().values(), strict=True):
        assert torch.equal(mine, theirs)
    pd.testing.assert_frame_equal(first[1].steps, second[1].steps, check_exact=True)
    pd.testing.assert_frame_equal(
        first[1].epochs.drop(columns="seconds"), second[1].epochs.drop(columns="seconds"), check_exact=True
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": partial(SGD, momentum=0.9), "schedule": OneCycle(0.1, total_steps=32), "clip_norm": 1.0},
        {"ema": 0.9, "momentum": OneCycle(0.1, total_steps=32).momentum()},
        {"callbacks": lambda: [ReduceOnPlateau(OnPlateau(0.01, factor=0.5, patience=0, threshold=0.99))]},
        {"callbacks": lambda: [EarlyStopping("epoch", patience=1)], "ema": 0.5},  # a figure that only gets worse
        {"accumulate": 3, "precision": "bfloat16", "label_smoothing": 0.1},
    ],
    ids=lambda options: "+".join(options) or "plain",
)
def test_a_run_that_was_cut_off_twice_ends_with_the_bits_of_one_that_was_not(data: ImageData, tmp_path, options: dict):
    def run(path: Path | None, cut: int | None = None):
        return train(data, path, cut, **{k: v() if k == "callbacks" else v for k, v in options.items()})

    path = tmp_path / "runs" / "one.pt"
    for cut in (11, 20):  # within the second and the third epoch
        with pytest.raises(CutError):
            run(path, cut)
    assert_same_bits(run(path), run(None))


def test_a_finished_run_is_given_back_and_more_epochs_go_on_from_it(data: ImageData, tmp_path):
    short = train(data, tmp_path / "run.pt", epochs=2)
    assert_same_bits(train(data, tmp_path / "run.pt", cut=1, epochs=2), short)  # no update is made
    assert_same_bits(train(data, tmp_path / "run.pt", epochs=4), train(data, None, epochs=4))


def test_a_diverged_run_stays_diverged(data: ImageData, tmp_path):
    wild = {"schedule": lambda step: 1e9, "optimizer": SGD}
    first, again = (train(data, tmp_path / "run.pt", **wild)[1] for _ in range(2))
    assert first.diverged_at is not None
    assert (again.diverged_at, len(again.epochs)) == (first.diverged_at, 1)


def test_a_checkpoint_of_another_run_is_refused(data: ImageData, tmp_path):
    path = tmp_path / "run.pt"
    train(data, path, epochs=1)
    with pytest.raises(ValueError, match=r"run.pt is of a run with seed=0, and this one has 1"):
        train(data, path, seed=1)
    with pytest.raises(ValueError, match="is of a run with parts="):
        train(data, path, callbacks=[EarlyStopping()])
    with pytest.raises(ValueError, match=r"schedule must be the checkpoint's: it gives 0.5 at step 0"):
        train(data, path, epochs=2, schedule=lambda step: 0.5)
    path.write_bytes(b"no checkpoint")
    with pytest.raises(ValueError, match=r"run.pt cannot be read as one"):
        train(data, path)


def test_a_checkpoint_cannot_run_code(data: ImageData, tmp_path):
    class Harm:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "harm",))

    torch.save({"settings": {}, "model": Harm()}, tmp_path / "run.pt")
    with pytest.raises(ValueError, match="cannot be read as one"):
        train(data, tmp_path / "run.pt")
    assert not (tmp_path / "harm").exists()


def test_a_write_that_fails_leaves_the_last_checkpoint_and_nothing_else(data: ImageData, tmp_path, monkeypatch):
    train(data, tmp_path / "run.pt", epochs=1)
    before = (tmp_path / "run.pt").read_bytes()

    def full_disk(state: dict, file) -> None:
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        train(data, tmp_path / "run.pt", epochs=2)
    assert [path.name for path in tmp_path.iterdir()] == ["run.pt"]
    assert (tmp_path / "run.pt").read_bytes() == before


PROGRAM = """
import sys, torch
from course_lib.data import ImageData, Split, RandomFlip
from course_lib.models import small_cnn
from course_lib.optimizers import Adam
from course_lib.schedules import OneCycle
from course_lib.training import fit
generator = torch.Generator().manual_seed(0)
split = Split(torch.randint(256, (400, 1, 8, 8), dtype=torch.uint8, generator=generator), torch.arange(400) % 10)
torch.manual_seed(0)
model = small_cnn((1, 8, 8))
print("ready", flush=True)
data = ImageData("noise", split, split, tuple("abcdefghij"), split)
history = fit(model, data, Adam(model.parameters()), OneCycle(0.01, total_steps=25 * 60), epochs=60, batch_size=16,
              augment=[RandomFlip()], checkpoint=sys.argv[1])
torch.save({"weights": model.state_dict(), "losses": torch.tensor(history.steps["train_loss"])}, sys.argv[2])
"""


def start(checkpoint: Path, result: Path) -> subprocess.Popen:
    command = [sys.executable, "-c", PROGRAM, str(checkpoint), str(result)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.slow
def test_a_process_killed_at_random_moments_and_started_again_ends_with_the_same_bits(tmp_path):
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    with start(tmp_path / "whole.pt", whole) as process:
        assert process.wait() == 0
    chance = random.Random(0)
    kills = 0
    while not resumed.exists():
        with start(tmp_path / "resumed.pt", resumed) as process:
            try:
                process.wait(timeout=chance.uniform(0.1, 0.6) if kills < 3 else None)
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
    assert kills >= 2
    first, second = torch.load(whole), torch.load(resumed)
    np.testing.assert_array_equal(first["losses"], second["losses"])
    for name, weights in first["weights"].items():
        assert torch.equal(weights, second["weights"][name])
