"""REML of one and several matrices: slow twin, invariances, edges, simulated truth."""

import dataclasses
import math

import numpy as np
import pytest

from models.heritability.ai_reml import SINGULAR_INFORMATION, TOO_MANY_ITERATIONS, RemlOptions
from models.heritability.errors import PhenotypeError
from models.heritability.liability import liability_factor
from models.heritability.reml import RemlRequest, estimate_reml, log_likelihood_without_any
from models.heritability.reml_inputs import make_design
from models.kinship import Kinship
from tests.models.heritability.reml_twins import (
    covariance,
    derivatives,
    log_likelihood,
    maximise_slowly,
    simulate_kinships,
    simulate_phenotype,
)

N = 90
KINSHIPS = simulate_kinships(N, 2)
Y = simulate_phenotype(KINSHIPS, (0.5, 0.3, 0.6))
MATRICES = [kinship.matrix for kinship in KINSHIPS]
X = np.column_stack((np.ones(N), np.random.default_rng(7).standard_normal(N)))
CONSTRAINED = RemlRequest(RemlOptions(is_constrained=True))


@pytest.mark.parametrize("n_kinships", [1, 2])
def test_estimate_reml__by_its_twin(n_kinships: int) -> None:
    found = estimate_reml(Y, KINSHIPS[:n_kinships], covariates=X[:, 1])
    assert found.is_converged
    theta = np.array([*(c.variance for c in found.components), found.residual_variance])
    expected = maximise_slowly(MATRICES[:n_kinships], Y, X, start=np.full(n_kinships + 1, 0.4), lowest=-1.0)
    np.testing.assert_allclose(theta, expected, atol=2e-4)
    V = covariance(MATRICES[:n_kinships], theta)
    assert found.log_likelihood == pytest.approx(log_likelihood(V, Y, X), abs=1e-4)
    score, information = derivatives([*MATRICES[:n_kinships], np.eye(N)], V, Y, X)
    np.testing.assert_allclose(score, 0.0, atol=2e-2)
    np.testing.assert_allclose(found.covariance, np.linalg.inv(information), rtol=1e-4)
    inverse = np.linalg.inv(V)
    beta_covariance = np.linalg.inv(X.T @ inverse @ X)
    np.testing.assert_allclose(found.fixed_effects, beta_covariance @ X.T @ inverse @ Y, atol=1e-5)
    np.testing.assert_allclose(found.fixed_effects_se, np.sqrt(np.diagonal(beta_covariance)), rtol=1e-5)


def test_estimate_reml__numbers_belong_together() -> None:
    found = estimate_reml(Y, KINSHIPS, names=["left", "right"], request=RemlRequest(tested=None))
    total = sum(c.variance for c in found.components) + found.residual_variance
    assert found.phenotypic_variance == pytest.approx(total)
    assert found.h2 == pytest.approx(sum(c.share for c in found.components))
    assert [c.name for c in found.components] == [t.name for t in found.tests] == ["left", "right"]
    first = found.components[0]
    assert (first.grm_kind, first.n_snps, first.is_at_bound) == ("standardised", 40, False)
    assert first.mean_diagonal == pytest.approx(np.trace(MATRICES[0]) / N)
    assert first.variance_se == pytest.approx(math.sqrt(found.covariance[0, 0]))
    assert (found.n_people, found.is_constrained, found.flags) == (N, False, ())


def test_estimate_reml__people_and_alleles_in_another_order_and_scale() -> None:
    order = np.random.default_rng(2).permutation(N)
    plain = estimate_reml(Y, KINSHIPS)
    shuffled = estimate_reml(Y[order], [kinship.subset(order) for kinship in KINSHIPS])
    scaled = estimate_reml(5.0 - 3.0 * Y, KINSHIPS)
    assert shuffled.h2 == pytest.approx(plain.h2, abs=1e-5)
    assert scaled.h2 == pytest.approx(plain.h2, abs=1e-5)
    assert scaled.phenotypic_variance == pytest.approx(9.0 * plain.phenotypic_variance, rel=1e-5)


def test_estimate_reml__matrix_of_another_scale() -> None:
    """A matrix three times as large has a third of the variance; the trace scale sees no difference."""
    request = RemlRequest(share_scale="trace")
    plain = estimate_reml(Y, KINSHIPS[:1], request=request)
    large = estimate_reml(Y, [Kinship(3.0 * MATRICES[0], "centred", 40)], request=request)
    assert large.components[0].variance == pytest.approx(plain.components[0].variance / 3.0, rel=1e-4)
    assert (large.h2, large.h2_se) == pytest.approx((plain.h2, plain.h2_se), rel=1e-4)


