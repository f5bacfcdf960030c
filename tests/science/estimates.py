"""What models.heritability estimates on the simulated z-scores, one row a replicate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.heritability import estimate_heritability, estimate_partitioned, summarise_enrichment
from models.heritability.ld_scores import LdScoreOptions, estimate_ld_scores
from tests.science.genotypes import People

Matrix = NDArray[np.float64]
WINDOW_CM = 1.0


@dataclass(frozen=True)
class Reference:
    """LD scores of all chromosomes.

    Attributes
    ----------
    ld_scores
        Shape (n_snps, 6): base first.
    weight_ld
        Shape (n_snps,): LD with the SNPs of the regression alone.
    m, overlap, n_snps
        Sums of annotations and of their products over all SNPs; their number.
    is_regression_snp
        Shape (n_snps,).
    """

    ld_scores: Matrix
    weight_ld: NDArray[np.float64]
    m: NDArray[np.float64]
    overlap: Matrix
    n_snps: int
    is_regression_snp: NDArray[np.bool_]


@dataclass(frozen=True)
class Estimates:
    """Estimates of one scenario; rows are replicates, columns annotations.

    Attributes
    ----------
    h2, h2_se, intercept, intercept_se
        Of the stratified regression (R,).
    single_h2, single_h2_se
        Of the regression on one LD score (R,).
    tau, tau_se, tau_neg_log10_p, enrichment, enrichment_se, enrichment_neg_log10_p
        Shape (R, 6).
    """

    h2: NDArray[np.float64]
    h2_se: NDArray[np.float64]
    intercept: NDArray[np.float64]
    intercept_se: NDArray[np.float64]
    single_h2: NDArray[np.float64]
    single_h2_se: NDArray[np.float64]
    tau: Matrix
    tau_se: Matrix
    tau_neg_log10_p: Matrix
    enrichment: Matrix
    enrichment_se: Matrix
    enrichment_neg_log10_p: Matrix


def estimate_reference(people: Sequence[People], annotations: Sequence[Matrix], whose: str) -> Reference:
    """LD scores from the genotypes of the GWAS ("gwas") or of the panel ("panel")."""
    parts, is_regression = [], np.concatenate([part.is_regression_snp for part in people])
    for part, columns in zip(people, annotations, strict=True):
        copies: NDArray[np.int8] = getattr(part, whose)
        with_weights = np.column_stack([columns, part.is_regression_snp])
        parts.append(
            estimate_ld_scores(
                lambda first, last, copies=copies: copies[first:last],
                copies.shape[1],
                part.centimorgan,
                annotations=with_weights,
                options=LdScoreOptions(window=WINDOW_CM),
            )
        )
    assert all(part.is_kept.all() for part in parts)
    scores = np.concatenate([part.ld_scores for part in parts]).astype(np.float64)
    return Reference(
        ld_scores=scores[:, :-1],
        weight_ld=scores[:, -1],
        m=np.sum([part.m for part in parts], axis=0)[:-1],
        overlap=np.sum([part.overlap for part in parts], axis=0)[:-1, :-1],
        n_snps=sum(part.n_reference_snps for part in parts),
        is_regression_snp=is_regression,
    )


def estimate_all(z: NDArray[np.float32], reference: Reference, n_people: int) -> Estimates:
    """Regress every replicate's z (n_snps, R) on the LD scores of its regression SNPs."""
    chosen = reference.is_regression_snp
    rows = [
        _estimate(column.astype(np.float64), reference, np.full(column.size, float(n_people))) for column in z[chosen].T
    ]
    return Estimates(**{name: np.array([row[name] for row in rows]) for name in rows[0]})


def _estimate(
    z: NDArray[np.float64], reference: Reference, n_samples: NDArray[np.float64]
) -> dict[str, float | NDArray[np.float64] | None]:
    chosen = reference.is_regression_snp
    scores, weight_ld = reference.ld_scores[chosen], reference.weight_ld[chosen]
    found = estimate_partitioned(z, n_samples, scores, weight_ld=weight_ld, m=reference.m)
    table = summarise_enrichment(found, overlap=reference.overlap, m=reference.m, n_reference_snps=reference.n_snps)
    single = estimate_heritability(z, n_samples, scores[:, 0], weight_ld=weight_ld, m=float(reference.m[0]))
    return {
        "h2": found.h2, "h2_se": found.h2_se, "intercept": found.intercept, "intercept_se": found.intercept_se,
        "single_h2": single.h2, "single_h2_se": single.h2_se,
        "tau": table.tau, "tau_se": table.tau_se, "tau_neg_log10_p": table.tau_neg_log10_p,
        "enrichment": table.enrichment, "enrichment_se": table.enrichment_se,
        "enrichment_neg_log10_p": table.neg_log10_p,
    }  # fmt: skip
