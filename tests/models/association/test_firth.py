"""Firth's penalised logistic regression."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.association.errors import ScanOptionError, TraitError
from models.association.firth import FirthOptions, firth_likelihood_ratio, fit_firth

FloatArray = NDArray[np.float64]
N = 40


def _data(seed: int = 7, n_snps: int = 6) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    covariates = np.column_stack((np.ones(N), rng.normal(size=(N, 2))))
    dosages = rng.integers(0, 3, (n_snps, N)).astype(np.float64)
    outcome = (rng.random(N) < 0.3).astype(np.float64)
    return outcome, dosages, covariates, 0.5 * rng.normal(size=N)


def _penalised(coefficients: FloatArray, design: FloatArray, outcome: FloatArray, offset: FloatArray) -> float:
    """The definition: log-likelihood plus half the log-determinant of the information."""
    eta = design @ coefficients + offset
    mu = 1.0 / (1.0 + np.exp(-eta))
    information = (design * (mu * (1.0 - mu))[:, None]).T @ design
    return float(
        np.sum(outcome * np.log(mu) + (1.0 - outcome) * np.log1p(-mu)) + 0.5 * np.linalg.slogdet(information)[1]
    )


def _maximise(design: FloatArray, outcome: FloatArray, offset: FloatArray, n_free: int) -> tuple[FloatArray, float]:
    """Slow twin: a general optimiser on the definition, the last coefficients held at 0."""

    def cost(free: FloatArray) -> float:
        return -_penalised(np.append(free, np.zeros(design.shape[1] - n_free)), design, outcome, offset)

    found = minimize(cost, np.zeros(n_free), method="BFGS", options={"gtol": 1e-7})
    return found.x, -found.fun


def test_fit_firth__is_its_slow_twin() -> None:
    outcome, dosages, covariates, offset = _data()
    fits = fit_firth(outcome, dosages, covariates, offset=offset)
    nulls = fit_firth(outcome, dosages, covariates, offset=offset, has_no_effect=True)
    assert fits.is_converged.all()
    assert nulls.is_converged.all()
    for snp, dosage in enumerate(dosages):
        design = np.column_stack((covariates, dosage))
        coefficients, likelihood = _maximise(design, outcome, offset, 4)
        np.testing.assert_allclose(fits.coefficients[snp], coefficients, atol=1e-5)
        np.testing.assert_allclose(fits.log_likelihood[snp], likelihood, atol=1e-9)
        coefficients, likelihood = _maximise(design, outcome, offset, 3)
        np.testing.assert_allclose(nulls.coefficients[snp], [*coefficients, 0.0], atol=1e-5)
        np.testing.assert_allclose(nulls.log_likelihood[snp], likelihood, atol=1e-9)


def test_fit_firth__without_covariates_is_its_slow_twin() -> None:
    outcome, dosages, _, offset = _data(8)
    centred = dosages - dosages.mean(axis=1, keepdims=True)
    fits = fit_firth(outcome, centred, np.zeros((N, 0)), offset=offset)
    for snp, dosage in enumerate(centred):
        coefficients, likelihood = _maximise(dosage[:, None], outcome, offset, 1)
        np.testing.assert_allclose(fits.coefficients[snp], coefficients, atol=1e-5)
        np.testing.assert_allclose(fits.log_likelihood[snp], likelihood, atol=1e-9)


@pytest.mark.parametrize("table", [(3, 7, 12, 18), (0, 10, 15, 15), (9, 0, 0, 31)])
def test_fit_firth__of_a_two_by_two_table_adds_a_half_to_each_cell(table: tuple[int, int, int, int]) -> None:
    """The closed form of a saturated model with Jeffreys' prior; the last two tables have no finite plain estimate."""
    exposed_cases, exposed_controls, other_cases, other_controls = table
    outcome = np.repeat([1.0, 0.0, 1.0, 0.0], table)
    exposed = np.repeat([1.0, 1.0, 0.0, 0.0], table)
    fits = fit_firth(outcome, exposed[None], np.ones((outcome.size, 1)))
    a, b, c, d = (cell + 0.5 for cell in (exposed_cases, exposed_controls, other_cases, other_controls))
    np.testing.assert_allclose(fits.coefficients[0], [np.log(c / d), np.log(a * d / (b * c))], atol=1e-7)


