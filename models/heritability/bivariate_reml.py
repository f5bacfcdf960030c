"""Genetic correlation of two traits from a relationship matrix, by bivariate REML."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.heritability.ai_reml import REASON_MEANINGS, Likelihood, Maximum, RemlOptions, maximise
from models.heritability.bivariate_likelihood import IS_VARIANCE, N_COMPONENTS, BlockPairs, RotatedPairs
from models.heritability.errors import BadStatisticsError, PhenotypeError
from models.heritability.liability import covariance_to_liability
from models.heritability.reml_inputs import Design, make_design
from models.heritability.reml_likelihood import DenseLikelihood
from models.heritability.reml_results import (
    NOT_CONVERGED,
    LikelihoodRatio,
    ShareScale,
    likelihood_ratio,
    standard_errors,
)
from models.kinship import GrmKind, Kinship

Array = NDArray[np.float64]

RG_OUT_OF_BOUNDS: Final = "rg_out_of_bounds"
RG_UNDEFINED: Final = "rg_undefined"
NO_SHARED_PEOPLE: Final = "no_shared_people"

BIVARIATE_FLAG_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        NOT_CONVERGED: "The maximum was not found; the reason says why, and the numbers are those of the last step.",
        RG_OUT_OF_BOUNDS: "The genetic correlation is beyond 1: by chance around a strong one, or from too few people.",
        RG_UNDEFINED: "A genetic variance is not positive, so there is no genetic correlation.",
        NO_SHARED_PEOPLE: "Nobody has both traits, so the residual covariance is taken as 0 and not estimated.",
        **REASON_MEANINGS,
    }
)
"""A sentence for each flag and reason."""


@dataclasses.dataclass(frozen=True, slots=True)
class BivariateRequest:
    """What to estimate beside the components.

    Attributes
    ----------
    options
        Of the maximisation. The constraint keeps variances at or above 0; the correlation is never held below 1.
    share_scale
        How the genetic variances become heritabilities; see `reml_results.ShareScale`.
    is_rg_tested
        Whether to fit again with the genetic covariance held at 0.
    """

    options: RemlOptions = dataclasses.field(default_factory=RemlOptions)
    share_scale: ShareScale = "plain"
    is_rg_tested: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class BivariateReml:
    """Genetic and residual covariance of two traits.

    Attributes
    ----------
    genetic_covariance, genetic_covariance_se, residual_covariance, residual_covariance_se
        Symmetric ``[2, 2]``: Vg and Ve with their errors.
    h2, h2_se
        ``w Vg / (w Vg + Ve)`` of each trait ``[2]``, w being 1 or the mean diagonal by `share_scale`, with its
        delta-method error.
    share_scale
        How heritabilities are made.
    genetic_correlation, genetic_correlation_se
        rg; NaN where a genetic variance is not positive.
    test_of_no_correlation
        Likelihood ratio against rg = 0, chi² with one degree of freedom; None where not asked for.
    component_covariance
        Of the six components in the order of `bivariate_likelihood`, ``[6, 6]``.
    fixed_effects, fixed_effects_se
        Of the first trait, then the second.
    log_likelihood
        Restricted, without the constant; see `bivariate_likelihood.log_likelihood_constant`.
    n_people
        With the first trait, with the second, with both.
    grm_kind, n_snps, minimum_maf, mean_diagonal
        How the relationship matrix was made, and the mean of its diagonal over everybody.
    n_iterations, path, is_converged, reason, flags
        As in `reml_results.Reml`; see `BIVARIATE_FLAG_MEANINGS`.
    """

    genetic_covariance: Array
    genetic_covariance_se: Array
    residual_covariance: Array
    residual_covariance_se: Array
    h2: Array
    h2_se: Array
    share_scale: ShareScale
    genetic_correlation: float
    genetic_correlation_se: float
    test_of_no_correlation: LikelihoodRatio | None
    component_covariance: Array
    fixed_effects: Array
    fixed_effects_se: Array
    log_likelihood: float
    n_people: tuple[int, int, int]
    grm_kind: GrmKind
    n_snps: int
    minimum_maf: float
    mean_diagonal: float
    n_iterations: int
    path: tuple[float, ...]
    is_converged: bool
    reason: str
    flags: tuple[str, ...]

    def covariance_to_liability(
        self, first: tuple[float, float] | None, second: tuple[float, float] | None
    ) -> tuple[float, float]:
        """The genetic covariance of standardised traits and its error, on the liability scale of case/control ones.

        Parameters
        ----------
        first, second
            Sample and population prevalence of each; None for a quantitative trait. The correlation itself is the
            same on every scale.
        """
        spread = math.sqrt(float(np.prod(np.diagonal(self.genetic_covariance + self.residual_covariance))))
        values = (self.genetic_covariance[0, 1] / spread, self.genetic_covariance_se[0, 1] / spread)
        on_scale = [covariance_to_liability(float(value), first, second) for value in values]
        return on_scale[0], on_scale[1]


def estimate_bivariate_reml(
    phenotypes: ArrayLike,
    kinship: Kinship,
    *,
    covariates: ArrayLike | None = None,
    request: BivariateRequest | None = None,
) -> BivariateReml:
    """Estimate the genetic correlation of two traits.

    Parameters
    ----------
    phenotypes
        ``[n_all, 2]``, NaN where missing; people with one trait only count where they have it.
    kinship
        Relationship matrix of all n_all people, in their order.
    covariates
        ``[n_all, c]`` without the intercept, for both traits, each with effects of its own.
    request
        Choices; None for the unconstrained components without a test.

    Returns
    -------
    BivariateReml
        Also where the maximum was not found: `BivariateReml.reason` says why.

    Raises
    ------
    PhenotypeError, SingularDesignError, BadStatisticsError
        As for `reml.estimate_reml`.

    Notes
    -----
    Where all have both traits the relationship matrix is decomposed once and each step is linear in n; else each step
    costs the cube of the people of both traits together.

    References
    ----------
    Lee et al. 2012, Bioinformatics 28:2540, doi:10.1093/bioinformatics/bts474; Zhou and Stephens 2014, Nat Methods
    11:407, doi:10.1038/nmeth.2848.
    """
    request = request or BivariateRequest()
    Y = np.asarray(phenotypes, np.float64)
    if Y.ndim != 2 or Y.shape[1] != 2:
        raise PhenotypeError(f"two traits are [people, 2], not {Y.shape}: give a column for each")
    first, second = (make_design(Y[:, at], covariates, trait=f"trait {at + 1}") for at in (0, 1))
    _check_matrix(kinship, first, second)
    n_shared = np.intersect1d(first.people, second.people).size
    likelihood = _likelihood(kinship, first, second)
    is_held = np.zeros(N_COMPONENTS, np.bool_)
    is_held[4] = not n_shared
    start = _start(first, second, kinship)
    found = maximise(likelihood, start=start, is_variance=IS_VARIANCE, options=request.options, is_held=is_held)
    test = _test_rg(likelihood, found, options=request.options, is_held=is_held) if request.is_rg_tested else None
    weight = np.ones(2)
    if request.share_scale == "trace":
        weight[:] = [_mean_diagonal_centred(kinship, design.people) for design in (first, second)]
    n_people = (first.people.size, second.people.size, n_shared)
    result = _summarise(found, kinship, n_people=n_people, test=test, weight=weight)
    return dataclasses.replace(result, share_scale=request.share_scale)


def genetic_correlation(theta: Array, covariance: Array) -> tuple[float, float]:
    """``rg = g12 / sqrt(g11 g22)`` and its delta-method error from the six components; NaN where it is not defined."""
    g11, g12, g22 = theta[:3]
    if not (g11 > 0.0 and g22 > 0.0):
        return math.nan, math.nan
    rg = float(g12 / math.sqrt(g11 * g22))
    slope = np.array([-0.5 * rg / g11, 1.0 / math.sqrt(g11 * g22), -0.5 * rg / g22])
    variance = float(slope @ covariance[:3, :3] @ slope)
    return rg, math.sqrt(variance) if variance >= 0.0 else math.nan


def _likelihood(kinship: Kinship, first: Design, second: Design) -> Likelihood:
    """Rotated pairs where the people are the same, dense blocks where they are not."""
    if np.array_equal(first.people, second.people):
        of_people = kinship.matrix[np.ix_(first.people, first.people)]
        return RotatedPairs(of_people, np.column_stack((first.y, second.y)), first.X)
    X = np.zeros((first.y.size + second.y.size, first.X.shape[1] + second.X.shape[1]))
    X[: first.y.size, : first.X.shape[1]] = first.X
    X[first.y.size :, first.X.shape[1] :] = second.X
    model = BlockPairs(kinship.matrix, first.people, second.people)
    return DenseLikelihood(model, np.concatenate((first.y, second.y)), X)


def _start(first: Design, second: Design, kinship: Kinship) -> Array:
    """Half of each trait's variance genetic, no covariance."""
    diagonal = float(np.mean(np.diagonal(kinship.matrix)[first.people], dtype=np.float64))
    half = 0.5 * np.array([first.residual_variance, 0.0, second.residual_variance])
    return np.concatenate((half / (diagonal if diagonal > 0.0 else 1.0), half))


