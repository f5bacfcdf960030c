"""Genetic correlation of two traits: same and different people, tests, edges."""

import dataclasses
import math

import numpy as np
import pytest

from models.heritability import covariance_to_liability
from models.heritability.ai_reml import TOO_MANY_ITERATIONS, RemlOptions
from models.heritability.bivariate_reml import (
    BIVARIATE_FLAG_MEANINGS,
    BivariateRequest,
    estimate_bivariate_reml,
    genetic_correlation,
)
from models.heritability.errors import BadStatisticsError, PhenotypeError
from models.heritability.reml import RemlRequest, estimate_reml
from models.kinship import Kinship
from tests.models.heritability.reml_twins import simulate_kinships

N = 150
KINSHIP = simulate_kinships(N, 1, n_snps=60)[0]
VG, VE = np.array([[0.8, 0.5], [0.5, 0.9]]), np.array([[0.4, 0.1], [0.1, 0.5]])


def simulate(seed: int = 21, kinship: Kinship = KINSHIP) -> np.ndarray:
    """Two traits with the covariances above."""
    rng, n = np.random.default_rng(seed), kinship.n_people
    root = np.linalg.cholesky(kinship.matrix + 1e-9 * np.eye(n))
    genetic = root @ rng.standard_normal((n, 2)) @ np.linalg.cholesky(VG).T
    return genetic + rng.standard_normal((n, 2)) @ np.linalg.cholesky(VE).T


Y = simulate()


def test_estimate_bivariate_reml__rotated_equals_dense() -> None:
    """One person less in one trait sends the same data down the dense way."""
    whole = estimate_bivariate_reml(Y, KINSHIP)
    nearly = Y.copy()
    nearly[0, 1] = np.nan
    almost = estimate_bivariate_reml(nearly, KINSHIP)
    assert whole.is_converged
    assert almost.is_converged
    assert (whole.n_people, almost.n_people) == ((N, N, N), (N, N - 1, N - 1))
    assert almost.genetic_correlation == pytest.approx(whole.genetic_correlation, abs=0.05)
    np.testing.assert_allclose(almost.residual_covariance, whole.residual_covariance, atol=0.05)


def test_estimate_bivariate_reml__a_trait_with_itself_and_noise() -> None:
    """Without any overlap each trait's variances are those of its own REML, when the covariance is held at 0."""
    y = Y.copy()
    y[:75, 1], y[75:, 0] = np.nan, np.nan
    found = estimate_bivariate_reml(y, KINSHIP, request=BivariateRequest(is_rg_tested=True))
    alone = [estimate_reml(y[:, at], [KINSHIP]) for at in (0, 1)]
    assert found.n_people == (75, 75, 0)
    assert found.flags == ("no_shared_people",)
    assert found.residual_covariance[0, 1] == 0.0
    assert math.isnan(found.residual_covariance_se[0, 1])
    test = found.test_of_no_correlation
    assert test is not None
    assert test.log_likelihood_without == pytest.approx(sum(fit.log_likelihood for fit in alone), abs=1e-4)
    assert test.statistic >= 0.0


def test_estimate_bivariate_reml__traits_swapped_and_flipped() -> None:
    plain = estimate_bivariate_reml(Y, KINSHIP)
    swapped = estimate_bivariate_reml(Y[:, ::-1], KINSHIP)
    flipped = estimate_bivariate_reml(Y * [1.0, -2.0] + 3.0, KINSHIP)
    assert swapped.genetic_correlation == pytest.approx(plain.genetic_correlation, abs=1e-4)
    assert flipped.genetic_correlation == pytest.approx(-plain.genetic_correlation, abs=1e-4)
    assert flipped.genetic_correlation_se == pytest.approx(plain.genetic_correlation_se, abs=1e-4)
    np.testing.assert_allclose(swapped.h2[::-1], plain.h2, atol=1e-4)
    np.testing.assert_allclose(flipped.h2, plain.h2, atol=1e-4)


def test_estimate_bivariate_reml__close_to_the_truth() -> None:
    found = estimate_bivariate_reml(Y, KINSHIP, request=BivariateRequest(is_rg_tested=True))
    truth = 0.5 / math.sqrt(0.8 * 0.9)
    assert abs(found.genetic_correlation - truth) < 3 * found.genetic_correlation_se
    assert found.test_of_no_correlation is not None
    assert found.test_of_no_correlation.neg_log10_p > 2.0
    assert found.flags == ()
    assert (found.grm_kind, found.n_snps) == ("standardised", 60)
    assert found.mean_diagonal == pytest.approx(np.trace(KINSHIP.matrix) / N)
    np.testing.assert_array_equal(found.genetic_covariance, found.genetic_covariance.T)


