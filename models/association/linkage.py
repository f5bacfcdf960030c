"""Squared correlation of genotypes: linkage disequilibrium between SNPs of a panel."""

import numpy as np
from numpy.typing import NDArray

MISSING = -127
"""Code of a missing genotype."""


def squared_correlation(first: NDArray[np.int8], second: NDArray[np.int8]) -> NDArray[np.float64]:
    """Pearson r² of allele counts between two sets of SNPs, over the people genotyped at both.

    Parameters
    ----------
    first, second
        Counts 0, 1, 2 of one allele, ``MISSING`` where unknown (people, n) and (people, m).

    Returns
    -------
    NDArray[np.float64]
        r² of each pair (n, m); 0 where a SNP does not vary among the people of the pair, or none are left.

    References
    ----------
    Rogers & Huff 2009, Genetics 182:839, doi:10.1534/genetics.108.093153 (genotype r as a measure of LD).
    """
    x, x_seen = _counts(first)
    y, y_seen = _counts(second)
    n = x_seen.T @ y_seen
    sum_x, sum_y = x.T @ y_seen, x_seen.T @ y
    covariance = n * (x.T @ y) - sum_x * sum_y
    variance_x = n * ((x * x).T @ y_seen) - sum_x * sum_x
    variance_y = n * (x_seen.T @ (y * y)) - sum_y * sum_y
    varies = (variance_x > 0.0) & (variance_y > 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        r_squared = np.where(varies, covariance * covariance / (variance_x * variance_y), 0.0)
    return np.asarray(np.minimum(r_squared, 1.0), dtype=np.float64)


def _counts(genotypes: NDArray[np.int8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts with 0 for the missing, and 1 where a genotype was seen."""
    seen = genotypes != MISSING
    return np.where(seen, genotypes, 0).astype(np.float64), seen.astype(np.float64)
