"""The dense likelihood against explicit inverses."""

import numpy as np
import pytest

from models.heritability.reml_inputs import Design
from models.heritability.reml_likelihood import DenseLikelihood
from models.heritability.reml_model import PackedKinships
from tests.models.heritability.reml_twins import covariance, derivatives, log_likelihood, simulate_kinships

N = 40
KINSHIPS = simulate_kinships(N, 3)
THETA = np.array([0.4, 0.1, 0.3, 0.5])
PEOPLE = np.flatnonzero(np.arange(N) % 7 != 2)
rng = np.random.default_rng(5)
X = np.column_stack((np.ones(PEOPLE.size), rng.standard_normal(PEOPLE.size)))
Y = rng.standard_normal(PEOPLE.size)
DESIGN = Design(N, PEOPLE, Y, X, 0, 0)
MATRICES = [kinship.matrix[np.ix_(PEOPLE, PEOPLE)] for kinship in KINSHIPS]


def make_model() -> PackedKinships:
    return PackedKinships(KINSHIPS, ["a", "b", "c"], DESIGN)


def test_evaluate__by_its_twin() -> None:
    point = DenseLikelihood(make_model(), Y, X).evaluate(THETA)
    V = covariance(MATRICES, THETA)
    assert point is not None
    assert point.log_likelihood == pytest.approx(log_likelihood(V, Y, X), abs=1e-5)
    inverse = np.linalg.inv(V)
    beta_covariance = np.linalg.inv(X.T @ inverse @ X)
    np.testing.assert_allclose(point.beta_covariance, beta_covariance, rtol=1e-5)
    np.testing.assert_allclose(point.beta, beta_covariance @ X.T @ inverse @ Y, rtol=1e-5)


def test_differentiate__by_its_twin() -> None:
    likelihood = DenseLikelihood(make_model(), Y, X)
    point = likelihood.evaluate(THETA)
    assert point is not None
    slope = likelihood.differentiate(point)
    score, information = derivatives([*MATRICES, np.eye(PEOPLE.size)], covariance(MATRICES, THETA), Y, X)
    np.testing.assert_allclose(slope.score, score, atol=1e-5)
    np.testing.assert_allclose(slope.information, information, rtol=1e-5)


def test_differentiate__by_differences() -> None:
    likelihood = DenseLikelihood(make_model(), Y, X)
    point = likelihood.evaluate(THETA)
    assert point is not None
    score = likelihood.differentiate(point).score
    for k, step in enumerate(np.eye(4) * 1e-5):
        above, below = likelihood.evaluate(THETA + step), likelihood.evaluate(THETA - step)
        assert above is not None
        assert below is not None
        assert score[k] == pytest.approx((above.log_likelihood - below.log_likelihood) / 2e-5, abs=1e-5)


def test_evaluate__not_positive_definite() -> None:
    assert DenseLikelihood(make_model(), Y, X).evaluate(np.array([0.1, 0.1, 0.1, -1.0])) is None
