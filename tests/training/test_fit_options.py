"""Every option of `fit` beside the plain loop that it stands for."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import TensorDataset

from course_lib.data import Batch, GaussianNoise, ImageData, Mixup, from_datasets
from course_lib.optimizers import SGD
from course_lib.training import Callback, History, Run, evaluate, fit
from tests.training.conftest import model_of


def losses_of(data: ImageData, model: nn.Module | None = None, **options) -> list[float]:
    return history_of(data, model, **options).steps["train_loss"].tolist()


def history_of(data: ImageData, model: nn.Module | None = None, **options) -> History:
    model = model or model_of()
    optimizer = SGD(model.parameters(), lr=0.2, momentum=0.9)
    return fit(model, data, optimizer, **({"epochs": 2, "batch_size": 100} | options))


def test_label_smoothing_is_torchs_and_only_for_training(data: ImageData):
    smoothed = history_of(data, label_smoothing=0.2)
    own = history_of(data, loss=lambda logits, labels: cross_entropy(logits, labels, label_smoothing=0.2))
    assert smoothed.steps["train_loss"].tolist() == own.steps["train_loss"].tolist()
    model = model_of()
    history = history_of(data, model, label_smoothing=0.2)
    assert history.epochs["valid_loss"].iloc[-1] == pytest.approx(evaluate(model, data, "valid")[0], rel=1e-5)


def test_a_loss_of_ones_own_is_what_is_minimised_and_recorded(data: ImageData):
    def squared(logits: Tensor, labels: Tensor) -> Tensor:
        return (logits - nn.functional.one_hot(labels, 10)).square().sum(1).mean()

    model = model_of()
    history = history_of(data, model, loss=squared, epochs=4)
    assert history.epochs["train_loss"].iloc[-1] < 0.9 * history.epochs["train_loss"][0]
    assert history.epochs["valid_loss"].iloc[-1] == pytest.approx(evaluate(model, data, "valid", loss=squared)[0])


def test_the_training_accuracy_is_that_of_the_images_as_they_were_met(data: ImageData):
    history = history_of(data, epochs=1, batch_size=800)  # one batch: the accuracy before the only update
    assert history.epochs["train_accuracy"][0] == pytest.approx(evaluate(model_of(), data, "train")[1])


def test_accumulated_parts_make_the_update_of_the_whole_batch(data: ImageData):
    # 300 of 800 images a batch: the last has 200, and neither divides by 7.
    whole, parts = (losses_of(data, model_of().double(), batch_size=300, accumulate=n, epochs=4) for n in (1, 7))
    np.testing.assert_allclose(parts, whole, rtol=1e-9)


def test_more_parts_than_images_is_a_part_an_image(data: ImageData):
    few = replace(data, train=data.train[torch.arange(6)])
    whole, parts = (losses_of(few, model_of().double(), batch_size=4, accumulate=n) for n in (1, 50))
    np.testing.assert_allclose(parts, whole, rtol=1e-9)


class GradientNorms(Callback):
    def __init__(self):
        self.norms = []

    def on_step(self, run: Run) -> None:
        gradients = [param.grad.flatten() for param in run.model.parameters()]
        self.norms.append(float(torch.cat(gradients).norm()))


def test_clipping_shortens_the_gradients_that_are_too_long_and_no_others(data: ImageData):
    free, clipped = GradientNorms(), GradientNorms()
    history_of(data, callbacks=[free], epochs=1)
    limit = sorted(free.norms)[4]
    history_of(data, callbacks=[clipped], epochs=1, clip_norm=limit)
    assert max(clipped.norms) == pytest.approx(limit, rel=1e-4)
    assert clipped.norms[0] == pytest.approx(min(free.norms[0], limit), rel=1e-4)
    assert losses_of(data, clip_norm=1e9) == losses_of(data)


def test_augmentation_is_drawn_anew_each_epoch_by_the_seed_and_not_for_validation(data: ImageData):
    seen: list[Batch] = []

    def look(batch: Batch) -> Batch:
        seen.append(batch)
        return batch

    history = history_of(data, augment=[GaussianNoise(0.1), look])
    assert len(seen) == len(history.steps)  # none for the validation images
    shown = [{int(i): image for i, image in zip(batch.indices, batch.images, strict=True)} for batch in seen]
    twice = set(shown[0]) & set(shown[8])  # images of the first batch of both epochs
    assert twice
    assert not any(torch.equal(shown[0][index], shown[8][index]) for index in twice)
    again = history_of(data, augment=[GaussianNoise(0.1)])
    assert again.steps["train_loss"].equals(history.steps["train_loss"])


def test_mixed_images_count_as_right_by_the_label_of_their_larger_part(data: ImageData):
    seen: list[Batch] = []

    def look(batch: Batch) -> Batch:
        seen.append(batch)
        return batch

    history = history_of(data, augment=[Mixup(0.2), look], epochs=1, batch_size=800)
    [batch] = seen
    right = (model_of()(batch.images).argmax(1) == batch.targets.argmax(1)).float().mean()
    assert history.epochs["train_accuracy"][0] == pytest.approx(float(right))


def test_bfloat16_trains_about_as_well_and_keeps_the_weights_in_full(data: ImageData):
    model = model_of()
    history = history_of(data, model, precision="bfloat16", epochs=6)
    assert {param.dtype for param in model.parameters()} == {torch.float32}
    full = history_of(data, epochs=6)
    assert history.steps["train_loss"][0] != full.steps["train_loss"][0]
    np.testing.assert_allclose(history.steps["train_loss"][:10], full.steps["train_loss"][:10], rtol=0.02)
    assert history.epochs["valid_accuracy"].iloc[-1] > 0.9


@pytest.mark.slow
def test_a_compiled_model_trains_as_the_plain_one(data: ImageData):
    # This backend traces the model as inductor does, and needs no compiler.
    model = model_of()
    compiled = losses_of(data, model, compile="aot_eager", batch_size=400)
    np.testing.assert_allclose(compiled, losses_of(data, batch_size=400), rtol=1e-4)
    assert all("_orig_mod" not in name for name in model.state_dict())


def test_the_moving_average_is_what_is_evaluated_and_what_the_model_has_in_the_end(data: ImageData):
    class Weights(Callback):
        def __init__(self):
            self.after = []

        def on_step(self, run: Run) -> None:
            self.after.append(run.model[0].weight.detach().clone())

    model, weights = model_of(), Weights()
    history = history_of(data, model, ema=0.8, callbacks=[weights])
    average = model_of()[0].weight.detach()
    for update, weight in enumerate(weights.after, start=1):
        decay = min(0.8, (1 + update) / (10 + update))
        average = decay * average + (1 - decay) * weight
    torch.testing.assert_close(model[0].weight.detach(), average)
    assert history.epochs["valid_loss"].iloc[-1] == pytest.approx(evaluate(model, data, "valid")[0], rel=1e-5)
    # The training itself does not notice.
    assert history.steps["train_loss"].tolist() == losses_of(data)


def test_the_moving_average_follows_the_statistics_of_batch_normalisation(data: ImageData):
    model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(80), nn.Linear(80, 10))
    history_of(data, model, ema=0.5)
    assert model[1].num_batches_tracked == 16
    assert float((model[1].running_mean - data.train.images.flatten(1).float().mean(0)).abs().max()) > 0


def test_data_and_a_model_of_ones_own_train_in_the_models_own_precision():
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(300, 2, generator=generator, dtype=torch.float64)
    rings = TensorDataset(points, (points.norm(dim=1) > 1.2).long())

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(2, 32, dtype=torch.float64)
            self.outer = nn.Linear(32, 2, dtype=torch.float64)

        def forward(self, points: Tensor) -> Tensor:
            assert points.dtype == torch.float64
            return self.outer(torch.tanh(self.inner(points)))

    torch.manual_seed(0)
    model = Own()
    data = from_datasets(rings, rings, valid=rings)
    history = fit(model, data, torch.optim.Adam(model.parameters(), lr=0.02), epochs=40, batch_size=50)
    assert history.epochs["valid_accuracy"].iloc[-1] > 0.95


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"label_smoothing": 1.0}, "label_smoothing must be a fraction from 0 to below 1, got 1.0"),
        ({"label_smoothing": 0.1, "loss": cross_entropy}, "label_smoothing must be left out where loss is given"),
        ({"clip_norm": 0}, "clip_norm must be above 0, got 0"),
        ({"accumulate": 0}, "accumulate must be at least 1, got 0"),
        ({"ema": 1.0}, "ema must be a decay above 0 and below 1, got 1.0"),
        ({"precision": "fp16"}, "precision must be 'full' or 'bfloat16', got 'fp16'"),
    ],
)
def test_a_wrong_option_is_named(data: ImageData, options: dict, message: str):
    with pytest.raises(ValueError, match=message):
        history_of(data, **options)
