"""Genetic covariance and correlation of two traits, by cross-trait LD score regression."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.heritability.checks import as_columns, check_ld_scores, check_statistics
from models.heritability.diagnostics import (
    FEW,
    LARGEST_RG,
    LOW_CHI2,
    RATIO_UNSTABLE,
    RG_ERROR_UNDEFINED,
    RG_OUT_OF_BOUNDS,
    RG_UNDEFINED,
)
from models.heritability.errors import BadStatisticsError
from models.heritability.jackknife import ratio_jackknife
from models.heritability.ldsc import Heritability, fit_heritability, heritability_line, summarise_line
from models.heritability.liability import covariance_to_liability
from models.heritability.line import Line, LineFit, fit_line
from models.heritability.options import RegressionOptions
from models.heritability.weights import at_least_one, covariance_weights, expected_sample_ld
from models.significance import neg_log10_two_sided


@dataclass(frozen=True, slots=True)
class TraitZ:
    """Summary statistics of one trait, of the same effect alleles as the other trait's.

    Attributes
    ----------
    z, n_samples
        z-score of each SNP and the people behind it, ``[n]``.
    sample_prevalence, population_prevalence
        Shares of cases, both or neither; None for a quantitative trait.
    intercept
        Fixes this trait's intercept; None leaves it to the options.
    """

    z: NDArray[np.float64]
    n_samples: NDArray[np.float64]
    sample_prevalence: float | None = None
    population_prevalence: float | None = None
    intercept: float | None = None

    @property
    def prevalence(self) -> tuple[float, float] | None:
        """Sample and population prevalence, None for a quantitative trait."""
        if self.sample_prevalence is None or self.population_prevalence is None:
            return None
        return self.sample_prevalence, self.population_prevalence


@dataclass(frozen=True, slots=True)
class GeneticCovariance:
    """Genetic covariance of two traits on the observed scale.

    Attributes
    ----------
    total, total_se, z, neg_log10_p
        Genetic covariance, its error, their ratio and its two-sided normal p.
    total_liability, total_liability_se
        On the liability scale; None where neither trait has prevalences.
    intercept, intercept_se
        From people in both studies; the error is None where it was fixed.
    mean_z1z2
        Mean product of the z.
    coefficient, coefficient_se
        Genetic covariance per reference SNP.
    """

    total: float
    total_se: float
    z: float
    neg_log10_p: float
    total_liability: float | None
    total_liability_se: float | None
    intercept: float
    intercept_se: float | None
    mean_z1z2: float
    coefficient: float
    coefficient_se: float


@dataclass(frozen=True, slots=True)
class GeneticCorrelation:
    """Genetic correlation of two traits with what it was made from.

    Attributes
    ----------
    rg, rg_se, z, neg_log10_p
        Genetic correlation, its error by the jackknife of the ratio, their ratio and its two-sided normal p. None
        where a heritability is not positive; the error alone None where one becomes so once a block is left out.
    rg_jackknife
        The jackknife estimate.
    genetic_covariance
        The covariance.
    heritability_1, heritability_2
        Of the SNPs that both traits have; in one step unless the options say otherwise.
    n_snps
        SNPs in the regression.
    flags
        Names from `diagnostics.FLAG_MEANINGS`.
    """

    rg: float | None
    rg_se: float | None
    z: float | None
    neg_log10_p: float | None
    rg_jackknife: float | None
    genetic_covariance: GeneticCovariance
    heritability_1: Heritability
    heritability_2: Heritability
    n_snps: int
    flags: tuple[str, ...]


def estimate_genetic_correlation(
    first: TraitZ,
    second: TraitZ,
    ld_scores: NDArray[np.floating],
    *,
    weight_ld: NDArray[np.float64],
    m: float,
    options: RegressionOptions | None = None,
) -> GeneticCorrelation:
    """Estimate the genetic correlation of two traits; people may be in both studies.

    Regresses ``z1 z2`` on ``sqrt(N1 N2) l``: ``E[z1 z2] = sqrt(N1 N2) (rho / M) l + a``, and each trait's chi² as
    `estimate_heritability` does, all on the same SNPs.

    Parameters
    ----------
    first, second
        Statistics of the same SNPs and effect alleles, sorted by chromosome and position.
    ld_scores, weight_ld, m
        As in `estimate_heritability`.
    options
        Choices; None for those of the reference program, which never takes two steps here (``rg_uses_two_step``).

    Returns
    -------
    GeneticCorrelation
        ``rg = rho / sqrt(h2_1 h2_2)``; never withheld for being beyond 1, see the flags.

    Raises
    ------
    HeritabilityError
        `BadStatisticsError` for values that cannot be, `TooFewSnpsError`, `SingularDesignError`.

    References
    ----------
    Bulik-Sullivan et al. 2015, Nat Genet 47:1236, doi:10.1038/ng.3406.
    """
    options = options or RegressionOptions()
    chosen = options if options.rg_uses_two_step else replace(options, two_step_cutoff=None)
    pair = _check_pair(first, second, ld_scores, weight_ld=weight_ld, m=m)
    pair = pair if options.maximum_chi2 is None else _below(pair, options.maximum_chi2)
    lines = [_trait_line(pair, trait, options.intercept) for trait in (pair.first, pair.second)]
    fits = [fit_heritability(line, chosen) for line in lines]
    covariance_line = _covariance_line(pair, lines, fits, intercept=options.covariance_intercept)
    cutoff = chosen.two_step_cutoff
    is_first_step = None if cutoff is None else (lines[0].outcome < cutoff) & (lines[1].outcome < cutoff)
    covariance = fit_line(covariance_line, options.n_blocks, is_first_step=is_first_step)
    heritability_1, heritability_2 = (
        summarise_line(line, fit, keep_delete_values=options.keep_delete_values)
        for line, fit in zip(lines, fits, strict=True)
    )
    rg = _correlation(fits, covariance)
    return GeneticCorrelation(
        rg=rg.rg,
        rg_se=rg.error,
        z=None if rg.rg is None or not rg.error else rg.rg / rg.error,
        neg_log10_p=None if rg.rg is None or not rg.error else float(neg_log10_two_sided(rg.rg / rg.error)),
        rg_jackknife=rg.mean,
        genetic_covariance=_covariance(pair, covariance_line, covariance),
        heritability_1=heritability_1,
        heritability_2=heritability_2,
        n_snps=covariance_line.outcome.size,
        flags=_flags(rg, heritability_1, heritability_2),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Checked arrays of the SNPs of both traits."""

    first: TraitZ
    second: TraitZ
    ld_scores: NDArray[np.float64]
    weight_ld: NDArray[np.float64]
    m: float


