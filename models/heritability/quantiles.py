"""Heritability over the quantiles of a continuous annotation, for which an enrichment has no meaning."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.heritability.errors import BadStatisticsError
from models.heritability.jackknife import jackknife, ratio_jackknife
from models.heritability.stratified import PartitionedHeritability
from models.significance import neg_log10_two_sided

CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class QuantileEnrichment:
    """One value for each quantile, ``[Q]``, from the lowest values of the annotation to the highest.

    Attributes
    ----------
    upper_edge
        Largest value of the annotation in the quantile.
    n_snps
        Reference SNPs in it.
    h2, h2_se
        Heritability of its SNPs by the model, summed over all annotations.
    proportion_of_h2, proportion_of_h2_se
        Its share of the heritability of all reference SNPs.
    enrichment, enrichment_se
        Share of heritability over share of SNPs.
    neg_log10_p
        Minus log10 of the two-sided normal p that its SNPs have as much heritability each as those outside.
    """

    upper_edge: NDArray[np.float64]
    n_snps: NDArray[np.int64]
    h2: NDArray[np.float64]
    h2_se: NDArray[np.float64]
    proportion_of_h2: NDArray[np.float64]
    proportion_of_h2_se: NDArray[np.float64]
    enrichment: NDArray[np.float64]
    enrichment_se: NDArray[np.float64]
    neg_log10_p: NDArray[np.float64]


def quantile_enrichment(
    partitioned: PartitionedHeritability, annotations: NDArray[np.generic], *, column: int, n_quantiles: int = 5
) -> QuantileEnrichment:
    """Heritability of the SNPs in each quantile of one annotation.

    Parameters
    ----------
    partitioned
        From `estimate_partitioned`.
    annotations
        Values of all annotations at the reference SNPs (those that m counts), ``[N, C]``, in the regression's order.
    column
        Which annotation is cut into quantiles.
    n_quantiles
        How many, 2 or more. Equal values stay together, so an annotation with many equal values gives fewer.

    Raises
    ------
    BadStatisticsError
        When shapes or numbers do not fit, a value is not finite or the annotation is constant.

    References
    ----------
    Gazal et al. 2017, Nat Genet 49:1421, doi:10.1038/ng.3954 (heritability over quintiles of an annotation).
    """
    n_annotations = partitioned.coefficient.size
    if annotations.ndim != 2 or annotations.shape[1] != n_annotations or not 0 <= column < n_annotations:
        raise BadStatisticsError(
            f"annotations of shape {annotations.shape} and column {column} do not fit {n_annotations} coefficients: "
            "give the annotations that the LD scores were computed from, in their order"
        )
    if n_quantiles < 2:
        raise BadStatisticsError(f"at least 2 quantiles are needed, not {n_quantiles}: 5 are customary")
    upper_edge, quantile = _cut(np.asarray(annotations[:, column], np.float64), n_quantiles)
    sums = _sums_by_quantile(annotations, quantile, upper_edge.size)
    return _summary(partitioned, sums, upper_edge, np.bincount(quantile, minlength=upper_edge.size))


def _cut(values: NDArray[np.float64], n_quantiles: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Upper edges of the quantiles, and the quantile of each SNP."""
    if not values.size or not np.isfinite(values).all():
        raise BadStatisticsError("the annotation has no SNP or a value that is not finite: drop SNPs without a value")
    ranks = [-(-values.size * number // n_quantiles) - 1 for number in range(1, n_quantiles + 1)]
    wanted = np.partition(values, np.unique(np.maximum(ranks, 0)))[np.maximum(ranks, 0)]
    edges = np.unique(wanted)
    if edges.size < 2:
        raise BadStatisticsError(
            f"the annotation has no quantiles: {np.mean(values == edges[0]):.1%} of its values are {edges[0]}; "
            "use the enrichment table for annotations with few values"
        )
    return edges, np.searchsorted(edges, values, side="left").astype(np.int64)


def _sums_by_quantile(
    annotations: NDArray[np.generic], quantile: NDArray[np.int64], n_quantiles: int
) -> NDArray[np.float64]:
    """Sum of each annotation over the SNPs of each quantile, ``[Q, C]``, in chunks of rows."""
    sums = np.zeros((n_quantiles, annotations.shape[1]))
    for start in range(0, quantile.size, CHUNK):
        is_member = quantile[start : start + CHUNK, None] == np.arange(n_quantiles)
        sums += is_member.T.astype(np.float64) @ annotations[start : start + CHUNK].astype(np.float64)
    return sums


def _summary(
    partitioned: PartitionedHeritability,
    sums: NDArray[np.float64],
    upper_edge: NDArray[np.float64],
    n_snps: NDArray[np.int64],
) -> QuantileEnrichment:
    deleted = partitioned.coefficient_delete_values @ sums.T
    h2 = jackknife(sums @ partitioned.coefficient, deleted)
    share = n_snps / n_snps.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        proportion = ratio_jackknife(h2.estimate / h2.estimate.sum(), deleted, deleted.sum(axis=1, keepdims=True))
        contrast = sums / n_snps[:, None] - (sums.sum(axis=0) - sums) / (n_snps.sum() - n_snps)[:, None]
        difference = contrast @ partitioned.coefficient
        variance = np.einsum("qc,cd,qd->q", contrast, partitioned.coefficient_covariance, contrast)
        z = difference / np.sqrt(np.maximum(variance, 0.0))
    return QuantileEnrichment(
        upper_edge=upper_edge,
        n_snps=n_snps,
        h2=h2.estimate,
        h2_se=h2.standard_error,
        proportion_of_h2=proportion.estimate,
        proportion_of_h2_se=proportion.standard_error,
        enrichment=proportion.estimate / share,
        enrichment_se=proportion.standard_error / share,
        neg_log10_p=neg_log10_two_sided(z),
    )
