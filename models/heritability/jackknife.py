"""The block jackknife: blocks of contiguous SNPs, pseudovalues, covariance, and the same for ratios."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.heritability.errors import TooFewSnpsError


@dataclass(frozen=True, slots=True)
class Jackknife:
    """An estimate with its block-jackknife error.

    Attributes
    ----------
    estimate
        The estimate from all SNPs, ``[p]``.
    mean
        The jackknife estimate, the mean of the pseudovalues, ``[p]``.
    covariance
        Covariance of the estimate, ``[p, p]``.
    standard_error
        Roots of its diagonal, ``[p]``.
    """

    estimate: NDArray[np.float64]
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    standard_error: NDArray[np.float64]


def block_separators(n_snps: int, n_blocks: int) -> NDArray[np.int64]:
    """Boundaries of `n_blocks` blocks of nearly equal size: block ``b`` is ``[separators[b], separators[b + 1])``.

    Parameters
    ----------
    n_snps
        SNPs in the regression, sorted by chromosome and position.
    n_blocks
        Blocks wanted.

    Returns
    -------
    NDArray[np.int64]
        ``floor(linspace(0, n_snps, n_blocks + 1))``.

    Raises
    ------
    TooFewSnpsError
        When a block would hold no SNP.
    """
    if n_snps < n_blocks:
        raise TooFewSnpsError(
            f"{n_snps} SNPs cannot fill the {n_blocks} blocks of the jackknife: use more SNPs or fewer blocks"
        )
    return np.floor(np.linspace(0.0, n_snps, n_blocks + 1)).astype(np.int64)


def separators_of_subset(separators: NDArray[np.int64], is_member: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Carry the blocks of a subset of SNPs over to all SNPs.

    Parameters
    ----------
    separators
        Boundaries within the subset, ``[B + 1]``.
    is_member
        The subset among all SNPs, ``[n]``.

    Returns
    -------
    NDArray[np.int64]
        Boundaries within all SNPs, ``[B + 1]``: each inner one is the place of the subset's SNP that began the block;
        the outer ones are 0 and ``n``.
    """
    places = np.flatnonzero(is_member)
    inner = places[separators[1:-1]]
    return np.concatenate(([0], inner, [is_member.size])).astype(np.int64)


def jackknife(estimate: NDArray[np.float64], delete_values: NDArray[np.float64]) -> Jackknife:
    """Error of an estimate from its values with each block left out.

    Parameters
    ----------
    estimate
        The estimate from all SNPs, ``[p]``.
    delete_values
        The estimate with block ``b`` left out, ``[B, p]``, B at least 2.

    Returns
    -------
    Jackknife
        With pseudovalues ``B estimate - (B - 1) delete_values``: their mean, and their covariance over B.

    References
    ----------
    Bulik-Sullivan et al. 2015, Nat Genet 47:291, doi:10.1038/ng.3211, supplementary note;
    Kunsch 1989, Ann Stat 17:1217, doi:10.1214/aos/1176347265.
    """
    n_blocks = delete_values.shape[0]
    pseudovalues = n_blocks * estimate - (n_blocks - 1) * delete_values
    covariance = np.atleast_2d(np.cov(pseudovalues.T, ddof=1)) / n_blocks
    return Jackknife(estimate, pseudovalues.mean(axis=0), covariance, np.sqrt(np.diag(covariance)))


def ratio_jackknife(
    estimate: NDArray[np.float64], numerators: NDArray[np.float64], denominators: NDArray[np.float64]
) -> Jackknife:
    """Error of a ratio whose numerator and denominator leave out the same blocks.

    Parameters
    ----------
    estimate
        The ratio from all SNPs, ``[p]``.
    numerators, denominators
        Both with block ``b`` left out, ``[B, p]`` and ``[B, p]`` or ``[B, 1]``.

    Returns
    -------
    Jackknife
        As `jackknife` gives it; not finite where a denominator is 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return jackknife(estimate, numerators / denominators)
