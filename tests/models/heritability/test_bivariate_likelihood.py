"""The rotated and the dense likelihood of two traits against each other and against explicit inverses."""

import numpy as np
import pytest

from models.heritability.bivariate_likelihood import (
    IS_VARIANCE,
    BlockPairs,
    RotatedPairs,
    log_likelihood_constant,
)
from models.heritability.reml_likelihood import DenseLikelihood
from tests.models.heritability.reml_twins import derivatives, log_likelihood, simulate_kinships

N = 30
K = simulate_kinships(N, 1)[0].matrix
rng = np.random.default_rng(3)
Y = rng.standard_normal((N, 2))
X = np.column_stack((np.ones(N), rng.standard_normal(N)))
THETA = np.array([0.6, -0.2, 0.4, 0.5, 0.1, 0.7])


def components(first: np.ndarray, second: np.ndarray) -> list[np.ndarray]:
    """The six matrices of the stacked traits."""
    who = np.concatenate((first, second))
    trait = np.repeat((0, 1), (first.size, second.size))
    relatedness, same = K[np.ix_(who, who)], np.equal.outer(who, who).astype(float)
    parts = []
    for matrix in (relatedness, same):
        both = trait[:, None] + trait[None, :]
        parts += [matrix * (both == kind) for kind in (0, 1, 2)]
    return parts


def stacked_design(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.block([[X[first], np.zeros((first.size, 2))], [np.zeros((second.size, 2)), X[second]]])


@pytest.mark.parametrize(
    ("first", "second"),
    [(np.arange(N), np.arange(N)), (np.arange(20), np.arange(12, N)), (np.arange(14), np.arange(14, N))],
    ids=["all", "some", "none"],
)
def test_block_pairs__by_their_twin(first: np.ndarray, second: np.ndarray) -> None:
    y, design = np.concatenate((Y[first, 0], Y[second, 1])), stacked_design(first, second)
    likelihood = DenseLikelihood(BlockPairs(K, first, second), y, design)
    point = likelihood.evaluate(THETA)
    assert point is not None
    parts = components(first, second)
    V = sum(t * part for t, part in zip(THETA, parts, strict=True))
    assert point.log_likelihood == pytest.approx(log_likelihood(V, y, design), abs=1e-8)
    slope = likelihood.differentiate(point)
    score, information = derivatives(parts, V, y, design)
    np.testing.assert_allclose(slope.score, score, atol=1e-8)
    np.testing.assert_allclose(slope.information, information, atol=1e-8)


def test_rotated_pairs__equal_dense_ones() -> None:
    everybody = np.arange(N)
    dense = DenseLikelihood(BlockPairs(K, everybody, everybody), Y.T.ravel(), stacked_design(everybody, everybody))
    rotated = RotatedPairs(K, Y, X)
    assert (rotated.n_observations, rotated.n_fixed) == (N, 4)
    a, b = rotated.evaluate(THETA), dense.evaluate(THETA)
    assert a is not None
    assert b is not None
    assert a.log_likelihood == pytest.approx(b.log_likelihood, abs=1e-8)
    np.testing.assert_allclose(a.beta, b.beta, atol=1e-9)
    np.testing.assert_allclose(a.beta_covariance, b.beta_covariance, atol=1e-9)
    slope_a, slope_b = rotated.differentiate(a), dense.differentiate(b)
    np.testing.assert_allclose(slope_a.score, slope_b.score, atol=1e-8)
    np.testing.assert_allclose(slope_a.information, slope_b.information, atol=1e-8)


@pytest.mark.parametrize("at", np.flatnonzero(IS_VARIANCE))
def test_evaluate__negative_variance(at: int) -> None:
    theta = THETA.copy()
    theta[at] = -10.0
    everybody = np.arange(N)
    assert RotatedPairs(K, Y, X).evaluate(theta) is None
    dense = DenseLikelihood(BlockPairs(K, everybody, everybody), Y.T.ravel(), stacked_design(everybody, everybody))
    assert dense.evaluate(theta) is None


def test_log_likelihood_constant__whole_density_of_independent_people() -> None:
    """With V = s² I the restricted density is that of n - c independent residuals, times |X'X|^(1/2)."""
    s2 = 0.7
    point = DenseLikelihood(BlockPairs(K, np.arange(N), np.arange(N)), Y.T.ravel(), stacked_design(*[np.arange(N)] * 2))
    found = point.evaluate(np.array([0.0, 0.0, 0.0, s2, 0.0, s2]))
    assert found is not None
    basis = np.linalg.svd(X)[0][:, 2:]
    residuals = (basis.T @ Y).ravel()
    density = -0.5 * (residuals @ residuals / s2 + residuals.size * np.log(2 * np.pi * s2))
    assert found.log_likelihood + log_likelihood_constant(N, X, n_traits=2) == pytest.approx(density)
