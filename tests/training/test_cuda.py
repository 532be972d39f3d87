"""What a GPU adds to the promises of the other tests."""

import warnings

import numpy as np
import pandas as pd
import pytest
import torch

from course_lib.data import AlternatingFlip, Cutout, GaussianNoise, ImageData, Mixup, RandomCrop
from course_lib.models import resnet9, small_cnn
from course_lib.optimizers import SGD, AdaGrad, Adam, AdamW, DiffGrad, RMSprop
from course_lib.training import Callback, History, Recipe, Run, fit, range_test
from course_lib.training.stacked import fit_stacked, stackable
from tests.training.conftest import model_of

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")

AUGMENT = [RandomCrop(2), AlternatingFlip(), Cutout(2), GaussianNoise(0.1), Mixup(0.2)]


def train(data: ImageData, **options) -> History:
    model = model_of()
    return fit(model, data, SGD(model.parameters(), lr=0.1, momentum=0.9), **({"epochs": 3} | options))


class Synchronisations(Callback):
    """Counts how often the host waits for the device."""

    def on_start(self, run: Run) -> None:
        torch.cuda.set_sync_debug_mode("warn")

    def on_end(self, run: Run) -> None:
        torch.cuda.set_sync_debug_mode("default")


def waits(data: ImageData, **options) -> int:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        train(data, callbacks=[Synchronisations()], epochs=2, **options)
    return sum("synchroniz" in str(warning.message) for warning in caught)


@pytest.mark.parametrize(
    "options",
    [{}, {"augment": AUGMENT}, {"ema": 0.9, "precision": "bfloat16", "accumulate": 2}],
    ids=["plain", "augmented", "averaged"],
)
def test_nothing_waits_for_the_device_within_an_epoch(data: ImageData, options: dict):
    assert waits(data, batch_size=20, **options) == waits(data, batch_size=200, **options)


def test_a_gpu_learns_what_a_cpu_learns(data: ImageData):
    on_gpu, on_cpu = (train(data, device=device, epochs=8) for device in ("cuda", "cpu"))
    np.testing.assert_allclose(on_gpu.steps["train_loss"][:5], on_cpu.steps["train_loss"][:5], rtol=1e-3)
    assert on_gpu.epochs["valid_accuracy"].iloc[-1] > 0.95


def test_a_resumed_run_has_the_bits_of_a_whole_one(data: ImageData, tmp_path, monkeypatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        whole = train(data, augment=AUGMENT)
        train(data, augment=AUGMENT, checkpoint=tmp_path / "run.pt", epochs=1)
        resumed = train(data, augment=AUGMENT, checkpoint=tmp_path / "run.pt")
    finally:
        torch.use_deterministic_algorithms(False)
    assert resumed.steps["train_loss"].equals(whole.steps["train_loss"])


def test_a_range_test_gives_the_gpus_random_state_back(data: ImageData):
    model = model_of().cuda()
    before = torch.cuda.get_rng_state()
    range_test(model, data, SGD(model.parameters(), lr=0.1))
    assert torch.equal(torch.cuda.get_rng_state(), before)


@pytest.mark.parametrize("kind", [SGD, AdaGrad, RMSprop, Adam, AdamW, DiffGrad])
def test_both_paths_of_an_optimizer_agree_on_a_gpu(kind):
    generator = torch.Generator("cuda").manual_seed(0)
    params = [torch.randn(7, 5, device="cuda", generator=generator) for _ in range(2)]
    params[1].copy_(params[0])
    optimizers = [kind([param], lr=0.01, foreach=foreach) for param, foreach in zip(params, (True, False), strict=True)]
    for _ in range(200):
        gradient = torch.randn(7, 5, device="cuda", generator=generator)
        for param, optimizer in zip(params, optimizers, strict=True):
            param.grad = gradient.clone()
            optimizer.step()
    assert (params[0] - params[1]).norm() / params[1].norm() <= 1e-5


def test_convolutional_runs_that_are_stacked_are_the_runs_alone(data: ImageData):
    device = torch.device("cuda")
    recipe = Recipe(lambda: small_cnn((1, 8, 10), width=4), lambda params: SGD(params, lr=0.1), epochs=2)
    assert stackable(recipe, recipe.build(0), device)
    for seed, stacked in enumerate(fit_stacked([(recipe, seed) for seed in range(3)], data, device)):
        alone = recipe.run(data, seed)[1]
        pd.testing.assert_frame_equal(stacked.steps, alone.steps, rtol=1e-2, atol=1e-3)


def test_a_residual_network_trains_compiled_in_bfloat16(data: ImageData):
    model = resnet9((1, 8, 10), width=8)
    history = fit(
        model, data, SGD(model.parameters(), lr=0.05, momentum=0.9), epochs=4, precision="bfloat16", compile=True
    )
    assert history.epochs["valid_accuracy"].iloc[-1] > 0.5
