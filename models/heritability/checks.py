"""The checks at the edge: shapes, finite numbers, sizes, so that the formulas behind need none."""

import numpy as np
from numpy.typing import NDArray

from models.heritability.errors import BadStatisticsError
from models.thousandths import ScoreMatrix, stored_numbers


def check_statistics(
    z: NDArray[np.float64], n_samples: NDArray[np.float64], weight_ld: NDArray[np.float64], *, trait: str = ""
) -> None:
    """Check that z and weights are finite, sample sizes positive, and all of one length.

    Parameters
    ----------
    z, n_samples, weight_ld
        ``[n]`` each.
    trait
        What the messages call the trait, where there are several.

    Raises
    ------
    BadStatisticsError
        Naming the array, the first bad row and its value.
    """
    of_trait = f" of {trait}" if trait else ""
    for name, values in (("N", n_samples), ("the weights' LD scores", weight_ld)):
        if z.ndim != 1 or values.shape != z.shape:
            raise BadStatisticsError(
                f"z has shape {z.shape} and {name}{of_trait} {values.shape}: give one value a SNP of each"
            )
    _check_rows(np.isfinite(z), z, f"z{of_trait}", "finite; drop SNPs without a statistic")
    _check_rows(
        np.isfinite(n_samples) & (n_samples > 0.0), n_samples, f"N{of_trait}", "above 0; give the study's sample size"
    )
    _check_rows(np.isfinite(weight_ld), weight_ld, "the weights' LD score", "finite; drop SNPs without one")


def check_ld_scores(ld_scores: ScoreMatrix, n_snps: int, m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Check LD scores and the sizes of their annotations.

    Parameters
    ----------
    ld_scores
        ``[n, C]``.
    n_snps
        n, as z has it.
    m
        Sum of each annotation over the reference SNPs, ``[C]``.

    Returns
    -------
    NDArray[np.float64]
        Row sums of the LD scores, ``[n]``: the one pass over them that finding a value that is not finite takes.

    Raises
    ------
    BadStatisticsError
        Naming what does not fit.
    """
    if ld_scores.ndim != 2 or ld_scores.shape[0] != n_snps or ld_scores.shape[1] != m.size or not m.size:
        raise BadStatisticsError(
            f"the LD scores have shape {ld_scores.shape}, but there are {n_snps} SNPs and {m.size} values of M: "
            "give a row for each SNP and a column and an M for each annotation"
        )
    if not np.isfinite(m).all() or not m.sum() > 0.0:
        raise BadStatisticsError(
            f"the sizes of the annotations (M) sum to {m.sum()}: they must be finite and have a positive sum"
        )
    total = row_sums(ld_scores)
    _check_rows(np.isfinite(total), total, "the sum of the LD scores", "finite; drop SNPs without LD scores")
    return total


def as_columns(ld_scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """LD scores as ``[n, C]``: one column where they are ``[n]``."""
    return ld_scores[:, None] if ld_scores.ndim == 1 else ld_scores


def row_sums(ld_scores: ScoreMatrix, *, chunk: int = 512) -> NDArray[np.float64]:
    """Sum of each row in float64, whatever the precision of the columns, without a copy of them."""
    n_snps, n_columns = ld_scores.shape
    numbers, per_unit = stored_numbers(ld_scores)
    ones = np.ones(n_columns)
    if numbers.dtype == np.float64:
        return np.asarray(numbers @ ones)
    total = np.empty(n_snps)
    for start in range(0, n_snps, chunk):
        rows = numbers[start : start + chunk]
        np.dot(rows.astype(np.float64, copy=False), ones, out=total[start : start + chunk])
    total /= per_unit
    return total


def _check_rows(is_good: NDArray[np.bool_], values: NDArray[np.float64], name: str, remedy: str) -> None:
    bad = np.flatnonzero(~is_good)
    if bad.size:
        raise BadStatisticsError(
            f"{name} of SNP {bad[0]} (counted from 0) is {values[bad[0]]}, and so for {bad.size} of {values.size} "
            f"SNPs: it must be {remedy}"
        )