def test_estimate_reml__centring_the_matrix_changes_nothing_with_an_intercept() -> None:
    request = RemlRequest(share_scale="trace")
    plain = estimate_reml(Y, KINSHIPS[:1], request=request)
    centred = estimate_reml(Y, [Kinship(KINSHIPS[0].centred(), "standardised", 40)], request=request)
    assert centred.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-4)
    assert (centred.h2, centred.h2_se) == pytest.approx((plain.h2, plain.h2_se), abs=1e-5)


def test_estimate_reml__missing_people_are_left_out() -> None:
    y, covariate = Y.copy(), X[:, 1].copy()
    y[[3, 50]], covariate[[3, 7]] = np.nan, np.nan
    found = estimate_reml(y, KINSHIPS, covariates=covariate)
    is_kept = ~np.isnan(y + covariate)
    alone = estimate_reml(y[is_kept], [k.subset(is_kept) for k in KINSHIPS], covariates=covariate[is_kept])
    assert (found.n_people, found.n_without_phenotype, found.n_without_covariate) == (N - 3, 2, 1)
    assert found.h2 == pytest.approx(alone.h2, abs=1e-9)


def test_estimate_reml__no_kinship_in_the_trait() -> None:
    """Unconstrained, a component may be negative; constrained, it is held at 0 and the rest is a smaller model."""
    y = simulate_phenotype(KINSHIPS, (0.8, 0.0, 1.0), seed=4)
    free, held = estimate_reml(y, KINSHIPS), estimate_reml(y, KINSHIPS, request=CONSTRAINED)
    alone = estimate_reml(y, KINSHIPS[:1])
    assert free.components[1].variance < 0.0
    assert "negative_component" in free.flags
    assert held.components[1].variance == 0.0
    assert held.components[1].is_at_bound
    assert math.isnan(held.components[1].variance_se)
    assert "component_at_bound" in held.flags
    assert held.is_converged
    assert held.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-6)
    assert (held.h2, held.h2_se) == pytest.approx((alone.h2, alone.h2_se), abs=1e-4)
    assert free.log_likelihood >= held.log_likelihood


def test_estimate_reml__constraint_by_its_twin() -> None:
    y = simulate_phenotype(KINSHIPS, (0.0, 0.6, 0.5), seed=9)
    found = estimate_reml(y, KINSHIPS, request=CONSTRAINED)
    expected = maximise_slowly(MATRICES, y, np.ones((N, 1)), start=np.full(3, 0.4), lowest=0.0)
    theta = np.array([*(c.variance for c in found.components), found.residual_variance])
    np.testing.assert_allclose(theta, expected, atol=5e-4)


def test_estimate_reml__likelihood_ratios() -> None:
    request = RemlRequest(RemlOptions(is_constrained=True), tested=None)
    found = estimate_reml(Y, KINSHIPS, request=request)
    for test, other in zip(found.tests, KINSHIPS[::-1], strict=True):
        alone = estimate_reml(Y, [other])
        assert test.log_likelihood_without == pytest.approx(alone.log_likelihood, abs=1e-6)
        assert test.statistic == pytest.approx(2 * (found.log_likelihood - alone.log_likelihood), abs=1e-5)
        assert test.is_half
    one = estimate_reml(Y, KINSHIPS[:1], request=RemlRequest(tested=["1"])).tests[0]
    design = make_design(Y)
    assert one.log_likelihood_without == log_likelihood_without_any(design)
    V = np.eye(N) * design.residual_variance
    assert one.log_likelihood_without == pytest.approx(log_likelihood(V, Y, design.X), abs=1e-9)
    assert not one.is_half


def test_estimate_reml__tells_what_it_fits() -> None:
    told: list[str] = []
    estimate_reml(Y, KINSHIPS, request=RemlRequest(tested=["2"]), on_progress=told.append)
    assert told == ["all components", "without 2"]


def test_estimate_reml__test_of_an_unknown_component() -> None:
    with pytest.raises(PhenotypeError, match=r"the components \['X'\] cannot be tested: there are \['1', '2'\]"):
        estimate_reml(Y, KINSHIPS, request=RemlRequest(tested=["X"]))


