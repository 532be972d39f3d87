import numpy as np
import pytest
import torch
from jupyter_client.manager import run_kernel
from torch import nn
from torch.nn.functional import cross_entropy

from course_lib.data import ImageData
from course_lib.optimizers import SGD, AdaGrad
from course_lib.schedules import LinearDecay, OneCycle
from course_lib.training import History, epoch_order, evaluate, fit, steps_per_epoch
from tests.training.conftest import model_of


def train(data: ImageData, seed: int = 0, **options) -> tuple[nn.Module, History]:
    model = model_of()
    history = fit(model, data, SGD(model.parameters(), lr=0.1, momentum=0.9), seed=seed, **({"epochs": 3} | options))
    return model, history


def test_fit_learns_what_can_be_learned(data: ImageData):
    model, history = train(data, epochs=8)
    assert history.epochs["valid_accuracy"].iloc[-1] > 0.95
    assert evaluate(model, data)[1] > 0.95
    assert not history.diverged


def test_the_history_has_a_row_for_every_update_and_every_epoch(data: ImageData):
    _, history = train(data, epochs=2, batch_size=300)
    assert steps_per_epoch(data, 300) == 3
    assert history.steps["step"].tolist() == list(range(6))
    assert history.steps["epoch"].tolist() == [0, 0, 0, 1, 1, 1]
    assert history.epochs["step"].tolist() == [3, 6]
    # The last batch of an epoch has 200 of the 800 images, and counts as such.
    first = history.steps["train_loss"][:3]
    assert history.epochs["train_loss"][0] == pytest.approx((300 * first[0] + 300 * first[1] + 200 * first[2]) / 800)


def test_fit_makes_the_updates_of_a_plain_loop(data: ImageData):
    ours, history = train(data, batch_size=100)
    model = model_of().to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    pixels = data.train.images.float() / 255
    inputs = (pixels - pixels.mean()) / pixels.std(correction=0)
    losses = []
    for epoch in range(3):
        for batch in epoch_order(800, seed=0, epoch=epoch).split(100):
            loss = cross_entropy(model(inputs[batch]), data.train.labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    np.testing.assert_allclose(history.steps["train_loss"], losses, rtol=1e-4)
    for mine, plain in zip(ours.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(mine, plain, rtol=1e-3, atol=1e-5)


def test_the_schedule_is_what_the_optimizer_used(data: ImageData):
    schedule = LinearDecay(0.2, 0.0, total_steps=16)
    _, history = train(data, schedule=schedule, epochs=2, batch_size=100)
    np.testing.assert_array_equal(history.steps["lr"], schedule(np.arange(16)))
    assert (history.steps["momentum"] == 0.9).all()


def test_one_cycle_drives_rate_and_momentum_as_the_adapter_does(data: ImageData):
    cycle = OneCycle(0.2, total_steps=16)
    _, history = train(data, schedule=cycle, momentum=cycle.momentum(), epochs=2, batch_size=100)
    np.testing.assert_array_equal(history.steps["momentum"], cycle.momentum()(np.arange(16)))
    model = model_of()
    optimizer = AdaGrad(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match="AdaGrad has neither momentum nor betas"):
        fit(model, data, optimizer, cycle, momentum=cycle.momentum())


def test_any_function_of_the_step_is_a_schedule_and_any_optimizer_works(data: ImageData):
    model = model_of()
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.8, 0.99))
    history = fit(model, data, optimizer, lambda step: 0.001 / (1 + step))
    assert history.steps["lr"][3] == 0.001 / 4
    assert (history.steps["momentum"] == 0.8).all()


def test_same_seed_same_bits_and_another_seed_others(data: ImageData):
    first, again, other = (train(data, seed=seed)[1].steps["train_loss"] for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_fit_leaves_the_callers_random_state_alone(data: ImageData):
    model = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(80, 10))
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    fit(model, data, SGD(model.parameters(), lr=0.1))
    assert torch.rand(1) == expected


def test_divergence_ends_the_run_with_a_record_and_no_exception(data: ImageData):
    model = model_of()
    history = fit(model, data, SGD(model.parameters(), lr=1e6), epochs=5)
    assert history.diverged
    assert len(history.epochs) == 1
    losses = history.steps["train_loss"]
    assert not losses[history.diverged_at] <= 100 * losses[0]
    assert (losses[: history.diverged_at] <= 100 * losses[0]).all()


def test_data_without_a_validation_part_trains_and_says_nan(data: ImageData):
    whole = ImageData("whole", data.train, data.test, data.classes)
    model = model_of()
    history = fit(model, whole, SGD(model.parameters(), lr=0.1))
    assert history.epochs["valid_accuracy"].isna().all()
    with pytest.raises(ValueError, match="no valid part"):
        evaluate(model, whole, "valid")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"schedule": lambda step: -0.1}, "schedule must give a finite number"),
        ({"schedule": lambda step: float("nan")}, "got nan at 0"),
    ],
)
def test_fit_names_a_wrong_argument(data: ImageData, options: dict, message: str):
    with pytest.raises(ValueError, match=message):
        train(data, **options)


def test_evaluation_is_in_evaluation_mode_and_gives_the_mode_back(data: ImageData):
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.9), nn.Linear(80, 10))
    model.train()
    model[1].eval()  # a layer that its owner has frozen
    assert evaluate(model, data) == evaluate(model, data)
    assert [layer.training for layer in model] == [True, False, True]
    with pytest.raises(ValueError, match="part must be train, valid or test, got 'dev'"):
        evaluate(model, data, "dev")


def test_a_bar_shows_the_progress(data: ImageData, capsys):
    train(data, progress=True)
    assert "21/21" in capsys.readouterr().out


@pytest.mark.slow
def test_a_notebook_shows_the_progress_as_a_widget():
    cell = (
        "import torch; from course_lib.data import load; from course_lib.models import mlp\n"
        "from course_lib.optimizers import SGD; from course_lib.training import fit\n"
        "model = mlp(hidden=(4,))\n"
        "fit(model, load('fashion-mini').hold_out(2000), SGD(model.parameters(), lr=0.1), progress=True);"
    )
    shown: list[str] = []

    def look(message: dict) -> None:
        shown.append(message["content"].get("data", {}).get("text/plain", ""))

    with run_kernel(kernel_name="python3") as client:
        reply = client.execute_interactive(cell, output_hook=look, timeout=120)
    assert reply["content"]["status"] == "ok"
    assert "Output()" in shown  # the widget that the bar is drawn in
    bars = [text for text in shown if "/63" in text]
    assert "63/63" in bars[-1]
    assert "valid accuracy" in bars[-1]
