"""Results of REML: components, shares of the variance with delta-method errors, tests, flags with meanings."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.heritability.ai_reml import REASON_MEANINGS
from models.heritability.liability import liability_factor
from models.kinship import GrmKind
from models.significance import neg_log10_two_sided, neg_log10_upper

Array = NDArray[np.float64]
ShareScale = Literal["plain", "trace"]
"""``plain``: each component counts as it is (GCTA: V(G)/Vp); ``trace``: times its matrix's mean diagonal after
centring (GEMMA: PVE). They agree where the mean diagonal is 1."""

NOT_CONVERGED: Final = "not_converged"
NEGATIVE_COMPONENT: Final = "negative_component"
COMPONENT_AT_BOUND: Final = "component_at_bound"
H2_OUT_OF_RANGE: Final = "h2_out_of_range"
IMPRECISE: Final = "imprecise"

REML_FLAG_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        NOT_CONVERGED: "The maximum was not found; the reason says why, and the numbers are those of the last step.",
        NEGATIVE_COMPONENT: "A variance component is negative: by chance around a small one; sums stay unbiased.",
        COMPONENT_AT_BOUND: "The constraint holds a variance component at 0: it has no error, and sums are biased up.",
        H2_OUT_OF_RANGE: "The heritability lies outside 0 to 1: too few people, or matrices that do not fit them.",
        IMPRECISE: "The heritability is less than two of its standard errors from 0.",
        **REASON_MEANINGS,
    }
)
"""A sentence for each flag and reason."""


@dataclasses.dataclass(frozen=True, slots=True)
class VarianceComponent:
    """What one relationship matrix explains.

    Attributes
    ----------
    name
        Of the part of the genome.
    variance, variance_se
        The component; the error is NaN where the constraint holds it at 0.
    share, share_se
        Of the phenotypic variance, by `Reml.share_scale`, with its delta-method error.
    is_at_bound
        Whether the constraint holds it at 0.
    grm_kind, n_snps, minimum_maf, mean_diagonal
        How its matrix was made, and the mean of its diagonal over the people analysed.
    """

    name: str
    variance: float
    variance_se: float
    share: float
    share_se: float
    is_at_bound: bool
    grm_kind: GrmKind
    n_snps: int
    minimum_maf: float
    mean_diagonal: float


@dataclasses.dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """Whether a component is there, against the model without it.

    Attributes
    ----------
    name
        The component.
    statistic
        Twice the difference of the log-likelihoods, at least 0.
    neg_log10_p
        From chi² with one degree of freedom, or half of it where `is_half`.
    log_likelihood_without
        Of the model without it.
    is_half
        Whether the component is kept at or above 0, so that half of the null's statistics are 0.
    reason
        Why the model without it was not fitted; empty where it was, else statistic and p are NaN.
    """

    name: str
    statistic: float
    neg_log10_p: float
    log_likelihood_without: float
    is_half: bool
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Reml:
    """Variance components of a trait, and the heritability made of them.

    Attributes
    ----------
    components
        One a relationship matrix.
    residual_variance, residual_variance_se, phenotypic_variance, phenotypic_variance_se
        Of the rest, and of the whole.
    h2, h2_se
        Sum of the components' shares, with its delta-method error.
    share_scale
        How shares are made.
    covariance
        Of the components and the residual, ``[k + 1, k + 1]``; NaN for those at a bound.
    fixed_effects, fixed_effects_se
        Of the intercept and the covariates ``[c]``.
    log_likelihood
        Restricted, without the constant (as GCTA writes it).
    n_people, n_without_phenotype, n_without_covariate
        People analysed, and those left out.
    is_constrained
        Whether variances were kept at or above 0.
    n_iterations, path
        Steps taken, and the log-likelihood after each.
    is_converged, reason
        Whether the maximum was found, and where not why (a key of `REML_FLAG_MEANINGS`).
    tests
        Likelihood-ratio tests, where asked for.
    flags
        Keys of `REML_FLAG_MEANINGS`.
    """

    components: tuple[VarianceComponent, ...]
    residual_variance: float
    residual_variance_se: float
    phenotypic_variance: float
    phenotypic_variance_se: float
    h2: float
    h2_se: float
    share_scale: ShareScale
    covariance: Array
    fixed_effects: Array
    fixed_effects_se: Array
    log_likelihood: float
    n_people: int
    n_without_phenotype: int
    n_without_covariate: int
    is_constrained: bool
    n_iterations: int
    path: tuple[float, ...]
    is_converged: bool
    reason: str
    tests: tuple[LikelihoodRatio, ...]
    flags: tuple[str, ...]

    def to_liability(self, sample_prevalence: float, population_prevalence: float) -> tuple[float, float]:
        """The heritability of a case/control trait and its error on the liability scale.

        References
        ----------
        Lee et al. 2011, Am J Hum Genet 88:294, doi:10.1016/j.ajhg.2011.02.002, equation 23.
        """
        factor = liability_factor(sample_prevalence, population_prevalence)
        return self.h2 * factor, self.h2_se * factor


@dataclasses.dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the variance and their errors: of each component ``[k]``, of their sum, and the whole itself."""

    share: Array
    share_se: Array
    h2: float
    h2_se: float
    total: float
    total_se: float


