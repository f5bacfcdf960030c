"""The logistic regression without SNPs."""

import numpy as np
import pytest
from scipy.optimize import minimize

from models.association.covariate_basis import covariate_basis
from models.association.firth import fit_firth
from models.association.logistic_null import NullModelError, fit_firth_null, fit_logistic_null

N = 80
RNG = np.random.default_rng(13)
COVARIATES = RNG.normal(size=(N, 2))
OFFSET = 0.4 * RNG.normal(size=N)
OUTCOME = (RNG.random(N) < 0.3).astype(np.float64)


def test_fit_logistic_null__is_its_slow_twin() -> None:
    null = fit_logistic_null(OUTCOME, covariate_basis(COVARIATES, N), OFFSET)
    design = np.column_stack((np.ones(N), COVARIATES))
    found = minimize(
        lambda b: float(np.sum(np.logaddexp(0.0, design @ b + OFFSET) - OUTCOME * (design @ b + OFFSET))), np.zeros(3)
    )
    np.testing.assert_allclose(null.eta, design @ found.x + OFFSET, atol=1e-4)
    np.testing.assert_allclose(null.log_likelihood, -found.fun, atol=1e-9)
    np.testing.assert_allclose(design.T @ (OUTCOME - null.mu), 0.0, atol=1e-9)


def test_fit_logistic_null__of_an_intercept_alone_is_the_share_of_cases() -> None:
    null = fit_logistic_null(OUTCOME, covariate_basis(None, N), np.zeros(N))
    np.testing.assert_allclose(null.mu, OUTCOME.mean(), rtol=1e-10)


def test_weighted_rest__is_orthogonal_to_weighted_covariates() -> None:
    null = fit_logistic_null(OUTCOME, covariate_basis(COVARIATES, N), OFFSET)
    dosages = RNG.normal(size=(3, N))
    rest = null.weighted_rest(dosages)
    np.testing.assert_allclose(null.information(dosages), (rest * rest) @ null.weight, rtol=1e-10)
    np.testing.assert_allclose((rest * null.weight) @ null.covariates, 0.0, atol=1e-10)


def test_fit_firth_null__is_firths_fit_of_the_covariates() -> None:
    null = fit_firth_null(OUTCOME, covariate_basis(COVARIATES, N), OFFSET)
    design = np.column_stack((np.ones(N), COVARIATES[:, 0]))
    fit = fit_firth(OUTCOME, COVARIATES[None, :, 1], design, offset=OFFSET)
    eta = design @ fit.coefficients[0, :2] + COVARIATES[:, 1] * fit.coefficients[0, 2] + OFFSET
    np.testing.assert_allclose(null.eta, eta, atol=1e-8)


def test_fit_logistic_null__says_that_covariates_tell_cases_and_controls_apart() -> None:
    basis = covariate_basis(np.column_stack((2.0 * OUTCOME - 1.0, COVARIATES)), N)
    with pytest.raises(
        NullModelError, match=r"the null model has no finite solution .* leave out the covariate that does"
    ):
        fit_logistic_null(OUTCOME, basis, np.zeros(N))
    assert np.isfinite(fit_firth_null(OUTCOME, basis, np.zeros(N)).eta).all()


def test_fit_firth_null__says_that_it_did_not_converge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.association.logistic_null.fit_firth", _give_up)
    with pytest.raises(NullModelError, match="Firth's null model did not converge in 1 steps: leave out covariates"):
        fit_firth_null(OUTCOME, covariate_basis(COVARIATES, N), OFFSET)


def _give_up(*arguments: object, **named: object) -> object:
    from models.association.firth import FirthOptions

    return fit_firth(*arguments, **named, options=FirthOptions(n_steps=1))  # type: ignore[arg-type]
