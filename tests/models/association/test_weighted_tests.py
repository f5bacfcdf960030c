"""Weighted Benjamini-Hochberg and Bonferroni."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.weighted_tests import weighted_benjamini_hochberg, weighted_bonferroni

P = np.array([0.01, 0.02, 0.03, 0.5])
WEIGHT = np.array([0.5, 2.0, 1.5, 0.0])
# p / w: .02, .01, .02, infinite


def test_weighted_benjamini_hochberg__hand_worked() -> None:
    found = weighted_benjamini_hochberg(-np.log10(P), WEIGHT, 0.03)
    # sorted .01 .02 .02: 4 · .01 / 1 = .04, 4 · .02 / 3 = .0267 for the tie, which lowers the first to .0267
    np.testing.assert_allclose(10.0**-found.neg_log10_adjusted, [0.08 / 3, 0.08 / 3, 0.08 / 3, 1.0])
    assert found.is_discovery.tolist() == [True, True, True, False]
    assert found.n_discoveries == 3


def test_weighted_bonferroni__hand_worked() -> None:
    found = weighted_bonferroni(-np.log10(P), WEIGHT, 0.05)
    np.testing.assert_allclose(10.0**-found.neg_log10_adjusted, [0.08, 0.04, 0.08, 1.0])
    assert found.is_rejected.tolist() == [False, True, False, False]
    assert found.n_rejected == 1


@pytest.mark.parametrize("seed", range(10))
def test_weighted_benjamini_hochberg__agrees_with_the_slow_twin(seed: int) -> None:
    generator = np.random.default_rng(seed)
    p = np.round(generator.random(40) ** 3, 2) + 0.001  # with ties
    weight = generator.choice([0.0, 0.5, 1.0, 2.0], 40)
    found = weighted_benjamini_hochberg(-np.log10(p), weight, 0.2)
    assert found.is_discovery.tolist() == _slow(p, weight, 0.2)


def test_weighted_benjamini_hochberg__far_below_the_smallest_float() -> None:
    found = weighted_benjamini_hochberg(np.array([400.0, 500.0]), np.array([1.0, 1.0]), 0.05)
    np.testing.assert_allclose(found.neg_log10_adjusted, [400.0, 500.0 - np.log10(2.0)])


def _slow(p: NDArray[np.float64], weight: NDArray[np.float64], rate: float) -> list[bool]:
    """The largest k of which k divided p-values lie at or below k · rate / m."""
    divided = [one / by if by else np.inf for one, by in zip(p, weight, strict=True)]
    passing = [k for k in range(1, len(p) + 1) if sum(one <= k * rate / len(p) for one in divided) >= k]
    limit = max(passing, default=0) * rate / len(p)
    return [one <= limit for one in divided]