def summarise_shares(theta: Array, covariance: Array, weight: Array) -> Shares:
    """Divide each component by the whole, by the delta method.

    Parameters
    ----------
    theta
        Components, the residual last ``[k + 1]``.
    covariance
        Of them ``[k + 1, k + 1]``; rows of NaN (held at a bound) count as known.
    weight
        What each contributes to the whole per unit ``[k + 1]``.
    """
    held = np.isnan(np.diagonal(covariance))
    known = np.zeros(theta.size, np.bool_) if held.all() else held
    filled = covariance.copy()
    filled[known, :] = filled[:, known] = 0.0
    total = float(weight @ theta)
    share = weight * theta / total
    slopes = (np.diag(weight) - np.outer(share, weight)) / total
    of_sum = slopes[:-1].sum(axis=0)
    share_se = standard_errors(slopes @ filled @ slopes.T)
    share_se[known] = np.nan
    h2_se = _root(float(of_sum @ filled @ of_sum))
    return Shares(
        share[:-1], share_se[:-1], float(share[:-1].sum()), h2_se, total, _root(float(weight @ filled @ weight))
    )


def standard_errors(covariance: Array) -> Array:
    """Square roots of the diagonal; NaN where it is negative or NaN."""
    diagonal = np.diagonal(covariance)
    return np.sqrt(np.where(diagonal >= 0.0, diagonal, np.nan))


def likelihood_ratio(
    name: str, log_likelihood: float, without: float, *, is_half: bool, reason: str = ""
) -> LikelihoodRatio:
    """Test a component from the log-likelihoods with and without it.

    References
    ----------
    Self and Liang 1987, J Am Stat Assoc 82:605, doi:10.1080/01621459.1987.10478472 (one bounded component).
    """
    if reason:
        return LikelihoodRatio(name, math.nan, math.nan, without, is_half, reason)
    statistic = max(2.0 * (log_likelihood - without), 0.0)
    # chi² with one degree of freedom is a normal deviate squared: half its tail is the normal's own
    tail = neg_log10_upper if is_half else neg_log10_two_sided
    return LikelihoodRatio(name, statistic, float(tail(math.sqrt(statistic))), without, is_half)


def reml_flags(components: tuple[VarianceComponent, ...], h2: float, h2_se: float, *, reason: str) -> tuple[str, ...]:
    """Flags in a fixed order."""
    holds = {
        NOT_CONVERGED: bool(reason),
        NEGATIVE_COMPONENT: any(component.variance < 0.0 for component in components),
        COMPONENT_AT_BOUND: any(component.is_at_bound for component in components),
        H2_OUT_OF_RANGE: not 0.0 <= h2 <= 1.0,
        IMPRECISE: not h2 >= 2.0 * h2_se,
    }
    return tuple(flag for flag, is_set in holds.items() if is_set)


def _root(variance: float) -> float:
    return math.sqrt(variance) if variance >= 0.0 else math.nan