@pytest.mark.parametrize(
    "matrices",
    [[MATRICES[0], MATRICES[0]], [np.eye(N)], [MATRICES[0], 0.5 * MATRICES[0] + 0.5 * np.eye(N)]],
    ids=["a copy", "the identity", "a sum"],
)
def test_estimate_reml__components_that_cannot_be_told_apart(matrices: list[np.ndarray]) -> None:
    found = estimate_reml(Y, [Kinship(matrix, "gcta", 40) for matrix in matrices], request=RemlRequest(tested=None))
    assert not found.is_converged
    assert found.reason == SINGULAR_INFORMATION
    assert "not_converged" in found.flags
    assert math.isnan(found.h2_se)
    assert all(test.reason == SINGULAR_INFORMATION for test in found.tests)


def test_estimate_reml__singular_matrix_is_no_trouble() -> None:
    """40 SNPs of 90 people, and two people alike (twins): K has no inverse, V has."""
    twins = np.append(np.arange(N - 1), N - 2)
    found = estimate_reml(Y, [KINSHIPS[0].subset(twins)])
    assert np.linalg.matrix_rank(MATRICES[0]) == 40
    assert found.is_converged


def test_estimate_reml__too_few_iterations_is_a_result() -> None:
    found = estimate_reml(Y, KINSHIPS, request=RemlRequest(RemlOptions(max_iterations=0)))
    assert not found.is_converged
    assert found.reason == TOO_MANY_ITERATIONS
    assert math.isfinite(found.h2)


def test_estimate_reml__nothing_is_tested_against_a_fit_that_did_not_converge() -> None:
    fits: list[str] = []
    request = RemlRequest(RemlOptions(max_iterations=0), tested=None)
    found = estimate_reml(Y, KINSHIPS, request=request, on_progress=fits.append)
    assert fits == ["all components"]
    assert [test.reason for test in found.tests] == [TOO_MANY_ITERATIONS] * 2
    assert all(math.isnan(test.statistic) and math.isnan(test.log_likelihood_without) for test in found.tests)


def test_estimate_reml__nobody_has_the_trait() -> None:
    with pytest.raises(PhenotypeError, match=r"0 of 90 people have the phenotype"):
        estimate_reml(np.full(N, np.nan), KINSHIPS)
    with pytest.raises(PhenotypeError, match=r"has shape \(\): give one value a person"):
        estimate_reml(np.float64(3.0), KINSHIPS)


def test_to_liability__scales_estimate_and_error() -> None:
    found = dataclasses.replace(estimate_reml(Y, KINSHIPS), h2=0.3, h2_se=0.1)
    factor = liability_factor(0.4, 0.01)
    assert found.to_liability(0.4, 0.01) == pytest.approx((0.3 * factor, 0.1 * factor))


def test_estimate_reml__constraint_always_ends_at_a_maximum() -> None:
    """Noise and ten matrices: most components end at 0; no slope of a free one, or inwards of a held one, is left."""
    kinships = simulate_kinships(100, 10, n_snps=500, seed=5)
    for seed in range(10):
        y = np.random.default_rng(1000 + seed).standard_normal(100)
        found = estimate_reml(y, kinships, request=CONSTRAINED)
        assert found.is_converged
        theta = np.array([*(c.variance for c in found.components), found.residual_variance])
        parts = [*(kinship.matrix for kinship in kinships), np.eye(100)]
        V = covariance(parts[:-1], theta)
        score, information = derivatives(parts, V, y, np.ones((100, 1)))
        size = score / np.sqrt(np.diagonal(information))
        assert (theta >= 0.0).all()
        np.testing.assert_allclose(size[theta > 0.0], 0.0, atol=0.02)
        assert (size[theta == 0.0] < 0.02).all()


@pytest.mark.slow
def test_estimate_reml__finds_the_truth() -> None:
    """Twenty simulated traits: the mean of the unconstrained h² is 0.4, and its errors are of the right size."""
    kinships = simulate_kinships(250, 2, seed=11)
    found = [estimate_reml(simulate_phenotype(kinships, (0.3, 0.1, 0.6), seed=100 + s), kinships) for s in range(20)]
    h2, se = np.array([f.h2 for f in found]), np.array([f.h2_se for f in found])
    assert abs(h2.mean() - 0.4) < 3 * h2.std(ddof=1) / math.sqrt(20)
    assert 0.6 < se.mean() / h2.std(ddof=1) < 1.6
