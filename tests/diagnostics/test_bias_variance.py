import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.data import ImageData
from course_lib.diagnostics import bias_variance, log_probabilities, squared_error_parts
from course_lib.models import mlp


def random_runs(seed: int, runs: int = 5, count: int = 12, classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=2, size=(runs, count, classes))
    logs = logits - np.logaddexp.reduce(logits, axis=2, keepdims=True)
    return logs, rng.integers(classes, size=count)


@given(st.integers(0, 1000))
def test_bias_and_variance_add_up_to_each_mean_error(seed: int):
    logs, labels = random_runs(seed)
    table = bias_variance(logs, labels).set_index("loss")
    rows, probs = np.arange(len(labels)), np.exp(logs)
    one_hot = np.eye(4)[labels]
    assert table.at["squared", "error"] == pytest.approx(((probs - one_hot) ** 2).sum(2).mean())
    assert table.at["cross_entropy", "error"] == pytest.approx(-logs[:, rows, labels].mean())
    assert table.at["zero_one", "error"] == pytest.approx((logs.argmax(2) != labels).mean())
    assert (table.loc[["squared", "cross_entropy"], ["bias", "variance"]] >= -1e-12).all(axis=None)


def test_the_variance_of_cross_entropy_is_the_divergence_from_the_geometric_mean():
    logs, labels = random_runs(3)
    mean = np.exp(logs.mean(0))
    mean /= mean.sum(1, keepdims=True)
    divergence = (mean * (np.log(mean) - logs)).sum(2).mean()
    assert bias_variance(logs, labels).set_index("loss").at["cross_entropy", "variance"] == pytest.approx(divergence)


def test_runs_that_agree_have_no_variance():
    logs, labels = random_runs(0, runs=1)
    np.testing.assert_allclose(bias_variance(np.repeat(logs, 3, axis=0), labels)["variance"], 0, atol=1e-12)


def test_domingos_variance_helps_where_the_main_prediction_is_wrong():
    # Three runs vote 0 0 1 on the first image and 1 1 0 on the second, and 0 is right: one run owes that to variance.
    votes = np.array([[0, 1], [0, 1], [1, 0]])
    logs = np.log(np.where(votes[..., None] == np.arange(2), 0.9, 0.1))
    row = bias_variance(logs, [0, 0]).set_index("loss").loc["zero_one"]
    assert row["bias"] == 0.5
    assert row["variance"] == pytest.approx((1 / 3 - 1 / 3) / 2)
    assert row["error"] == pytest.approx(0.5)


def test_a_shrunken_mean_has_the_bias_and_variance_of_theory():
    # f = a times the mean of n draws from N(mu, s^2): bias^2 = (1-a)^2 mu^2, variance = a^2 s^2 / n.
    rng, a, mu, s, n, noise = np.random.default_rng(0), 0.6, 2.0, 1.5, 5, 0.8
    estimates = a * rng.normal(mu, s, size=(4000, n)).mean(1)
    targets = mu + rng.normal(0, noise, size=4000)
    parts = squared_error_parts(np.repeat(estimates[:, None], 4000, axis=1), targets, noise_variance=noise**2)
    assert parts["variance"] == pytest.approx(a**2 * s**2 / n, rel=0.05)
    assert parts["bias"] == pytest.approx((1 - a) ** 2 * mu**2, abs=0.08)
    assert parts["error"] == pytest.approx(parts["bias"] + parts["variance"] + parts["noise"])


def test_log_probabilities_are_those_of_evaluation_mode_in_the_order_of_the_data(data: ImageData):
    torch.manual_seed(0)
    model = mlp((1, 8, 10))
    model.append(torch.nn.Dropout(0.5))
    found = log_probabilities([model], data)
    mean, std = data.statistics()
    with torch.no_grad():
        expected = model.eval()((data.test.images.float() / 255 - mean) / std).log_softmax(1)
    np.testing.assert_allclose(found[0], expected.numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bias_variance(random_runs(0)[0][:1], np.zeros(12, int)), "at least 2 runs"),
        (lambda: bias_variance(random_runs(0)[0], np.zeros(5, int)), r"labels \(N,\), got \(5, 12, 4\) and \(5,\)"),
        (lambda: bias_variance(np.zeros((2, 3, 4)), np.zeros(3, int)), "has to sum to 1"),
        (lambda: squared_error_parts([[1.0]], [1.0]), "at least 2 runs"),
        (lambda: squared_error_parts([[1.0], [2.0]], [1.0], -1.0), "noise_variance must be at least 0, got -1.0"),
        (lambda: log_probabilities([], None), "models must hold at least one model"),
    ],
)
def test_a_wrong_argument_is_named(call, message: str):
    with pytest.raises(ValueError, match=message):
        call()