def test_estimate_bivariate_reml__covariates_have_effects_of_their_own() -> None:
    covariate = np.random.default_rng(8).standard_normal(N)
    plain = estimate_bivariate_reml(Y, KINSHIP, covariates=covariate)
    moved = estimate_bivariate_reml(Y + np.outer(covariate, [2.0, -5.0]), KINSHIP, covariates=covariate)
    assert moved.genetic_correlation == pytest.approx(plain.genetic_correlation, abs=1e-6)
    np.testing.assert_allclose(moved.fixed_effects - plain.fixed_effects, [0.0, 2.0, 0.0, -5.0], atol=1e-6)


def test_estimate_bivariate_reml__trace_scale() -> None:
    request = BivariateRequest(share_scale="trace")
    found = estimate_bivariate_reml(Y, KINSHIP, request=request)
    large = dataclasses.replace(KINSHIP, matrix=4.0 * KINSHIP.matrix)
    other = estimate_bivariate_reml(Y, large, request=request)
    np.testing.assert_allclose(other.h2, found.h2, atol=1e-5)
    np.testing.assert_allclose(other.h2_se, found.h2_se, atol=1e-5)
    np.testing.assert_allclose(4.0 * other.genetic_covariance, found.genetic_covariance, atol=1e-4)
    alone = estimate_reml(Y[:, 0], [KINSHIP], request=RemlRequest(share_scale="trace"))
    assert found.h2[0] == pytest.approx(alone.h2, abs=0.1)
    assert found.share_scale == "trace"


def test_estimate_bivariate_reml__correlation_beyond_one_is_flagged() -> None:
    rng = np.random.default_rng(14)
    shared = np.linalg.cholesky(KINSHIP.matrix + 1e-9 * np.eye(N)) @ rng.standard_normal(N)
    noise, own = rng.standard_normal(N), rng.standard_normal((N, 2))
    found = estimate_bivariate_reml(np.outer(shared, [1, 1]) + np.outer(noise, [1, -1]) + 0.5 * own, KINSHIP)
    assert found.is_converged
    assert abs(found.genetic_correlation) > 1.0
    assert found.flags == ("rg_out_of_bounds",)


def test_estimate_bivariate_reml__too_few_iterations_is_a_result() -> None:
    request = BivariateRequest(RemlOptions(max_iterations=0), is_rg_tested=True)
    found = estimate_bivariate_reml(Y, KINSHIP, request=request)
    assert found.reason == TOO_MANY_ITERATIONS
    assert "not_converged" in found.flags
    assert set(found.flags) <= set(BIVARIATE_FLAG_MEANINGS)
    assert found.test_of_no_correlation is not None
    assert found.test_of_no_correlation.reason == TOO_MANY_ITERATIONS


def test_genetic_correlation__by_hand_and_undefined() -> None:
    covariance = np.diag([0.01, 0.02, 0.03, 1.0, 1.0, 1.0])
    rg, se = genetic_correlation(np.array([0.5, 0.3, 0.8, 1.0, 0.0, 1.0]), covariance)
    assert rg == pytest.approx(0.3 / math.sqrt(0.4))
    assert se == pytest.approx(math.sqrt(0.01 * (rg / 1.0) ** 2 + 0.02 / 0.4 + 0.03 * (rg / 1.6) ** 2))
    assert np.isnan(genetic_correlation(np.array([-0.1, 0.0, 0.8, 1.0, 0.0, 1.0]), covariance)).all()


def test_covariance_to_liability__of_standardised_traits() -> None:
    found = estimate_bivariate_reml(Y, KINSHIP)
    spread = math.sqrt(np.prod(np.diagonal(found.genetic_covariance + found.residual_covariance)))
    value, error = found.covariance_to_liability((0.3, 0.01), None)
    expected = covariance_to_liability(found.genetic_covariance[0, 1] / spread, (0.3, 0.01), None)
    assert value == pytest.approx(expected)
    assert error == pytest.approx(
        covariance_to_liability(found.genetic_covariance_se[0, 1] / spread, (0.3, 0.01), None)
    )


def test_estimate_bivariate_reml__refused() -> None:
    with pytest.raises(PhenotypeError, match=r"two traits are \[people, 2\], not \(150, 3\): give a column for each"):
        estimate_bivariate_reml(np.ones((N, 3)), KINSHIP)
    nobody = Y.copy()
    nobody[:, 1] = np.nan
    with pytest.raises(PhenotypeError, match=r"0 of 150 people have trait 2"):
        estimate_bivariate_reml(nobody, KINSHIP)
    bad = KINSHIP.matrix.copy()
    bad[2, 5] = np.inf
    with pytest.raises(BadStatisticsError, match=r"relationship matrix holds a value that is not finite: people"):
        estimate_bivariate_reml(Y, Kinship(bad, "gcta", 60))
    with pytest.raises(PhenotypeError, match=r"relationship matrix has shape \(9, 9\) for 150 phenotypes: give both"):
        estimate_bivariate_reml(Y, Kinship(np.eye(9), "gcta", 60))