@dataclass(frozen=True, slots=True)
class _Ratio:
    """rg, its error and its jackknife estimate, None where there is none."""

    rg: float | None = None
    error: float | None = None
    mean: float | None = None


def _check_pair(
    first: TraitZ,
    second: TraitZ,
    ld_scores: NDArray[np.floating],
    *,
    weight_ld: NDArray[np.float64],
    m: float,
) -> _Pair:
    weight = np.asarray(weight_ld, np.float64)
    checked = []
    for trait, name in ((first, "the first trait"), (second, "the second trait")):
        z, n_samples = np.asarray(trait.z, np.float64), np.asarray(trait.n_samples, np.float64)
        check_statistics(z, n_samples, weight, trait=name)
        if (trait.sample_prevalence is None) != (trait.population_prevalence is None):
            raise BadStatisticsError(
                f"{name} has a sample prevalence of {trait.sample_prevalence} and a population prevalence of "
                f"{trait.population_prevalence}: give both or neither"
            )
        checked.append(replace(trait, z=z, n_samples=n_samples))
    scores = check_ld_scores(as_columns(ld_scores), weight.size, np.array([float(m)]))
    return _Pair(checked[0], checked[1], scores, weight, float(m))


def _below(pair: _Pair, maximum_chi2: float) -> _Pair:
    """The SNPs whose z1² z2² is below the square of the largest chi²."""
    kept = (pair.first.z * pair.second.z) ** 2 < maximum_chi2**2
    first, second = (replace(t, z=t.z[kept], n_samples=t.n_samples[kept]) for t in (pair.first, pair.second))
    return _Pair(first, second, pair.ld_scores[kept], pair.weight_ld[kept], pair.m)


