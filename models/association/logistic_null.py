"""The logistic regression of cases on covariates alone, which every SNP of a chromosome is tested against."""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from models.association.covariate_basis import CovariateBasis
from models.association.errors import AssociationError
from models.association.firth import fit_firth

FloatArray = NDArray[np.float64]

N_STEPS: Final = 50
SMALLEST_GAIN: Final = 1e-12
"""Relative gain in log-likelihood below which the iteration has converged."""
LARGEST_LOG_ODDS: Final = 30.0
"""Fitted log odds beyond mean that covariates tell cases and controls apart."""


class NullModelError(AssociationError):
    """The model without SNPs has no finite solution, or was not found."""


@dataclasses.dataclass(frozen=True, slots=True)
class LogisticNull:
    """The fitted null model.

    Attributes
    ----------
    covariates
        Columns of the design, the intercept first, ``[n, c]``; orthogonal, of mean square 1.
    offset
        Known part of the log odds, ``[n]``.
    eta, mu, weight
        Log odds, probability of being a case, ``mu (1 - mu)``, ``[n]``.
    log_likelihood
        At the maximum (of Firth's penalised one for `fit_firth_null`).
    """

    covariates: FloatArray
    offset: FloatArray
    eta: FloatArray
    mu: FloatArray
    weight: FloatArray
    log_likelihood: float

    def information(self, dosages: FloatArray) -> FloatArray:
        """Information of each SNP once the covariates are taken out: squares of `weighted_rest`, weighted, ``[m]``."""
        weighted = self.covariates * self.weight[:, None]
        with_covariates = dosages @ weighted
        solved = cho_solve(cho_factor(self.covariates.T @ weighted), with_covariates.T).T
        return np.asarray((dosages * dosages) @ self.weight - np.einsum("ij,ij->i", with_covariates, solved))

    def weighted_rest(self, dosages: FloatArray) -> FloatArray:
        """Dosages ``[m, n]`` less their weighted regression on the covariates."""
        weighted = self.covariates * self.weight[:, None]
        factor = cho_factor(self.covariates.T @ weighted)
        return np.asarray(dosages - cho_solve(factor, (dosages @ weighted).T).T @ self.covariates.T)


def fit_logistic_null(outcome: FloatArray, basis: CovariateBasis, offset: FloatArray) -> LogisticNull:
    """Fit the covariates by maximum likelihood.

    Parameters
    ----------
    outcome
        1 for cases, 0 for controls, ``[n]``.
    basis
        Intercept and covariates.
    offset
        Known part of the log odds, ``[n]``.

    Raises
    ------
    NullModelError
        If covariates tell cases and controls apart, or the iteration does not end.
    """
    covariates = basis.columns * np.sqrt(basis.n_people)
    coefficients = np.zeros(covariates.shape[1])
    likelihood = _log_likelihood(outcome, offset)
    for _ in range(N_STEPS):
        eta = covariates @ coefficients + offset
        mu = expit(eta)
        weighted = covariates * (mu * (1.0 - mu))[:, None]
        step = np.linalg.lstsq(covariates.T @ weighted, covariates.T @ (outcome - mu), rcond=None)[0]
        coefficients, after = _climb(outcome, covariates, offset, (coefficients, step, likelihood))
        gain, likelihood = after - likelihood, after
        if gain <= SMALLEST_GAIN * abs(likelihood):
            break
    else:
        raise _separated(N_STEPS)
    null = _null(covariates, offset, covariates @ coefficients + offset, likelihood)
    if np.abs(null.eta).max() > LARGEST_LOG_ODDS + np.abs(offset).max():
        raise _separated(N_STEPS)
    return null


def fit_firth_null(outcome: FloatArray, basis: CovariateBasis, offset: FloatArray) -> LogisticNull:
    """Fit the covariates by Firth's penalised likelihood; the arguments are those of `fit_logistic_null`.

    Raises
    ------
    NullModelError
        If the iteration does not end.
    """
    covariates = basis.columns * np.sqrt(basis.n_people)
    # The last covariate takes the place of the SNP, so that the penalty is the information of the covariates alone.
    fit = fit_firth(outcome, covariates[None, :, -1], covariates[:, :-1], offset=offset)
    if not fit.is_converged[0]:
        raise NullModelError(
            f"Firth's null model did not converge in {fit.n_steps[0]} steps: leave out covariates that single out few "
            "people"
        )
    return _null(covariates, offset, covariates @ fit.coefficients[0] + offset, float(fit.log_likelihood[0]))


def _separated(n_steps: int) -> NullModelError:
    return NullModelError(
        f"the null model has no finite solution ({n_steps} steps at most, log odds within {LARGEST_LOG_ODDS:g}): the "
        "covariates tell cases and controls apart; leave out the covariate that does"
    )


def _climb(
    outcome: FloatArray,
    covariates: FloatArray,
    offset: FloatArray,
    at: tuple[FloatArray, FloatArray, float],
) -> tuple[FloatArray, float]:
    """Newton's step, halved until the likelihood does not fall."""
    coefficients, step, before = at
    for halving in range(20):
        tried = coefficients + step / 2.0**halving
        likelihood = _log_likelihood(outcome, covariates @ tried + offset)
        if likelihood >= before:
            return tried, likelihood
    return coefficients, before


def _log_likelihood(outcome: FloatArray, eta: FloatArray) -> float:
    return float(outcome @ eta - np.logaddexp(0.0, eta).sum())


def _null(covariates: FloatArray, offset: FloatArray, eta: FloatArray, log_likelihood: float) -> LogisticNull:
    mu = expit(eta)
    return LogisticNull(covariates, offset, eta, mu, mu * (1.0 - mu), log_likelihood)
