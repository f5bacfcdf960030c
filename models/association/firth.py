"""Firth's logistic regression of many SNPs at once: finite effects where cases are few or a genotype tells all."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from models.association.errors import ScanOptionError, TraitError
from models.significance import neg_log10_two_sided

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class FirthOptions:
    """When Newton's iteration ends.

    Attributes
    ----------
    largest_step
        Bound of a coefficient's change in one step; longer steps are shortened as a whole.
    smallest_step
        Converged when no coefficient changes by more.
    n_steps
        Steps after which a SNP counts as not converged.
    n_halvings
        Halvings of a step that lowers the penalised likelihood, before the SNP is given up.
    """

    largest_step: float = 5.0
    smallest_step: float = 1e-8
    n_steps: int = 100
    n_halvings: int = 25


@dataclasses.dataclass(frozen=True, slots=True)
class FirthFits:
    """Fits of m SNPs with p coefficients each: the covariates' in their order, then the SNP's.

    Attributes
    ----------
    coefficients, standard_errors
        Log odds and the roots of the inverse information's diagonal, ``[m, p]``.
    log_likelihood
        Penalised log-likelihood, ``[m]``.
    n_steps
        Steps taken, ``[m]``.
    is_converged
        Whether the last step was small, ``[m]``; the numbers of the others are where they stopped.
    """

    coefficients: FloatArray
    standard_errors: FloatArray
    log_likelihood: FloatArray
    n_steps: NDArray[np.int64]
    is_converged: NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True)
class FirthTest:
    """Test of each SNP's effect ``[m]``, NaN where a fit did not converge.

    Attributes
    ----------
    beta, se
        Log odds of a copy of allele 1 and its standard error.
    chi2
        Twice the gain in penalised log-likelihood over an effect of 0, one degree of freedom.
    neg_log10_p
        Of `chi2`.
    is_converged
        Whether both fits converged.
    """

    beta: FloatArray
    se: FloatArray
    chi2: FloatArray
    neg_log10_p: FloatArray
    is_converged: NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True)
class _State:
    """Everything at a set of coefficients, a row a SNP."""

    coefficients: FloatArray
    score: FloatArray
    inverse: FloatArray
    log_likelihood: FloatArray


@dataclasses.dataclass(frozen=True, slots=True)
class _Model:
    """The data: outcome ``[n]``, covariates ``[n, c]``, their products in pairs, dosages ``[m, n]``, offset."""

    outcome: FloatArray
    covariates: FloatArray
    pairs: FloatArray
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    dosages: FloatArray
    offset: FloatArray

    def of(self, snps: NDArray[np.intp]) -> _Model:
        """The same for some of the SNPs."""
        if snps.size == len(self.dosages):
            return self
        return dataclasses.replace(self, dosages=self.dosages[snps])


def firth_likelihood_ratio(
    outcome: FloatArray,
    dosages: FloatArray,
    covariates: FloatArray,
    *,
    offset: FloatArray | None = None,
    options: FirthOptions | None = None,
) -> FirthTest:
    """Test each SNP by the penalised likelihood ratio.

    Parameters
    ----------
    outcome
        1 for cases, 0 for controls, ``[n]``.
    dosages
        ``[m, n]``, none missing.
    covariates
        ``[n, c]`` with the intercept, of full rank; no columns at all are allowed (for the approximate test the
        offset holds the covariates' part and the dosages are what the covariates do not explain).
    offset
        Known part of the log odds, ``[n]``; None for 0.
    options
        When the iteration ends.

    Raises
    ------
    TraitError
        If the outcome is not 0 and 1, or shapes do not fit.

    Notes
    -----
    The penalty is half the log-determinant of the information of covariates and SNP, for the effect of 0 as well
    (the covariates are fitted anew under it), as in Heinze & Schemper.

    References
    ----------
    Firth 1993, doi:10.1093/biomet/80.1.27; Heinze & Schemper 2002, doi:10.1002/sim.1047.
    """
    full = fit_firth(outcome, dosages, covariates, offset=offset, options=options)
    null = fit_firth(outcome, dosages, covariates, offset=offset, options=options, has_no_effect=True)
    is_converged = full.is_converged & null.is_converged
    with np.errstate(invalid="ignore"):  # both -inf where the SNP is a sum of covariates
        gain = np.maximum(full.log_likelihood - null.log_likelihood, 0.0)
    chi2 = np.where(is_converged, 2.0 * gain, np.nan)
    return FirthTest(
        np.where(is_converged, full.coefficients[:, -1], np.nan),
        np.where(is_converged, full.standard_errors[:, -1], np.nan),
        chi2,
        neg_log10_two_sided(np.sqrt(chi2)),
        is_converged,
    )


def fit_firth(
    outcome: FloatArray,
    dosages: FloatArray,
    covariates: FloatArray,
    *,
    offset: FloatArray | None = None,
    options: FirthOptions | None = None,
    has_no_effect: bool = False,
) -> FirthFits:
    """Maximise the penalised likelihood of each SNP.

    Parameters
    ----------
    outcome, dosages, covariates, offset, options
        As for `firth_likelihood_ratio`.
    has_no_effect
        Hold the SNPs' effects at 0 and fit the covariates alone, under the same penalty.

    Raises
    ------
    TraitError
        If the outcome is not 0 and 1, or shapes do not fit.

    Notes
    -----
    The score is ``X'(y - mu + h (1/2 - mu))`` with h the leverages of the weighted regression. All SNPs take their
    Newton steps together; those that converged leave.

    References
    ----------
    Firth 1993, doi:10.1093/biomet/80.1.27; Heinze & Schemper 2002, doi:10.1002/sim.1047, equation 2.
    """
    settings = _checked_options(options or FirthOptions())
    model = _checked_model(outcome, dosages, covariates, offset)
    n_snps, n_free = len(dosages), model.covariates.shape[1] + (not has_no_effect)
    state = _evaluate(model, np.zeros((n_snps, model.covariates.shape[1] + 1)))
    n_steps = np.zeros(n_snps, np.int64)
    is_converged = np.full(n_snps, n_free == 0)
    active = np.arange(n_snps if n_free else 0)
    for _ in range(settings.n_steps):
        if not active.size:
            break
        before = _rows(state, active)
        step = _newton_step(before, n_free, settings.largest_step)
        after, is_better = _climb(model.of(active), before, step, settings.n_halvings)
        _write(state, active, after)
        n_steps[active] += 1
        is_small = np.abs(step).max(axis=1) <= settings.smallest_step
        is_converged[active] = is_small & np.isfinite(after.log_likelihood)
        active = active[is_better & ~is_small]
    with np.errstate(invalid="ignore"):
        standard_errors = np.sqrt(np.diagonal(state.inverse, axis1=1, axis2=2))
    return FirthFits(state.coefficients, standard_errors, state.log_likelihood, n_steps, is_converged)


def _checked_options(options: FirthOptions) -> FirthOptions:
    if not (options.largest_step > 0.0 and options.smallest_step > 0.0 and options.n_steps > 0):
        raise ScanOptionError(
            f"Firth's iteration needs steps above 0, not largest_step={options.largest_step}, "
            f"smallest_step={options.smallest_step}, n_steps={options.n_steps}"
        )
    return options


def _checked_model(
    outcome: FloatArray, dosages: FloatArray, covariates: FloatArray, offset: FloatArray | None
) -> _Model:
    n_people = outcome.size
    given = np.zeros(n_people) if offset is None else offset
    fits = outcome.ndim == 1 and dosages.shape[1:] == covariates.shape[:1] == given.shape == outcome.shape
    if not fits or covariates.ndim != 2:
        raise TraitError(
            f"outcome {outcome.shape}, dosages {dosages.shape}, covariates {covariates.shape} and offset "
            f"{given.shape} do not fit: give [n], [m, n], [n, c] and [n]"
        )
    if not np.isin(outcome, (0.0, 1.0)).all():
        bad = outcome[~np.isin(outcome, (0.0, 1.0))][0]
        raise TraitError(f"an outcome is {bad}: write 1 for cases and 0 for controls, leave out the unknown")
    if not (np.isfinite(dosages).all() and np.isfinite(covariates).all() and np.isfinite(given).all()):
        raise TraitError("dosages, covariates and offset must be finite: fill missing dosages by their mean")
    rows, columns = np.triu_indices(covariates.shape[1])
    pairs = covariates[:, rows] * covariates[:, columns]
    return _Model(outcome, covariates, pairs, rows, columns, dosages, given)


def _evaluate(model: _Model, coefficients: FloatArray) -> _State:
    """Score, inverse information and penalised likelihood at given coefficients."""
    dosages, n_covariates = model.dosages, model.covariates.shape[1]
    eta = coefficients[:, :-1] @ model.covariates.T + coefficients[:, -1:] * dosages + model.offset
    mu = expit(eta)
    weight = mu * (1.0 - mu)
    information = _information(model, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        sign, log_determinant = np.linalg.slogdet(information)
    is_regular = (sign > 0) & np.isfinite(log_determinant)
    inverse = np.full_like(information, np.nan)
    inverse[is_regular] = np.linalg.inv(information[is_regular])
    pairs = inverse[:, model.rows, model.columns] * np.where(model.rows == model.columns, 1.0, 2.0)
    leverage = pairs @ model.pairs.T
    leverage += dosages * (2.0 * inverse[:, -1, :n_covariates] @ model.covariates.T + inverse[:, -1, -1:] * dosages)
    residual = model.outcome - mu + weight * leverage * (0.5 - mu)
    score = np.column_stack((residual @ model.covariates, np.einsum("ij,ij->i", residual, dosages)))
    likelihood = eta @ model.outcome - np.logaddexp(0.0, eta).sum(axis=1) + 0.5 * log_determinant
    return _State(coefficients, score, inverse, np.where(is_regular, likelihood, -np.inf))


def _information(model: _Model, weight: FloatArray) -> FloatArray:
    """Information of covariates and SNP, ``[m, p, p]``."""
    n_snps, n_covariates = len(weight), model.covariates.shape[1]
    information = np.empty((n_snps, n_covariates + 1, n_covariates + 1))
    among = weight @ model.pairs
    information[:, model.rows, model.columns] = among
    information[:, model.columns, model.rows] = among
    weighted = weight * model.dosages
    with_snp = weighted @ model.covariates
    information[:, -1, :-1] = with_snp
    information[:, :-1, -1] = with_snp
    information[:, -1, -1] = np.einsum("ij,ij->i", weighted, model.dosages)
    return information


def _newton_step(state: _State, n_free: int, largest: float) -> FloatArray:
    """Newton's step of the first `n_free` coefficients, 0 for the others, shortened to the bound."""
    step = np.zeros_like(state.coefficients)
    if n_free == step.shape[1]:
        step[:] = np.einsum("ijk,ik->ij", state.inverse, state.score)
    else:
        # The information of the free ones alone is the inverse's Schur complement: A - b b' / d.
        to_fixed, fixed = state.inverse[:, :n_free, -1], state.inverse[:, -1, -1]
        among = state.inverse[:, :n_free, :n_free] - to_fixed[:, :, None] * to_fixed[:, None, :] / fixed[:, None, None]
        step[:, :n_free] = np.einsum("ijk,ik->ij", among, state.score[:, :n_free])
    step = np.nan_to_num(step, nan=0.0, posinf=largest, neginf=-largest)
    longest = np.abs(step).max(axis=1, keepdims=True)
    return np.asarray(step * np.minimum(1.0, largest / np.maximum(longest, 1e-300)))


def _climb(model: _Model, before: _State, step: FloatArray, n_halvings: int) -> tuple[_State, NDArray[np.bool_]]:
    """Take the steps, halved where they lower the likelihood; which SNPs found no lower place."""
    after = _evaluate(model, before.coefficients + step)
    slack = 1e-10 * np.maximum(np.abs(before.log_likelihood), 1.0)
    is_better = after.log_likelihood >= before.log_likelihood - slack
    scale = 1.0
    for _ in range(n_halvings):
        worse = np.flatnonzero(~is_better)
        if not worse.size:
            break
        scale /= 2.0
        again = _evaluate(model.of(worse), before.coefficients[worse] + scale * step[worse])
        _write(after, worse, again)
        is_better[worse] = again.log_likelihood >= before.log_likelihood[worse] - slack[worse]
    return after, is_better


def _rows(state: _State, snps: NDArray[np.intp]) -> _State:
    return _State(state.coefficients[snps], state.score[snps], state.inverse[snps], state.log_likelihood[snps])


def _write(state: _State, snps: NDArray[np.intp], part: _State) -> None:
    state.coefficients[snps], state.score[snps] = part.coefficients, part.score
    state.inverse[snps], state.log_likelihood[snps] = part.inverse, part.log_likelihood
