"""Heritability and its partition from relationship matrices, by average information REML."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.heritability.ai_reml import Maximum, RemlOptions, maximise
from models.heritability.errors import PhenotypeError
from models.heritability.reml_inputs import Design, make_design, name_matrices
from models.heritability.reml_likelihood import DenseLikelihood
from models.heritability.reml_model import PackedKinships
from models.heritability.reml_results import (
    LikelihoodRatio,
    Reml,
    ShareScale,
    VarianceComponent,
    likelihood_ratio,
    reml_flags,
    standard_errors,
    summarise_shares,
)
from models.kinship import Kinship

Array = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class RemlRequest:
    """What to estimate beside the components.

    Attributes
    ----------
    options
        Of the maximisation.
    share_scale
        How components become shares; see `ShareScale`.
    tested
        Names of the components to test by the likelihood ratio, each a fit more; None for all of them.
    """

    options: RemlOptions = dataclasses.field(default_factory=RemlOptions)
    share_scale: ShareScale = "plain"
    tested: Sequence[str] | None = ()


def estimate_reml(
    phenotype: ArrayLike,
    kinships: Sequence[Kinship],
    *,
    covariates: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    request: RemlRequest | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> Reml:
    """Estimate the variance that each relationship matrix explains, and the heritability.

    Fits ``y = X b + sum_k u_k + e`` with ``u_k ~ N(0, K_k theta_k)``.

    Parameters
    ----------
    phenotype
        ``[n_all]``, NaN where missing: such people are left out and counted.
    kinships
        Relationship matrices over all n_all people, in their order (one, one a chromosome, one an annotation). Each
        is taken once and not kept, so a sequence may read its matrices when asked for them.
    covariates
        ``[n_all, c]`` without the intercept, NaN where missing.
    names
        Of the matrices; None for "1", "2", ….
    request
        Choices; None for the unconstrained components without tests.
    on_progress
        Called with the name of each fit before it is made.

    Returns
    -------
    Reml
        Also where the maximum was not found: `Reml.is_converged` and `Reml.reason` say so.

    Raises
    ------
    PhenotypeError, SingularDesignError
        If phenotypes, covariates and matrices do not fit together, or covariates are collinear.
    BadStatisticsError
        If a matrix holds values that are not finite.

    Notes
    -----
    Heritabilities of matrices made by different conventions differ: each component carries its matrix's. Without the
    constraint components may be negative, and their sum is unbiased; with it, sums of many are biased upwards.

    References
    ----------
    Yang et al. 2011, Am J Hum Genet 88:76, doi:10.1016/j.ajhg.2010.11.011; Gilmour et al. 1995, Biometrics 51:1440,
    doi:10.2307/2533274.
    """
    request = request or RemlRequest()
    names = name_matrices(len(kinships), names)
    tested = _tested(names, request.tested)
    design = make_design(phenotype, covariates)
    model = PackedKinships(kinships, names, design)
    tell = on_progress or (lambda _: None)
    tell("all components")
    found = fit_components(model, design, request.options)
    tests = []
    for name in tested:
        if found.is_converged:
            tell(f"without {name}")
        tests.append(_test(name, names.index(name), model, design, found=found, options=request.options))
    return _summarise(found, model, design, request=request, tests=tuple(tests))


def fit_components(
    model: PackedKinships, design: Design, options: RemlOptions, *, start: Array | None = None
) -> Maximum:
    """Maximise the likelihood of the components, from equal shares of the variance unless `start` is given."""
    if start is None:
        scale = np.append(np.where(model.mean_diagonal > 0.0, model.mean_diagonal, 1.0), 1.0)
        start = design.residual_variance / scale.size / scale
    is_variance = np.ones(start.size, np.bool_)
    likelihood = DenseLikelihood(model, design.y, design.X)
    return maximise(likelihood, start=start, is_variance=is_variance, options=options)


def log_likelihood_without_any(design: Design) -> float:
    """The restricted log-likelihood with the residual alone, in closed form."""
    left = design.y.size - design.X.shape[1]
    determinant = float(np.linalg.slogdet(design.X.T @ design.X)[1])
    return float(-0.5 * (left * (math.log(design.residual_variance) + 1.0) + determinant))


def _tested(names: tuple[str, ...], tested: Sequence[str] | None) -> tuple[str, ...]:
    chosen = names if tested is None else tuple(tested)
    unknown = [name for name in chosen if name not in names]
    if unknown:
        raise PhenotypeError(f"the components {unknown} cannot be tested: there are {list(names)}")
    return chosen


def _test(
    name: str, component: int, model: PackedKinships, design: Design, *, found: Maximum, options: RemlOptions
) -> LikelihoodRatio:
    """Fit again without one component; not where the fit with it did not converge, whose likelihood says nothing."""
    is_half, reason, without = options.is_constrained, found.reason, math.nan
    if found.theta.size == 2:
        without = log_likelihood_without_any(design)
    elif not reason:
        other = fit_components(model.without(component), design, options)
        without, reason = other.log_likelihood, other.reason
    return likelihood_ratio(name, found.log_likelihood, without, is_half=is_half, reason=reason)


def _summarise(
    found: Maximum,
    model: PackedKinships,
    design: Design,
    *,
    request: RemlRequest,
    tests: tuple[LikelihoodRatio, ...],
) -> Reml:
    covariance = found.covariance
    weight = np.ones(found.theta.size)
    if request.share_scale == "trace":
        weight[:-1] = model.mean_diagonal_centred
    shares = summarise_shares(found.theta, covariance, weight)
    variance_se = standard_errors(covariance)
    components = tuple(
        VarianceComponent(
            name=about.name,
            variance=float(found.theta[k]),
            variance_se=float(variance_se[k]),
            share=float(shares.share[k]),
            share_se=float(shares.share_se[k]),
            is_at_bound=not bool(found.is_free[k]),
            grm_kind=about.grm_kind,
            n_snps=about.n_snps,
            minimum_maf=about.minimum_maf,
            mean_diagonal=about.mean_diagonal,
        )
        for k, about in enumerate(model.about)
    )
    return Reml(
        components=components,
        residual_variance=float(found.theta[-1]),
        residual_variance_se=float(variance_se[-1]),
        phenotypic_variance=shares.total,
        phenotypic_variance_se=shares.total_se,
        h2=shares.h2,
        h2_se=shares.h2_se,
        share_scale=request.share_scale,
        covariance=covariance,
        fixed_effects=found.beta,
        fixed_effects_se=standard_errors(found.beta_covariance),
        log_likelihood=found.log_likelihood,
        n_people=design.y.size,
        n_without_phenotype=design.n_without_phenotype,
        n_without_covariate=design.n_without_covariate,
        is_constrained=request.options.is_constrained,
        n_iterations=found.n_iterations,
        path=found.path,
        is_converged=found.is_converged,
        reason=found.reason,
        tests=tests,
        flags=reml_flags(components, shares.h2, shares.h2_se, reason=found.reason),
    )
