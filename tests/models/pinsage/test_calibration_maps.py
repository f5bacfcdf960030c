"""The maps from scores to probabilities, each against a slow twin."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.pinsage.calibration_maps import fit_beta_curve, fit_decile_steps, fit_steps


def test_fit_steps__hand_worked_with_ties() -> None:
    # shares by score 1: 0/1, 2: 1/2 (tie), 3: 0/1 -> 2 and 3 pool to 1/3, 4: 1/1
    found = fit_steps(np.array([2.0, 1.0, 3.0, 2.0, 4.0]), np.array([True, False, False, False, True]))
    assert found.lower.tolist() == [1.0, 2.0, 4.0]
    np.testing.assert_allclose(found.probability, [0.0, 1.0 / 3.0, 1.0])
    np.testing.assert_allclose(found(np.array([-9.0, 1.5, 2.0, 3.9, 4.0])), [0.0, 0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0])


@pytest.mark.parametrize("seed", range(8))
def test_fit_steps__agrees_with_the_slow_twin(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.integers(0, 15, 60).astype(np.float64)
    is_hit = generator.random(60) < x / 20.0
    np.testing.assert_allclose(fit_steps(x, is_hit)(x), _slow(x, is_hit), atol=1e-12)


@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_fit_beta_curve__agrees_with_a_search_without_gradients(scale: float) -> None:
    generator = np.random.default_rng(3)
    x = generator.beta(2.0, 3.0, 500) * scale
    is_hit = generator.random(500) < (x / scale) ** 2
    found = fit_beta_curve(x, is_hit)
    assert found.is_probability == (scale == 1.0)
    s = x if found.is_probability else 1.0 / (1.0 + np.exp(-(x - found.centre) / found.scale))

    def loss(values: NDArray[np.float64]) -> float:
        a, b = np.abs(values[:2])
        odds = s**a / (1.0 - s) ** b * np.exp(values[2])
        p = odds / (1.0 + odds)
        return float(-np.log(np.where(is_hit, p, 1.0 - p)).mean())

    options = {"maxiter": 4000, "maxfev": 4000, "xatol": 1e-8, "fatol": 1e-13}
    slow = minimize(loss, np.array([1.0, 1.0, 0.0]), method="Nelder-Mead", options=options)
    np.testing.assert_allclose([found.a, found.b, found.c], [*np.abs(slow.x[:2]), slow.x[2]], atol=2e-3)


def test_fit_beta_curve__of_true_probabilities_is_the_identity() -> None:
    generator = np.random.default_rng(4)
    x = generator.random(40_000)
    found = fit_beta_curve(x, generator.random(40_000) < x)
    np.testing.assert_allclose([found.a, found.b, found.c], [1.0, 1.0, 0.0], atol=0.06)


def test_fit_decile_steps__hand_worked() -> None:
    degree = np.array([1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    is_hit = np.array([True, False, False, False, True, True, False, True])
    found = fit_decile_steps(degree, is_hit, n_bins=2)
    assert found.lower.tolist() == [1.0, 2.0]
    assert found.probability.tolist() == [0.25, 0.75]
    ties = fit_decile_steps(np.full(6, 3.0), np.array([True, False] * 3))
    assert (ties.lower.tolist(), ties.probability.tolist()) == ([3.0], [0.5])


def _slow(x: NDArray[np.float64], is_hit: NDArray[np.bool_]) -> list[float]:
    """The min-max formula: the smallest over ends of the largest over beginnings of the mean between."""
    values = np.unique(x)

    def mean(low: float, high: float) -> float:
        return float(is_hit[(x >= low) & (x <= high)].mean())

    return [min(max(mean(low, high) for low in values if low <= one) for high in values if high >= one) for one in x]