def _trait_line(pair: _Pair, trait: TraitZ, intercept: float | None) -> Line:
    return heritability_line(
        trait.z,
        trait.n_samples,
        pair.ld_scores,
        weight_ld=pair.weight_ld,
        m=pair.m,
        intercept=intercept if trait.intercept is None else trait.intercept,
    )


def _covariance_line(pair: _Pair, lines: list[Line], fits: list[LineFit], *, intercept: float | None) -> Line:
    """The regression of z1 z2, weighted by the traits' fitted heritabilities and intercepts."""
    n_samples = np.sqrt(pair.first.n_samples * pair.second.n_samples)
    variance_1, variance_2 = (
        fit.intercept
        + min(max(pair.m * fit.coefficient, 0.0), 1.0) * expected_sample_ld(pair.ld_scores, line.n_samples, pair.m)
        for line, fit in zip(lines, fits, strict=True)
    )
    sample_ld, weight_ld = expected_sample_ld(pair.ld_scores, n_samples, pair.m), at_least_one(pair.weight_ld)

    def weigh(total: float, intercept: float) -> NDArray[np.float64]:
        covariance = min(max(total, -1.0), 1.0) * sample_ld + intercept
        return covariance_weights(variance_1, variance_2, covariance, weight_ld=weight_ld)

    return Line(pair.first.z * pair.second.z, n_samples, pair.ld_scores, pair.m, 0.0, intercept, weigh)


def _covariance(pair: _Pair, line: Line, fit: LineFit) -> GeneticCovariance:
    total, total_se = pair.m * fit.coefficient, pair.m * fit.coefficient_se
    prevalences = pair.first.prevalence, pair.second.prevalence
    is_liability = prevalences != (None, None)
    z = total / total_se if total_se > 0.0 else float("nan")
    return GeneticCovariance(
        total=total,
        total_se=total_se,
        z=z,
        neg_log10_p=float(neg_log10_two_sided(z)),
        total_liability=covariance_to_liability(total, *prevalences) if is_liability else None,
        total_liability_se=covariance_to_liability(total_se, *prevalences) if is_liability else None,
        intercept=fit.intercept,
        intercept_se=fit.intercept_se,
        mean_z1z2=float(line.outcome.mean()),
        coefficient=fit.coefficient,
        coefficient_se=fit.coefficient_se,
    )


def _correlation(fits: list[LineFit], covariance: LineFit) -> _Ratio:
    """Genetic correlation from slopes, with blocks left out of all three at once."""
    if any(fit.coefficient <= 0.0 for fit in fits):
        return _Ratio()
    rg = covariance.coefficient / float(np.sqrt(fits[0].coefficient * fits[1].coefficient))
    deleted = [fit.coefficient_delete_values for fit in fits]
    if any((values <= 0.0).any() for values in deleted):
        return _Ratio(rg)
    denominators = np.sqrt(deleted[0] * deleted[1])
    numerators = covariance.coefficient_delete_values
    error = ratio_jackknife(np.array([rg]), numerators[:, None], denominators[:, None])
    return _Ratio(rg, float(error.standard_error[0]), float(error.mean[0]))


def _flags(rg: _Ratio, heritability_1: Heritability, heritability_2: Heritability) -> tuple[str, ...]:
    """Flags of the correlation; those of one trait alone stay with its heritability."""
    either = {*heritability_1.flags, *heritability_2.flags}
    holds = {
        RG_UNDEFINED: rg.rg is None,
        RG_ERROR_UNDEFINED: rg.rg is not None and rg.error is None,
        RG_OUT_OF_BOUNDS: rg.rg is not None and abs(rg.rg) > LARGEST_RG,
        RATIO_UNSTABLE: RATIO_UNSTABLE in either,
        LOW_CHI2: LOW_CHI2 in either,
        FEW: FEW in either,
    }
    return tuple(flag for flag, is_set in holds.items() if is_set)
