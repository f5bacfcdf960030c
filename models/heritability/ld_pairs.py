"""Adjusted r² of two tiles of SNPs from their bit planes, and the pairs of them in strong LD."""

from __future__ import annotations

import dataclasses
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from models.heritability.standardise import TILE, WORDS_AT_A_TIME, PackedGenotypes, count_bits


@dataclasses.dataclass(frozen=True)
class LdPairs:
    """Pairs of SNPs within the window whose r² reaches a threshold, ordered by tiles of SNPs.

    Attributes
    ----------
    first, second
        Numbers of the SNPs among the input, first < second (P,).
    r_squared
        Squared correlation of the mean-imputed genotypes, not adjusted for the number of people (P,).
    """

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    r_squared: NDArray[np.float32]


class TilePairs:
    """Fills one buffer with the adjusted r² of two tiles, over and over.

    Parameters
    ----------
    packed
        The chromosome.
    first
        First partner of each kept SNP, from `first_in_window`.
    dtype
        float32 or float64, of the buffer.
    """

    def __init__(self, packed: PackedGenotypes, first: NDArray[np.int64], dtype: type[np.floating[Any]]) -> None:
        self._packed, self._first = packed, first
        self._counts = np.zeros((1, TILE, TILE), np.int32)
        self._r_squared = np.zeros((TILE, TILE), dtype)

    def fill(self, rows: int, columns: int) -> NDArray[np.floating[Any]]:
        """r² - (1 - r²)/(n - 2) of the SNPs j of one tile with the SNPs k of another or the same.

        Parameters
        ----------
        rows, columns
            Numbers of the tiles, columns <= rows.

        Returns
        -------
        NDArray[np.floating[Any]]
            (SNPs of the rows, SNPs of the columns); 0 for pairs outside the window and for k >= j. A view of the
            buffer: the next call overwrites it.
        """
        packed = self._packed
        low, high = self._columns_of_rows(rows, columns)
        if packed.has_missing[rows] or packed.has_missing[columns]:
            if len(self._counts) == 1:
                self._counts = np.zeros((4, TILE, TILE), np.int32)
            _count_with_missing(
                (packed.homozygous[rows], packed.homozygous[columns]),
                (packed.second[rows], packed.second[columns]),
                (packed.missing[rows], packed.missing[columns]),
                (low, high),
                self._counts,
            )
            _adjust_with_missing(self._counts, *self._facts(rows, columns), (low, high), self._r_squared)
        else:
            both = (packed.homozygous[rows], packed.second[rows]), (packed.homozygous[columns], packed.second[columns])
            _count(*both, (low, high), self._counts[0])
            _adjust(self._counts[0], *self._facts(rows, columns), (low, high), self._r_squared)
        n_columns = min(packed.n_snps - columns * TILE, TILE)
        return self._r_squared[: low.size, :n_columns]

    def _columns_of_rows(self, rows: int, columns: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        start = columns * TILE
        snps = np.arange(rows * TILE, min((rows + 1) * TILE, self._packed.n_snps))
        low = np.clip(self._first[snps] - start, 0, TILE)
        return low, np.maximum(np.minimum(snps - start, TILE), low)

    def _facts(self, rows: int, columns: int) -> tuple[tuple[Any, ...], tuple[Any, ...], int]:
        packed = self._packed
        row, column = (slice(tile * TILE, (tile + 1) * TILE) for tile in (rows, columns))
        of_row = packed.total[row], packed.scale[row], packed.n_missing[row]
        return of_row, (packed.total[column], packed.scale[column], packed.n_missing[column]), packed.n_people


def collect_pairs(
    adjusted: NDArray[np.floating[Any]], threshold: float, n_people: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Places (row, column) of a tile whose unadjusted r² reaches a threshold above 0, and the r².

    Parameters
    ----------
    adjusted
        From `TilePairs.fill`.
    threshold
        Smallest unadjusted r².
    n_people
        People n.
    """
    least = threshold - (1.0 - threshold) / (n_people - 2)
    is_strong = adjusted >= adjusted.dtype.type(least)
    if least <= 0:
        is_strong &= adjusted != 0  # outside the window
    row, column = np.nonzero(is_strong)
    r_squared = (adjusted[row, column].astype(np.float64) * (n_people - 2) + 1.0) / (n_people - 1)
    return row.astype(np.int32), column.astype(np.int32), r_squared.astype(np.float32)


@numba.njit(cache=True)
def _count(
    rows: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    columns: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    window: tuple[NDArray[np.int64], NDArray[np.int64]],
    counts: NDArray[np.int32],
) -> None:
    """Sum over people of d_j d_k: homozygous in both, less twice those homozygous for different alleles."""
    h, t = columns
    for j in range(window[0].size):
        low, high = window[0][j], window[1][j]
        into = counts[j, low:high]  # slices from 0 on, or the loop over k is not vectorised
        into[:] = 0
        for w in range(0, h.shape[0], WORDS_AT_A_TIME):
            h0, h1, h2, h3 = rows[0][w, j], rows[0][w + 1, j], rows[0][w + 2, j], rows[0][w + 3, j]
            t0, t1, t2, t3 = rows[1][w, j], rows[1][w + 1, j], rows[1][w + 2, j], rows[1][w + 3, j]
            hk0, hk1, hk2, hk3 = h[w, low:high], h[w + 1, low:high], h[w + 2, low:high], h[w + 3, low:high]
            tk0, tk1, tk2, tk3 = t[w, low:high], t[w + 1, low:high], t[w + 2, low:high], t[w + 3, low:high]
            for k in range(into.size):
                b0, b1, b2, b3 = h0 & hk0[k], h1 & hk1[k], h2 & hk2[k], h3 & hk3[k]
                both = count_bits(b0) + count_bits(b1) + count_bits(b2) + count_bits(b3)
                unlike = (
                    count_bits(b0 & (t0 ^ tk0[k]))
                    + count_bits(b1 & (t1 ^ tk1[k]))
                    + count_bits(b2 & (t2 ^ tk2[k]))
                    + count_bits(b3 & (t3 ^ tk3[k]))
                )
                into[k] += np.int32(both) - np.int32(2) * np.int32(unlike)


@numba.njit(cache=True, fastmath=True)
def _adjust(
    counts: NDArray[np.int32],
    rows: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    columns: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    n_people: int,
    window: tuple[NDArray[np.int64], NDArray[np.int64]],
    into: NDArray[np.floating[Any]],
) -> None:
    """Square and adjust r = scale_j scale_k (sum d_j d_k - sum d_j sum d_k / n)."""
    less = 1.0 / (n_people - 2)
    for j in range(window[0].size):
        low, high = window[0][j], window[1][j]
        total, scale = rows[0][j] / n_people, rows[1][j]
        into[j, :low] = 0
        into[j, high:] = 0
        count, total_k, scale_k = counts[j, low:high], columns[0][low:high], columns[1][low:high]
        r_squared = into[j, low:high]
        for k in range(count.size):
            r = (count[k] - total * total_k[k]) * (scale * scale_k[k])
            r_squared[k] = r * r * (1.0 + less) - less


@numba.njit(cache=True)
def _count_with_missing(
    homozygous: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    second: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    missing: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    window: tuple[NDArray[np.int64], NDArray[np.int64]],
    counts: NDArray[np.int32],
) -> None:
    """Besides sum d_j d_k (0): sum of d_k over j's missing (1), of d_j over k's missing (2), missing in both (3)."""
    for j in range(window[0].size):
        low, high = window[0][j], window[1][j]
        counts[:, j, low:high] = 0
        product, lost_k, lost_j, lost_both = (
            counts[0, j, low:high],
            counts[1, j, low:high],
            counts[2, j, low:high],
            counts[3, j, low:high],
        )
        for word in range(homozygous[0].shape[0]):
            h, t, m = homozygous[0][word, j], second[0][word, j], missing[0][word, j]
            hk, tk, mk = homozygous[1][word, low:high], second[1][word, low:high], missing[1][word, low:high]
            for k in range(hk.size):
                both = h & hk[k]
                product[k] += np.int32(count_bits(both)) - 2 * np.int32(count_bits(both & (t ^ tk[k])))
                lost_k[k] += 2 * np.int32(count_bits(m & tk[k])) - np.int32(count_bits(m & hk[k]))
                lost_j[k] += 2 * np.int32(count_bits(mk[k] & t)) - np.int32(count_bits(mk[k] & h))
                lost_both[k] += np.int32(count_bits(m & mk[k]))


@numba.njit(cache=True, fastmath=True)
def _adjust_with_missing(
    counts: NDArray[np.int32],
    rows: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    columns: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    n_people: int,
    window: tuple[NDArray[np.int64], NDArray[np.int64]],
    into: NDArray[np.floating[Any]],
) -> None:
    """Sum over the people seen in both of (d_j - mean_j)(d_k - mean_k): an imputed genotype adds nothing."""
    less = 1.0 / (n_people - 2)
    for j in range(window[0].size):
        low, high = window[0][j], window[1][j]
        total, scale, n_missing = rows[0][j], rows[1][j], rows[2][j]
        mean = total / (n_people - n_missing)
        into[j, :low] = 0
        into[j, high:] = 0
        total_k, scale_k, missing_k = columns[0][low:high], columns[1][low:high], columns[2][low:high]
        count, r_squared = counts[:, j, low:high], into[j, low:high]
        for k in range(total_k.size):
            mean_k = total_k[k] / (n_people - missing_k[k])
            of_k, of_j = total_k[k] - count[1, k], total - count[2, k]
            n_both = n_people - n_missing - missing_k[k] + count[3, k]
            product = count[0, k] - mean * of_k - mean_k * of_j + mean * mean_k * n_both
            r = product * (scale * scale_k[k])
            r_squared[k] = r * r * (1.0 + less) - less