def test_firth_likelihood_ratio__does_not_care_for_units_or_signs() -> None:
    outcome, dosages, covariates, offset = _data(9)
    one = firth_likelihood_ratio(outcome, dosages, covariates, offset=offset)
    turned = firth_likelihood_ratio(1.0 - outcome, dosages, covariates, offset=-offset)
    np.testing.assert_allclose(turned.beta, -one.beta, atol=1e-7)
    np.testing.assert_allclose(turned.chi2, one.chi2, atol=1e-7)
    other = firth_likelihood_ratio(
        outcome,
        5.0 * (2.0 - dosages),
        covariates @ np.array([[1.0, 3.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 0.1]]),
        offset=offset,
    )
    np.testing.assert_allclose(other.beta, -one.beta / 5.0, atol=1e-7)
    np.testing.assert_allclose(other.se, one.se / 5.0, atol=1e-7)
    np.testing.assert_allclose(other.neg_log10_p, one.neg_log10_p, atol=1e-7)


def test_firth_likelihood_ratio__of_many_is_that_of_each() -> None:
    outcome, dosages, covariates, offset = _data(10)
    many = firth_likelihood_ratio(outcome, dosages, covariates, offset=offset)
    for snp in range(len(dosages)):
        one = firth_likelihood_ratio(outcome, dosages[snp : snp + 1], covariates, offset=offset)
        np.testing.assert_allclose(
            [one.beta[0], one.se[0], one.chi2[0]], [many.beta[snp], many.se[snp], many.chi2[snp]], rtol=1e-8
        )


def test_firth_likelihood_ratio__is_finite_where_a_genotype_tells_all() -> None:
    outcome, dosages, covariates, _ = _data(11)
    dosages[0] = 2.0 * outcome
    found = firth_likelihood_ratio(outcome, dosages, covariates)
    assert found.is_converged.all()
    assert np.isfinite([found.beta[0], found.se[0]]).all()
    assert found.chi2[0] > 20.0


def test_fit_firth__gives_a_snp_up_that_is_a_covariate_or_needs_more_steps() -> None:
    outcome, dosages, covariates, _ = _data(12)
    dosages[1] = 1.0
    found = firth_likelihood_ratio(outcome, dosages, covariates)
    assert found.is_converged.tolist() == [True, False, True, True, True, True]
    assert np.isnan([found.beta[1], found.se[1], found.chi2[1], found.neg_log10_p[1]]).all()
    hasty = fit_firth(outcome, dosages[:1], covariates, options=FirthOptions(n_steps=1))
    assert not hasty.is_converged[0]
    assert hasty.n_steps[0] == 1


def test_fit_firth__refuses_what_cannot_be_fitted() -> None:
    outcome, dosages, covariates, _ = _data()
    with pytest.raises(TraitError, match=r"an outcome is 2\.0: write 1 for cases and 0 for controls"):
        fit_firth(outcome + 1.0, dosages, covariates)
    with pytest.raises(TraitError, match=r"do not fit: give \[n\], \[m, n\], \[n, c\] and \[n\]"):
        fit_firth(outcome, dosages[:, 1:], covariates)
    dosages[0, 0] = np.nan
    with pytest.raises(TraitError, match="dosages, covariates and offset must be finite"):
        fit_firth(outcome, dosages, covariates)
    with pytest.raises(
        ScanOptionError, match=r"Firth's iteration needs steps above 0, not largest_step=5.0, .*n_steps=0"
    ):
        fit_firth(outcome, dosages, covariates, options=FirthOptions(n_steps=0))
