import numpy as np
import pytest

from course_lib.training.range_curve import read_curves

RATES = np.geomspace(1e-5, 10, 201)  # a step is 3 % of a decade


def curves(valley: float = 0.1, depth: float = 1.5, ramps: int = 3, noise: float = 0.1) -> np.ndarray:
    """Losses that lie at 2.3, have fallen by `depth` at the rate `valley`, and are back at 2.3 a decade further on."""
    distance = np.log10(RATES / valley)
    shape = np.where(distance < 0, np.exp(-(distance**2) / 2), 1 - distance**2)
    clean = 2.3 - depth * shape
    return clean + noise * np.random.default_rng(0).standard_normal((ramps, len(RATES)))


def accuracies(losses: np.ndarray) -> np.ndarray:
    return 0.1 + (2.3 - losses) / 3


def test_the_suggestion_is_half_of_the_rate_at_the_bottom_of_a_noisy_valley():
    losses = curves(valley=0.1)
    result = read_curves(RATES, losses, accuracies(losses))
    assert result.lowest_lr == pytest.approx(0.1, rel=0.4)
    assert result.suggestion == result.lowest_lr / 2
    assert result.max_lr == pytest.approx(0.1, rel=0.4)


def test_the_edge_is_where_half_of_the_fall_is_lost():
    losses = curves(valley=0.1, noise=0.0)
    result = read_curves(RATES, losses, accuracies(losses))
    assert result.divergence_lr == pytest.approx(0.1 * 10 ** np.sqrt(0.5), rel=0.15)  # of 1 - x**2 = 1/2
    assert result.table["lr"].iloc[-1] == result.divergence_lr


def test_the_edge_is_seen_where_the_loss_returns_to_that_of_guessing_and_no_higher():
    losses = np.minimum(curves(valley=0.1, depth=0.3, noise=0.02), 2.3)
    assert read_curves(RATES, losses, accuracies(losses)).divergence_lr < 2


def test_a_burst_does_not_move_the_bottom():
    calm = curves(valley=0.1)
    wild = calm.copy()
    wild[:, RATES > 1] = 1e6
    gone = calm.copy()
    gone[:, RATES > 1] = np.nan
    for losses in (wild, gone):
        result = read_curves(RATES, losses, accuracies(calm))
        assert result.lowest_lr == pytest.approx(0.1, rel=0.4)
        assert 0.1 < result.divergence_lr < 1.5


def test_accuracy_gives_smiths_thresholds():
    # Up in a straight line (in the logarithm) from 0.001 to 0.1, then down as steeply.
    distance = np.abs(np.log10(RATES / 0.1))
    accuracy = 0.1 + 0.4 * np.clip(2 - distance, 0, None)
    result = read_curves(RATES, curves(noise=0.0), np.tile(accuracy, (3, 1)))
    assert result.max_lr == pytest.approx(0.1, rel=0.1)
    assert result.base_lr == pytest.approx(10**-2.8, rel=0.3)  # a tenth of the way up


@pytest.mark.parametrize(
    ("losses", "reason"),
    [
        (curves(depth=0.0), "never fell"),
        (curves(valley=1e3), "was still falling at the end"),
        (np.tile(np.linspace(0.1, 0.2, 201), (3, 1)), "only rose, as a trained model's does"),
    ],
)
def test_there_is_no_suggestion_where_the_loss(losses: np.ndarray, reason: str):
    result = read_curves(RATES, losses, accuracies(losses))
    assert (result.suggestion, result.base_lr, result.max_lr) == (None, None, None), reason


def test_a_trained_model_that_gets_worse_has_an_edge_all_the_same():
    losses = 0.1 + np.where(RATES > 0.1, 0.3, 0.0) + 0.01 * np.random.default_rng(0).standard_normal((3, 201))
    result = read_curves(RATES, losses, 1 - losses)
    assert result.divergence_lr == pytest.approx(0.1, rel=0.7)
    assert result.suggestion is None


def test_confidence_is_the_agreement_of_the_ramps():
    same = np.tile(curves(ramps=1, noise=0.0), (3, 1))
    assert read_curves(RATES, same, accuracies(same)).confidence == 1
    apart = np.concatenate([curves(valley=0.1, ramps=1, noise=0.0), curves(valley=0.01, ramps=1, noise=0.0)])
    assert read_curves(RATES, apart, accuracies(apart)).confidence == pytest.approx(0.1, rel=0.05)
    assert read_curves(RATES, same[:1], accuracies(same[:1])).confidence is None
