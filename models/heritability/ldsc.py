"""SNP heritability and confounding of one trait, by LD score regression on one LD score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.heritability.checks import as_columns, check_ld_scores, check_statistics
from models.heritability.diagnostics import heritability_flags, intercept_ratio, lambda_gc
from models.heritability.line import Line, LineFit, fit_line
from models.heritability.options import RegressionOptions
from models.heritability.weights import at_least_one, expected_sample_ld, heritability_weights


@dataclass(frozen=True, slots=True)
class Heritability:
    """SNP heritability on the observed scale, with what to know about it.

    Attributes
    ----------
    h2, h2_se
        Share of the trait's variance that the reference SNPs explain, with its block-jackknife error.
    intercept, intercept_se
        1 without confounding; the error is None where the intercept was fixed.
    ratio, ratio_se
        ``(intercept - 1) / (mean chi² - 1)``; None where the mean chi² is at most 1, and the error
        where the intercept was fixed.
    lambda_gc, mean_chi2
        Of the SNPs of the regression.
    n_snps
        SNPs in the regression.
    coefficient, coefficient_se
        Heritability per reference SNP, ``h2 / M``.
    flags
        Names from `diagnostics.FLAG_MEANINGS`.
    h2_delete_values, intercept_delete_values
        With each block left out, ``[B]``, where asked for (and, for the intercept, estimated).
    """

    h2: float
    h2_se: float
    intercept: float
    intercept_se: float | None
    ratio: float | None
    ratio_se: float | None
    lambda_gc: float
    mean_chi2: float
    n_snps: int
    coefficient: float
    coefficient_se: float
    flags: tuple[str, ...]
    h2_delete_values: NDArray[np.float64] | None = None
    intercept_delete_values: NDArray[np.float64] | None = None


def estimate_heritability(
    z: NDArray[np.float64],
    n_samples: NDArray[np.float64],
    ld_scores: NDArray[np.floating],
    *,
    weight_ld: NDArray[np.float64],
    m: float,
    options: RegressionOptions | None = None,
) -> Heritability:
    """Estimate the heritability of a trait by LD score regression.

    Regresses chi² on ``N l``: ``E[chi²_j] = N_j (h2 / M) l_j + a``, reweighted twice; by default in two steps.

    Parameters
    ----------
    z
        z-score of each SNP, sorted by chromosome and position, ``[n]``.
    n_samples
        People behind each, ``[n]``.
    ld_scores
        LD score of each, ``[n]`` or ``[n, 1]``.
    weight_ld
        LD score with the SNPs of the regression only, for the weights, ``[n]``.
    m
        Reference SNPs that the LD scores sum over (by custom those with MAF above 5%).
    options
        Choices; None for the published method.

    Raises
    ------
    HeritabilityError
        `BadStatisticsError` for values that cannot be, `TooFewSnpsError`, `SingularDesignError`.

    Notes
    -----
    Needs z that were not corrected by genomic control, LD scores of the same ancestry, and a polygenic trait.

    References
    ----------
    Bulik-Sullivan et al. 2015, Nat Genet 47:291, doi:10.1038/ng.3211.
    """
    options = options or RegressionOptions()
    z, n_samples = np.asarray(z, np.float64), np.asarray(n_samples, np.float64)
    weight_ld = np.asarray(weight_ld, np.float64)
    check_statistics(z, n_samples, weight_ld)
    scores = check_ld_scores(as_columns(ld_scores), z.size, np.array([float(m)]))
    if options.maximum_chi2 is not None:
        kept = z * z < options.maximum_chi2
        z, n_samples, scores, weight_ld = z[kept], n_samples[kept], scores[kept], weight_ld[kept]
    line = heritability_line(z, n_samples, scores, weight_ld=weight_ld, m=float(m), intercept=options.intercept)
    return summarise_line(line, fit_heritability(line, options), keep_delete_values=options.keep_delete_values)


def heritability_line(
    z: NDArray[np.float64],
    n_samples: NDArray[np.float64],
    ld_scores: NDArray[np.float64],
    *,
    weight_ld: NDArray[np.float64],
    m: float,
    intercept: float | None,
) -> Line:
    """The regression of chi² on the LD score, from checked arrays of one length."""
    sample_ld, weight = expected_sample_ld(ld_scores, n_samples, m), at_least_one(weight_ld)

    def weigh(total: float, intercept: float) -> NDArray[np.float64]:
        return heritability_weights(total, intercept, sample_ld=sample_ld, weight_ld=weight)

    def weigh_n_twice(total: float, intercept: float) -> NDArray[np.float64]:
        twice = expected_sample_ld(ld_scores * n_samples / n_samples.mean(), n_samples, m)
        return heritability_weights(total, intercept, sample_ld=twice, weight_ld=weight)

    return Line(z * z, n_samples, ld_scores, m, 1.0, intercept, weigh, weigh_n_twice)


def fit_heritability(line: Line, options: RegressionOptions) -> LineFit:
    """Fit in two steps where the options ask for them and the intercept is free, else in one."""
    cutoff = options.two_step_cutoff
    is_first_step = None if cutoff is None or line.fixed_intercept is not None else line.outcome < cutoff
    return fit_line(line, options.n_blocks, is_first_step=is_first_step, is_compat=options.is_compat)


def summarise_line(line: Line, fit: LineFit, *, keep_delete_values: bool) -> Heritability:
    """Turn the fitted line of chi² into a heritability."""
    m, mean_chi2 = line.n_reference_snps, float(line.outcome.mean())
    h2, h2_se = m * fit.coefficient, m * fit.coefficient_se
    ratio, ratio_se = intercept_ratio(fit.intercept, fit.intercept_se, mean_chi2)
    return Heritability(
        h2=h2,
        h2_se=h2_se,
        intercept=fit.intercept,
        intercept_se=fit.intercept_se,
        ratio=ratio,
        ratio_se=ratio_se,
        lambda_gc=lambda_gc(line.outcome),
        mean_chi2=mean_chi2,
        n_snps=line.outcome.size,
        coefficient=fit.coefficient,
        coefficient_se=fit.coefficient_se,
        flags=heritability_flags(h2, h2_se, mean_chi2=mean_chi2, n_snps=line.outcome.size),
        h2_delete_values=m * fit.coefficient_delete_values if keep_delete_values else None,
        intercept_delete_values=fit.intercept_delete_values if keep_delete_values else None,
    )
