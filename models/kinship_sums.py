"""Sums of products of standardised dosages over blocks of SNPs: float32 or float64 products, float64 sums."""

from __future__ import annotations

from typing import Any, Final, Literal

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas

from models.genotype_blocks import row_moments

KEPT: Final = -1
NOT_USED: Final = -2
OUT_OF_RANGE: Final = -3
ALL_MISSING, MONOMORPHIC, MISSINGNESS, MINIMUM_MAF = range(4)

_SMALLEST_VARIANCE: Final = 1e-10
"""Of a dosage: float32 dosages that are all equal come out below it, one carrier among a million people above it."""


class GramSum:
    """The sum over SNPs of ``z z'``, and of who is missing where, for one part of the genome.

    Parameters
    ----------
    n_people
        People n.
    precision
        Of the products within a block.
    """

    def __init__(self, n_people: int, precision: Literal["float32", "float64"]) -> None:
        self.n_people, self.precision = n_people, precision
        self.n_snps = 0
        self._total: NDArray[np.float64] | None = None
        self._n_missing: NDArray[np.int32] | None = None

    def add(self, z: NDArray[np.float32]) -> None:
        """Add the products of a block's standardised dosages ``[m, n]``; rows of zeros add nothing."""
        total = self._sum()
        if self.precision == "float64":
            blas.dsyrk(1.0, z.astype(np.float64).T, beta=1.0, c=total.T, lower=1, overwrite_c=1)
        else:
            _add_upper(total, blas.ssyrk(1.0, z.T, lower=1).T)

    def add_missing(self, starts: NDArray[np.int64], people: NDArray[np.int32], is_member: NDArray[np.bool_]) -> None:
        """Count who is missing, alone (the diagonal) and together, at the member SNPs; see `find_missing`."""
        if not starts[-1]:
            return
        if self._n_missing is None:
            self._n_missing = np.zeros((self.n_people, self.n_people), np.int32)
        _count_missing(self._n_missing, starts, people, is_member)

    def finish(self, dtype: Any) -> tuple[NDArray[np.floating], NDArray[np.float32] | None]:
        """The mean over SNPs, ``[n, n]``, and SNPs of each pair (None where nothing is missing); forgets the sums."""
        total, missing = self._sum(), self._n_missing
        self._total = self._n_missing = None
        n_pairs = None
        if missing is None:
            total /= self.n_snps
        else:
            n_pairs = np.empty(total.shape, np.float32)
            _divide_pairs(total, missing, self.n_snps, n_pairs)
        _mirror(total)
        return total.astype(dtype, copy=False), n_pairs

    def _sum(self) -> NDArray[np.float64]:
        """The sum so far, of which the upper half counts; made when first asked for, so idle parts take no room."""
        if self._total is None:
            self._total = np.zeros((self.n_people, self.n_people))
        return self._total


@numba.njit(cache=True, fastmath={"reassoc", "contract"})
def standardise_rows(
    block: NDArray[np.float32],
    is_used: NDArray[np.bool_],
    kind: int,
    minimum_maf: float,
    maximum_missing: float,
) -> NDArray[np.int8]:
    """Centre and scale each SNP of a block in place, missing dosages becoming 0, and SNPs left out rows of zeros.

    Parameters
    ----------
    block
        Dosages ``[m, n]``, NaN for missing; written over.
    is_used
        SNPs wanted, ``[m]``.
    kind
        0: centred only; 1: divided by the standard deviation too, the mean in place of missing ones; 2: divided by the
        square root of 2p(1 - p).
    minimum_maf, maximum_missing
        The filters.

    Returns
    -------
    NDArray[np.int8]
        `KEPT`, `NOT_USED`, `OUT_OF_RANGE`, or the number of the reason for leaving it out, ``[m]``.
    """
    m, n = block.shape
    code = np.empty(m, np.int8)
    for row in range(m):
        x = block[row]
        n_seen, total, square, lowest, highest = row_moments(x)
        scale = 1.0
        mean = total / max(n_seen, 1)
        variance = square / max(n_seen, 1) - mean * mean
        code[row] = OUT_OF_RANGE
        if not is_used[row]:
            code[row] = NOT_USED
        elif lowest >= 0.0 and highest <= 2.0:
            frequency = mean / 2.0
            code[row] = _reason(n_seen / n, variance, min(frequency, 1.0 - frequency), minimum_maf, maximum_missing)
        if code[row] != KEPT:
            x[:] = 0.0
            continue
        if kind == 1:
            scale = 1.0 / np.sqrt(variance * n_seen / n)
        elif kind == 2:
            scale = 1.0 / np.sqrt(mean * (1.0 - mean / 2.0))
        for j in range(n):
            x[j] = np.float32((x[j] - mean) * scale) if x[j] == x[j] else np.float32(0.0)
    return code


@numba.njit(cache=True)
def _reason(
    share_seen: float, variance: float, minor_frequency: float, minimum_maf: float, maximum_missing: float
) -> int:
    """Number of the reason for leaving a SNP out, or `KEPT`."""
    if share_seen == 0.0:
        return ALL_MISSING
    if variance < _SMALLEST_VARIANCE:
        return MONOMORPHIC
    if 1.0 - share_seen > maximum_missing:
        return MISSINGNESS
    return MINIMUM_MAF if minor_frequency < minimum_maf else KEPT


@numba.njit(cache=True)
def find_missing(block: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """People with NaN at each SNP of a block: row r's are ``people[starts[r]:starts[r + 1]]``."""
    m, n = block.shape
    starts = np.zeros(m + 1, np.int64)
    for row in range(m):
        count = 0
        for j in range(n):
            count += 0 if block[row, j] == block[row, j] else 1
        starts[row + 1] = starts[row] + count
    people = np.empty(starts[m], np.int32)
    for row in range(m):
        at = starts[row]
        if starts[row + 1] == at:
            continue
        for j in range(n):
            if block[row, j] != block[row, j]:
                people[at] = j
                at += 1
    return starts, people


@numba.njit(cache=True)
def _count_missing(
    count: NDArray[np.int32], starts: NDArray[np.int64], people: NDArray[np.int32], is_member: NDArray[np.bool_]
) -> None:
    for row in range(is_member.size):
        if is_member[row]:
            for a in range(starts[row], starts[row + 1]):
                for b in range(a, starts[row + 1]):
                    count[people[a], people[b]] += 1


@numba.njit(cache=True)
def _add_upper(total: NDArray[np.float64], products: NDArray[np.float32]) -> None:
    for i in range(total.shape[0]):
        for j in range(i, total.shape[0]):
            total[i, j] += products[i, j]


@numba.njit(cache=True)
def _divide_pairs(
    total: NDArray[np.float64], missing: NDArray[np.int32], n_snps: int, n_pairs: NDArray[np.float32]
) -> None:
    """Divide the upper half by the SNPs seen in both, and write their numbers (both halves)."""
    n = total.shape[0]
    for i in range(n):
        for j in range(i, n):
            n_both = n_snps - missing[i, i]
            if j > i:
                n_both += missing[i, j] - missing[j, j]
            total[i, j] = total[i, j] / n_both if n_both > 0 else 0.0
            n_pairs[i, j] = n_pairs[j, i] = n_both


@numba.njit(cache=True)
def _mirror(total: NDArray[np.float64]) -> None:
    """Copy the upper half to the lower, in tiles that stay in the cache."""
    n, tile = total.shape[0], 64
    for top in range(0, n, tile):
        for left in range(top, n, tile):
            for i in range(top, min(top + tile, n)):
                for j in range(max(left, i + 1), min(left + tile, n)):
                    total[j, i] = total[i, j]
