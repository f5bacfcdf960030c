"""Heritability divided over annotations that may overlap or be continuous: stratified LD score regression."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.heritability.checks import check_ld_scores, check_statistics
from models.heritability.diagnostics import heritability_flags, intercept_ratio, lambda_gc
from models.heritability.jackknife import block_separators, jackknife
from models.heritability.options import RegressionOptions
from models.heritability.regression import BlockFit, Design, block_sums, fit_blocks
from models.heritability.weights import at_least_one, expected_sample_ld, heritability_weights
from models.thousandths import ScoreMatrix

SMALLEST_MAXIMUM_CHI2 = 80.0
MAXIMUM_CHI2_PER_SAMPLE = 0.001


@dataclass(frozen=True, slots=True)
class PartitionedHeritability:
    """Heritability of each annotation, given all others.

    C is the number of annotations, B of jackknife blocks.

    Attributes
    ----------
    coefficient, coefficient_se
        tau: heritability that a SNP gains by one unit of the annotation, ``[C]``, with its error.
    coefficient_covariance
        ``[C, C]``.
    coefficient_delete_values
        tau with each block left out, ``[B, C]``.
    category_h2, category_h2_se
        ``M_c tau_c``, ``[C]``: not the heritability within the annotation where annotations overlap.
    h2, h2_se
        Their sum, the heritability of all reference SNPs.
    proportion, proportion_covariance, proportion_delete_values
        ``category_h2 / h2``, ``[C]``, its covariance by the jackknife of the ratio, ``[C, C]``, and with each block
        left out, ``[B, C]``.
    intercept, intercept_se, ratio, ratio_se, lambda_gc, mean_chi2, n_snps
        As in `Heritability`; of the SNPs that stay below the largest chi².
    maximum_chi2, n_dropped
        The largest chi² kept and how many SNPs had more.
    condition_number
        Of the weighted LD scores and intercept, each scaled to unit length.
    flags
        Names from `diagnostics.FLAG_MEANINGS`.
    """

    coefficient: NDArray[np.float64]
    coefficient_se: NDArray[np.float64]
    coefficient_covariance: NDArray[np.float64]
    coefficient_delete_values: NDArray[np.float64]
    category_h2: NDArray[np.float64]
    category_h2_se: NDArray[np.float64]
    h2: float
    h2_se: float
    proportion: NDArray[np.float64]
    proportion_covariance: NDArray[np.float64]
    proportion_delete_values: NDArray[np.float64]
    intercept: float
    intercept_se: float | None
    ratio: float | None
    ratio_se: float | None
    lambda_gc: float
    mean_chi2: float
    n_snps: int
    maximum_chi2: float
    n_dropped: int
    condition_number: float
    flags: tuple[str, ...]

    @property
    def n_blocks(self) -> int:
        """Blocks of the jackknife."""
        return int(self.coefficient_delete_values.shape[0])


@dataclass(frozen=True, slots=True)
class PartitionInputs:
    """The arrays of a stratified regression, checked.

    Attributes
    ----------
    z, n_samples, weight_ld
        ``[n]`` each.
    parts
        LD scores, ``[n, k]`` each, whose columns follow each other.
    total_ld
        Row sums over all parts, ``[n]``.
    m
        Sums of the annotations over the reference SNPs, ``[C]``.
    """

    z: NDArray[np.float64]
    n_samples: NDArray[np.float64]
    weight_ld: NDArray[np.float64]
    parts: tuple[ScoreMatrix, ...]
    total_ld: NDArray[np.float64]
    m: NDArray[np.float64]


def estimate_partitioned(
    z: NDArray[np.float64],
    n_samples: NDArray[np.float64],
    ld_scores: ScoreMatrix,
    *,
    weight_ld: NDArray[np.float64],
    m: NDArray[np.float64],
    options: RegressionOptions | None = None,
) -> PartitionedHeritability:
    """Divide the heritability of a trait over annotations.

    Regresses chi² on all LD scores at once, ``E[chi²_j] = N_j sum_c tau_c l_jc + a``, once, with weights from the
    total LD score and the means (no reweighting).

    Parameters
    ----------
    z
        z-score of each SNP, sorted by chromosome and position, ``[n]``.
    n_samples
        People behind each, ``[n]``.
    ld_scores
        LD score of each SNP with each annotation, ``[n, C]``; float32, float64 or `Thousandths` in either memory order.
        They are read where they lie, so that a large reference needs no second copy.
    weight_ld
        LD score with the SNPs of the regression only, for the weights, ``[n]``.
    m
        Sum of each annotation over the reference SNPs (by custom those with MAF above 5%), ``[C]``.
    options
        Choices; None for the published method. SNPs with chi² at or above ``maximum_chi2`` are dropped, by default
        at or above ``max(0.001 max N, 80)``.

    Raises
    ------
    HeritabilityError
        `BadStatisticsError` for values that cannot be, `TooFewSnpsError`, `SingularDesignError` naming the annotations
        that depend on each other.

    References
    ----------
    Finucane et al. 2015, Nat Genet 47:1228, doi:10.1038/ng.3404; Gazal et al. 2017, Nat Genet 49:1421,
    doi:10.1038/ng.3954 (continuous annotations).
    """
    z, n_samples = np.asarray(z, np.float64), np.asarray(n_samples, np.float64)
    weight_ld, m = np.asarray(weight_ld, np.float64), np.asarray(m, np.float64)
    check_statistics(z, n_samples, weight_ld)
    total_ld = check_ld_scores(ld_scores, z.size, m)
    inputs = PartitionInputs(z, n_samples, weight_ld, (ld_scores,), total_ld, m)
    return fit_partition(inputs, options or RegressionOptions())


def fit_partition(inputs: PartitionInputs, options: RegressionOptions) -> PartitionedHeritability:
    """Regress checked arrays; see `estimate_partitioned`."""
    chi2 = inputs.z * inputs.z
    maximum = largest_chi2(inputs.n_samples, options)
    is_kept = chi2 < maximum
    rows = None if is_kept.all() else np.flatnonzero(is_kept)
    chosen = slice(None) if rows is None else rows
    kept_chi2, kept_n = chi2[chosen], inputs.n_samples[chosen]
    separators = block_separators(kept_chi2.size, options.n_blocks)
    fixed, mean_n = options.intercept, float(kept_n.mean())
    design = Design(
        inputs.parts,
        inputs.n_samples / mean_n,
        has_intercept=fixed is None,
        rows=rows,
        names=options.column_names,
    )
    weights = _weights(inputs, chosen, kept_chi2, fixed)
    outcome = kept_chi2 if fixed is None else kept_chi2 - fixed
    fit = fit_blocks(design, block_sums(design, outcome, weights, separators))
    return _summary(fit, kept_chi2, inputs=inputs, mean_n=mean_n, maximum=maximum, fixed=fixed)


def largest_chi2(n_samples: NDArray[np.float64], options: RegressionOptions) -> float:
    """Chi² from which SNPs are dropped: as chosen, or ``max(0.001 max N, 80)``."""
    if options.maximum_chi2 is not None:
        return options.maximum_chi2
    return max(MAXIMUM_CHI2_PER_SAMPLE * float(n_samples.max(initial=0.0)), SMALLEST_MAXIMUM_CHI2)


def _weights(
    inputs: PartitionInputs, rows: slice | NDArray[np.int64], chi2: NDArray[np.float64], fixed: float | None
) -> NDArray[np.float64]:
    """Weights under the heritability that the means give: ``M (mean chi² - a) / mean(N l)``."""
    total_ld, n_samples, m = inputs.total_ld[rows], inputs.n_samples[rows], float(inputs.m.sum())
    intercept = 1.0 if fixed is None else fixed
    h2 = m * (float(chi2.mean()) - intercept) / float(np.mean(total_ld * n_samples))
    sample_ld = expected_sample_ld(total_ld, n_samples, m)
    return heritability_weights(h2, intercept, sample_ld=sample_ld, weight_ld=at_least_one(inputs.weight_ld[rows]))


def _summary(
    fit: BlockFit,
    chi2: NDArray[np.float64],
    *,
    inputs: PartitionInputs,
    mean_n: float,
    maximum: float,
    fixed: float | None,
) -> PartitionedHeritability:
    m = inputs.m
    deleted = fit.delete_values[:, : m.size] / mean_n
    tau = jackknife(fit.estimate[: m.size] / mean_n, deleted)
    category_covariance = np.outer(m, m) * tau.covariance
    h2, h2_se = float(m @ tau.estimate), float(np.sqrt(max(category_covariance.sum(), 0.0)))
    intercept, intercept_se = _intercept(fit, fixed)
    mean_chi2, category_h2 = float(chi2.mean()), m * tau.estimate
    shares = _shares(m * deleted)
    proportion = jackknife(_shares(category_h2), shares)
    ratio, ratio_se = intercept_ratio(intercept, intercept_se, mean_chi2)
    return PartitionedHeritability(
        coefficient=tau.estimate,
        coefficient_se=tau.standard_error,
        coefficient_covariance=tau.covariance,
        coefficient_delete_values=deleted,
        category_h2=category_h2,
        category_h2_se=np.sqrt(np.diag(category_covariance)),
        h2=h2,
        h2_se=h2_se,
        proportion=proportion.estimate,
        proportion_covariance=proportion.covariance,
        proportion_delete_values=shares,
        intercept=intercept,
        intercept_se=intercept_se,
        ratio=ratio,
        ratio_se=ratio_se,
        lambda_gc=lambda_gc(chi2),
        mean_chi2=mean_chi2,
        n_snps=chi2.size,
        maximum_chi2=maximum,
        n_dropped=inputs.z.size - chi2.size,
        condition_number=fit.condition_number,
        flags=heritability_flags(
            h2, h2_se, mean_chi2=mean_chi2, n_snps=chi2.size, condition_number=fit.condition_number
        ),
    )


def _intercept(fit: BlockFit, fixed: float | None) -> tuple[float, float | None]:
    if fixed is not None:
        return fixed, None
    error = jackknife(fit.estimate[-1:], fit.delete_values[:, -1:])
    return float(error.estimate[0]), float(error.standard_error[0])


def _shares(category_h2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each annotation's share of the sum over the last axis; not finite where the sum is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(category_h2 / category_h2.sum(axis=-1, keepdims=True))
