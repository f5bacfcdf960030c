"""Grenander's estimator."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.grenander import fit_grenander


def test_fit_grenander__hand_worked() -> None:
    # heights 1/4 at .1, 1/2 at .5, 3/4 at .6, 1 at .8: from .1 the line to .8 (slope 1.0714) lies above .5 and .6
    fitted = fit_grenander(np.array([0.5, 0.1, 0.6, 0.8]), floor=1e-6)
    np.testing.assert_allclose(fitted.knots, [0.0, 0.1, 0.8, 1.0])
    np.testing.assert_allclose(fitted.heights, [0.0, 0.25, 1.0, 1.0])
    np.testing.assert_allclose(fitted.slopes, [2.5, 0.75 / 0.7, 0.0])
    np.testing.assert_allclose(fitted(np.array([0.05, 0.45])), [0.125, 0.625])


@pytest.mark.parametrize("seed", range(8))
def test_fit_grenander__agrees_with_the_slow_twin(seed: int) -> None:
    generator = np.random.default_rng(seed)
    p = np.round(generator.random(50) ** 2, 2)  # with ties, and with 0
    fitted = fit_grenander(p, floor=1e-3)
    at = np.linspace(0.0, 1.0, 101)
    np.testing.assert_allclose(fitted(at), _slow(np.maximum(p, 1e-3), at), atol=1e-12)


def test_fit_grenander__is_the_lowest_of_its_lines() -> None:
    fitted = fit_grenander(np.random.default_rng(2).random(60) ** 3, floor=1e-4)
    at = np.linspace(0.0, 1.0, 57)
    lines = fitted.intercepts[:, None] + fitted.slopes[:, None] * at
    np.testing.assert_allclose(lines.min(axis=0), fitted(at), atol=1e-12)
    assert (np.diff(fitted.slopes) < 0.0).all()


def test_fit_grenander__p_that_underflow_are_raised_to_the_floor() -> None:
    fitted = fit_grenander(np.array([0.0, 1e-300, 1.0]), floor=1e-5)
    np.testing.assert_allclose(fitted.knots, [0.0, 1e-5, 1.0])
    np.testing.assert_allclose(fitted.heights, [0.0, 2.0 / 3.0, 1.0])


def _slow(p: NDArray[np.float64], at: NDArray[np.float64]) -> list[float]:
    """The highest chord over each place, between any two points of the empirical distribution."""
    points = [(0.0, 0.0), *((one, float((p <= one).mean())) for one in p), (1.0, 1.0)]
    chords = [(a, b) for a in points for b in points if a[0] < b[0]]
    return [max(a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]) for a, b in chords if a[0] <= x <= b[0]) for x in at]
