"""The enrichment table of annotations that overlap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.heritability.errors import BadStatisticsError
from models.heritability.jackknife import jackknife
from models.heritability.stratified import PartitionedHeritability
from models.significance import neg_log10_two_sided, neg_log10_two_sided_t

WHOLE = 1.0 - 1e-12
"""Share of the reference SNPs from which an annotation holds them all, so that nothing is outside it."""


@dataclass(frozen=True, slots=True)
class Enrichment:
    """One value for each annotation, ``[C]``; NaN where there is none.

    Attributes
    ----------
    proportion_of_snps
        Sum of the annotation over the reference SNPs, over their number.
    proportion_of_h2, proportion_of_h2_se
        Share of the heritability of the SNPs in the annotation, those it shares with other annotations included.
    enrichment, enrichment_se
        Its ratio to `proportion_of_snps`. Has no meaning for continuous annotations: see `quantile_enrichment`.
    neg_log10_p
        Minus log10 of the two-sided p that a SNP within has as much heritability as one outside (Student's t with a
        degree of freedom for each block); NaN for an annotation of all SNPs.
    tau, tau_se, tau_z
        Heritability a SNP gains by one unit of the annotation, given all others.
    tau_neg_log10_p
        Minus log10 of its two-sided normal p.
    """

    proportion_of_snps: NDArray[np.float64]
    proportion_of_h2: NDArray[np.float64]
    proportion_of_h2_se: NDArray[np.float64]
    enrichment: NDArray[np.float64]
    enrichment_se: NDArray[np.float64]
    neg_log10_p: NDArray[np.float64]
    tau: NDArray[np.float64]
    tau_se: NDArray[np.float64]
    tau_z: NDArray[np.float64]
    tau_neg_log10_p: NDArray[np.float64]


def summarise_enrichment(
    partitioned: PartitionedHeritability,
    *,
    overlap: NDArray[np.float64],
    m: NDArray[np.float64],
    n_reference_snps: float,
) -> Enrichment:
    """Share of heritability, enrichment and their errors of annotations that overlap.

    Parameters
    ----------
    partitioned
        From `estimate_partitioned`.
    overlap
        ``A'A`` over the reference SNPs (those with MAF above 5% where m counts those), ``[C, C]``.
    m
        Column sums of A over the same SNPs, ``[C]``.
    n_reference_snps
        Number of these SNPs.

    Returns
    -------
    Enrichment
        With ``Prop_h2 = P prop``, ``P_ij = O_ij / M_j``, its variance the diagonal of ``P S P'``; and
        for the p the difference of heritability a SNP within and outside, ``D tau``,
        ``D_ij = O_ij / M_i - (M_j - O_ij) / (M_all - M_i)``.

    Raises
    ------
    BadStatisticsError
        When the shapes do not fit or there is no reference SNP.

    Notes
    -----
    ``P S P'`` is taken as the jackknife of ``P prop``, which is the same number without the loss of digits that makes
    the error of an annotation of all SNPs 1e-8 instead of 0.

    References
    ----------
    Finucane et al. 2015, Nat Genet 47:1228, doi:10.1038/ng.3404, supplementary note.
    """
    overlap, m = np.asarray(overlap, np.float64), np.asarray(m, np.float64)
    n_annotations = partitioned.coefficient.size
    if overlap.shape != (n_annotations, n_annotations) or m.shape != (n_annotations,) or not n_reference_snps > 0:
        raise BadStatisticsError(
            f"the overlap has shape {overlap.shape}, M {m.shape}, and there are {n_reference_snps} reference SNPs, for "
            f"{n_annotations} annotations: compute them from the annotations that the LD scores were computed from"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        return _table(partitioned, overlap, m, float(n_reference_snps))


def _table(
    partitioned: PartitionedHeritability, overlap: NDArray[np.float64], m: NDArray[np.float64], n_snps: float
) -> Enrichment:
    sharing = overlap / m[None, :]
    proportion = jackknife(sharing @ partitioned.proportion, partitioned.proportion_delete_values @ sharing.T)
    share = m / n_snps
    tau, tau_se = partitioned.coefficient, partitioned.coefficient_se
    return Enrichment(
        proportion_of_snps=share,
        proportion_of_h2=proportion.estimate,
        proportion_of_h2_se=proportion.standard_error,
        enrichment=proportion.estimate / share,
        enrichment_se=proportion.standard_error / np.abs(share),
        neg_log10_p=_difference_neg_log10_p(partitioned, overlap, m, n_snps),
        tau=tau,
        tau_se=tau_se,
        tau_z=tau / tau_se,
        tau_neg_log10_p=neg_log10_two_sided(tau / tau_se),
    )


def _difference_neg_log10_p(
    partitioned: PartitionedHeritability, overlap: NDArray[np.float64], m: NDArray[np.float64], n_snps: float
) -> NDArray[np.float64]:
    """Minus log10 p of the difference of heritability a SNP between inside and outside."""
    contrast = overlap / m[:, None] - (m[None, :] - overlap) / (n_snps - m)[:, None]
    contrast[m >= WHOLE * n_snps] = np.nan
    difference = contrast @ partitioned.coefficient
    variance = np.einsum("ij,jk,ik->i", contrast, partitioned.coefficient_covariance, contrast)
    return neg_log10_two_sided_t(difference / np.sqrt(np.maximum(variance, 0.0)), partitioned.n_blocks)