def _test_rg(
    likelihood: Likelihood, found: Maximum, *, options: RemlOptions, is_held: NDArray[np.bool_]
) -> LikelihoodRatio:
    """Fit again with the genetic covariance held at 0."""
    start = np.where(IS_VARIANCE, np.maximum(found.theta, 1e-6 * np.abs(found.theta).max()), 0.0)
    held = is_held | (np.arange(N_COMPONENTS) == 1)
    without = maximise(likelihood, start=start, is_variance=IS_VARIANCE, options=options, is_held=held)
    reason = found.reason or without.reason
    return likelihood_ratio("rg", found.log_likelihood, without.log_likelihood, is_half=False, reason=reason)


def _check_matrix(kinship: Kinship, first: Design, second: Design) -> None:
    if kinship.matrix.shape != (first.n_all, first.n_all):
        raise PhenotypeError(
            f"the relationship matrix has shape {kinship.matrix.shape} for {first.n_all} phenotypes: give both for the "
            "same people in the same order"
        )
    people = np.union1d(first.people, second.people)
    if not np.isfinite(kinship.matrix[np.ix_(people, people)].sum(dtype=np.float64)):
        raise BadStatisticsError(
            "the relationship matrix holds a value that is not finite: people without genotypes must be left out"
        )


def _mean_diagonal_centred(kinship: Kinship, people: NDArray[np.int64]) -> float:
    """Mean diagonal of the people's matrix with row and column means taken off."""
    chosen = kinship.matrix[np.ix_(people, people)]
    total = float(chosen.sum(dtype=np.float64))
    return (float(np.trace(chosen, dtype=np.float64)) - total / people.size) / people.size


