import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

# Two processes, as `torchrun` starts them, or one: the program is the same.
PROGRAM = """
import json, os, sys
import torch
from torch import nn
from course_lib.data import ImageData, Split
from course_lib.optimizers import SGD
from course_lib.schedules import OneCycle
from course_lib.training import evaluate, fit
generator = torch.Generator().manual_seed(0)
def split(count):
    labels = torch.arange(count) % 10
    return Split(torch.randn(count, 1, 6, 6, generator=generator).double() + labels.view(-1, 1, 1, 1) / 5, labels)
data = ImageData("own", split(247), split(40), tuple("abcdefghij"), split(53))
rank = int(os.environ.get("RANK", "0"))
torch.manual_seed(rank)  # the first process's weights count
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, 10)).double()
cycle = OneCycle(0.2, total_steps=50)
history = fit(model, data, SGD(model.parameters(), lr=0.1, momentum=0.9), cycle, momentum=cycle.momentum(), epochs=10,
              batch_size=50, device="cpu", **json.loads(sys.argv[2]))
with open(f"{sys.argv[1]}-{rank}", "w") as file:
    weights = torch.cat([parameter.detach().flatten() for parameter in model.parameters()]).tolist()
    json.dump({"losses": history.steps["train_loss"].tolist(), "weights": weights,
               "epochs": history.epochs.drop(columns="seconds").values.tolist()}, file)
"""


def run(folder: Path, processes: int, **options) -> list[dict]:
    program = folder / "program.py"
    program.write_text(PROGRAM)
    launch = [] if processes == 1 else ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    command = [sys.executable, *launch, str(program), str(folder / f"of-{processes}"), json.dumps(options)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return [json.loads((folder / f"of-{processes}-{rank}").read_text()) for rank in range(processes)]


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"accumulate": 2, "clip_norm": 0.5, "ema": 0.9}], ids=["plain", "all at once"])
def test_two_processes_under_torchrun_train_as_one_does_on_the_joint_batch(tmp_path, options: dict):
    # 247 images in batches of 50: the last batch has 47, which does not halve.
    [alone] = run(tmp_path, 1, **options)
    both = run(tmp_path, 2, **options, checkpoint=str(tmp_path / "run.pt"))
    assert len(alone["losses"]) == 50
    for together in both:
        np.testing.assert_allclose(together["losses"], alone["losses"], rtol=1e-6)
        np.testing.assert_allclose(together["weights"], alone["weights"], rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(together["epochs"], alone["epochs"], rtol=1e-6)
    assert (tmp_path / "run.pt").is_file()
