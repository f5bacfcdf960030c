"""Weights of LD score regression: against unequal variance, and against counting a SNP in LD many times."""

import numpy as np
from numpy.typing import NDArray

LOWEST_LD_SCORE = 1.0
"""LD scores, and LD scores of the weights, count as at least this in the weights."""


def heritability_weights(
    total: float, intercept: float, *, sample_ld: NDArray[np.float64], weight_ld: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of chi² under a heritability and an intercept.

    Parameters
    ----------
    total
        Heritability ``h2``; counts as within 0 and 1.
    intercept
        Intercept ``a``.
    sample_ld
        ``N_j l_j / M`` of each SNP, l at least 1, ``[n]``.
    weight_ld
        LD score ``wl`` of each SNP with the SNPs of the regression, at least 1, ``[n]``.

    Returns
    -------
    NDArray[np.float64]
        ``1 / (2 (a + h2 N l / M)²) / wl``, ``[n]``.

    References
    ----------
    Bulik-Sullivan et al. 2015, Nat Genet 47:291, doi:10.1038/ng.3211, supplementary note.
    """
    variance = min(max(total, 0.0), 1.0) * sample_ld
    variance += intercept
    variance *= variance
    variance *= weight_ld
    variance *= 2.0
    return np.reciprocal(variance, out=variance)


def covariance_weights(
    variance_1: NDArray[np.float64],
    variance_2: NDArray[np.float64],
    covariance: NDArray[np.float64],
    *,
    weight_ld: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Weights of the product of two traits' z.

    Parameters
    ----------
    variance_1, variance_2
        Expected chi² of each trait, ``a + h2 N l / M``, ``[n]``.
    covariance
        Expected z1 z2, ``[n]``.
    weight_ld
        As in `heritability_weights`.

    Returns
    -------
    NDArray[np.float64]
        ``1 / (variance_1 variance_2 + covariance²) / wl``, ``[n]``.

    References
    ----------
    Bulik-Sullivan et al. 2015, Nat Genet 47:1236, doi:10.1038/ng.3406, supplementary note.
    """
    return np.asarray(1.0 / ((variance_1 * variance_2 + covariance * covariance) * weight_ld))


def at_least_one(ld_scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """LD scores as the weights use them, never below 1."""
    return np.maximum(ld_scores, LOWEST_LD_SCORE)


def expected_sample_ld(
    ld_scores: NDArray[np.float64], n_samples: NDArray[np.float64], n_reference_snps: float
) -> NDArray[np.float64]:
    """``N_j l_j / M`` of each SNP, l at least 1, ``[n]``."""
    found = at_least_one(ld_scores)
    found *= n_samples
    found /= n_reference_snps
    return found