def _summarise(
    found: Maximum,
    kinship: Kinship,
    *,
    n_people: tuple[int, int, int],
    test: LikelihoodRatio | None,
    weight: Array,
) -> BivariateReml:
    theta, covariance = found.theta, found.covariance
    se = standard_errors(covariance)
    rg, rg_se = genetic_correlation(theta, covariance)
    h2, h2_se = np.transpose([_h2(theta, covariance, at, weight=weight[at // 2]) for at in (0, 2)])
    holds = {
        NOT_CONVERGED: bool(found.reason),
        RG_UNDEFINED: math.isnan(rg),
        RG_OUT_OF_BOUNDS: abs(rg) > 1.0,
        NO_SHARED_PEOPLE: not n_people[2],
    }
    return BivariateReml(
        genetic_covariance=_square(theta[:3]),
        genetic_covariance_se=_square(se[:3]),
        residual_covariance=_square(theta[3:]),
        residual_covariance_se=_square(se[3:]),
        h2=h2,
        h2_se=h2_se,
        share_scale="plain",
        genetic_correlation=rg,
        genetic_correlation_se=rg_se,
        test_of_no_correlation=test,
        component_covariance=covariance,
        fixed_effects=found.beta,
        fixed_effects_se=standard_errors(found.beta_covariance),
        log_likelihood=found.log_likelihood,
        n_people=n_people,
        grm_kind=kinship.kind,
        n_snps=kinship.n_snps,
        minimum_maf=kinship.minimum_maf,
        mean_diagonal=kinship.trace / kinship.n_people,
        n_iterations=found.n_iterations,
        path=found.path,
        is_converged=found.is_converged,
        reason=found.reason,
        flags=tuple(flag for flag, is_set in holds.items() if is_set),
    )


def _h2(theta: Array, covariance: Array, trait: int, *, weight: float) -> tuple[float, float]:
    """``w g / (w g + e)`` of the trait whose genetic variance is at `trait`, and its error."""
    g, e = weight * theta[trait], theta[trait + 3]
    slope = np.array([weight * e, -g]) / (g + e) ** 2
    rows = np.ix_([trait, trait + 3], [trait, trait + 3])
    variance = float(slope @ covariance[rows] @ slope)
    return float(g / (g + e)), math.sqrt(variance) if variance >= 0.0 else math.nan


def _square(values: Array) -> Array:
    """``[[a, b], [b, c]]`` of a, b, c."""
    return np.array([[values[0], values[1]], [values[1], values[2]]])
