import pytest
import torch

from course_lib.data import ImageData
from course_lib.optimizers import SGD
from course_lib.schedules import OnPlateau
from course_lib.training import Callback, EarlyStopping, ReduceOnPlateau, Run, evaluate, fit
from tests.training.conftest import model_of


class Spoiler(Callback):
    """Trains well until `at`, then wrecks the weights after every epoch."""

    def __init__(self, at: int):
        self.at = at

    def on_step(self, run: Run) -> None:
        if len(run.epochs) >= self.at:
            with torch.no_grad():
                for param in run.model.parameters():
                    param.zero_()


class Calls(Callback):
    def __init__(self):
        self.calls = []

    def on_start(self, run: Run) -> None:
        self.calls.append("start")

    def on_step(self, run: Run) -> None:
        self.calls.append(run.step)

    def on_epoch(self, run: Run) -> None:
        self.calls.append(f"epoch {run.epochs[-1]['epoch']}")

    def on_end(self, run: Run) -> None:
        self.calls.append("end")


def test_a_callback_is_called_in_the_order_of_the_run(data: ImageData):
    model, calls = model_of(), Calls()
    fit(model, data, SGD(model.parameters(), lr=0.1), epochs=2, batch_size=400, callbacks=[calls])
    assert calls.calls == ["start", 1, 2, "epoch 1", 3, 4, "epoch 2", "end"]


@pytest.mark.parametrize("ema", [None, 0.9])
@pytest.mark.parametrize("metric", ["valid_loss", "valid_accuracy"])
def test_early_stopping_ends_the_run_and_gives_the_best_weights_back(data: ImageData, metric: str, ema: float | None):
    model = model_of()
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    callbacks = [EarlyStopping(metric, patience=2), Spoiler(at=5)]
    history = fit(model, data, optimizer, epochs=20, batch_size=100, ema=ema, callbacks=callbacks)
    best = history.epochs["valid_loss"].idxmin() if metric == "valid_loss" else history.epochs[metric].idxmax()
    assert len(history.epochs) == best + 1 + 3
    loss, accuracy = evaluate(model, data, "valid")
    assert loss == pytest.approx(history.epochs["valid_loss"][best], rel=1e-5)
    assert accuracy == pytest.approx(history.epochs["valid_accuracy"][best])


def test_a_run_that_is_not_stopped_early_has_its_best_weights_too(data: ImageData):
    model = model_of()
    callbacks = [EarlyStopping(patience=9), Spoiler(at=3)]
    history = fit(model, data, SGD(model.parameters(), lr=0.1), epochs=4, batch_size=100, callbacks=callbacks)
    assert len(history.epochs) == 4
    assert evaluate(model, data, "valid")[0] == pytest.approx(history.epochs["valid_loss"].min(), rel=1e-5)


def test_the_rate_falls_on_a_plateau(data: ImageData):
    model = model_of()
    callbacks = [ReduceOnPlateau(OnPlateau(0.2, factor=0.5, patience=0)), Spoiler(at=0)]
    history = fit(model, data, SGD(model.parameters(), lr=9.0), epochs=4, batch_size=400, callbacks=callbacks)
    # The first epoch sets the mark; each of the others ties with it, and halves the rate of the next.
    assert history.steps["lr"].tolist() == [0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05]


def test_a_metric_that_is_not_there_is_named(data: ImageData):
    model = model_of()
    with pytest.raises(ValueError, match=r"metric must be a column of History.epochs \(epoch, step, .*got 'loss'"):
        fit(model, data, SGD(model.parameters(), lr=0.1), callbacks=[EarlyStopping("loss")])
    blind = ImageData("blind", data.train, data.test, data.classes)
    with pytest.raises(ValueError, match="metric 'valid_loss' is NaN: has the data a valid part"):
        fit(model, blind, SGD(model.parameters(), lr=0.1), callbacks=[EarlyStopping()])
    with pytest.raises(ValueError, match="patience must be at least 0, got -1"):
        EarlyStopping(patience=-1)
