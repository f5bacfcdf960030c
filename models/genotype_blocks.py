"""Dosages in blocks of SNPs: what a reader is, how a run walks over it, and what each SNP's column holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

BlockReader = Callable[[int, int], NDArray[np.float32]]
"""``read_block(first, last)``: dosages of allele 1 (the counted, effect allele), 0 to 2, NaN where missing,
``[last - first, n_people]`` in C order. It may be written over by the caller."""

VALUES_AT_A_TIME: Final = 4 << 20
"""Dosages of a block, so 16 MiB of float32."""


class GenotypeBlockError(ValueError):
    """A block of dosages does not have the shape that was asked for, or values that dosages cannot have."""


@dataclasses.dataclass(frozen=True, slots=True)
class BlockFrequencies:
    """What the people seen at each SNP of a block say.

    Attributes
    ----------
    n_seen
        People with a dosage, ``[m]``.
    frequency
        Share of allele 1 among them, ``[m]``; NaN where nobody was seen.
    variance
        Mean squared deviation of the dosage among them, ``[m]``; NaN where nobody was seen.
    """

    n_seen: NDArray[np.int64]
    frequency: NDArray[np.float64]
    variance: NDArray[np.float64]

    @property
    def minor_allele_frequency(self) -> NDArray[np.float64]:
        """The smaller of the two alleles' shares, ``[m]``."""
        return np.minimum(self.frequency, 1.0 - self.frequency)


def array_reader(dosages: NDArray[np.floating]) -> BlockReader:
    """Make a reader of dosages that are in memory, ``[m, n]``, NaN for missing."""
    if dosages.ndim != 2:
        raise GenotypeBlockError(f"dosages have shape {dosages.shape}: give [SNPs, people]")

    def read(first: int, last: int) -> NDArray[np.float32]:
        return np.array(dosages[first:last], np.float32, order="C")

    return read


def block_size(n_people: int, *, largest: int = 4096) -> int:
    """SNPs of a block: about `VALUES_AT_A_TIME` dosages, at most `largest` SNPs, at least one."""
    return max(1, min(largest, VALUES_AT_A_TIME // max(n_people, 1)))


def iterate_blocks(
    read_block: BlockReader, n_snps: int, n_people: int, *, size: int | None = None
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Walk over all SNPs, yielding each block's first SNP and its dosages.

    Parameters
    ----------
    read_block
        The reader.
    n_snps, n_people
        SNPs to read, from 0, and people of each block.
    size
        SNPs of a block; None for `block_size`.

    Raises
    ------
    GenotypeBlockError
        If the reader gives another shape.
    """
    step = size or block_size(n_people)
    for first in range(0, n_snps, step):
        last = min(first + step, n_snps)
        yield first, read_checked(read_block, first, last, n_people=n_people)


def read_checked(read_block: BlockReader, first: int, last: int, *, n_people: int) -> NDArray[np.float32]:
    """One block as float32 in C order, its shape checked.

    Raises
    ------
    GenotypeBlockError
        If the reader gives another shape.
    """
    block = np.ascontiguousarray(read_block(first, last), np.float32)
    if block.shape != (last - first, n_people):
        raise GenotypeBlockError(
            f"the reader gave shape {block.shape} for SNPs {first} to {last - 1}, wanted {(last - first, n_people)}: "
            "hand it the people of the analysis, SNP by SNP"
        )
    return block


def block_frequencies(block: NDArray[np.float32]) -> BlockFrequencies:
    """Count people, frequency and variance at each SNP of a block, in float64.

    Parameters
    ----------
    block
        Dosages ``[m, n]``, NaN for missing.

    Raises
    ------
    GenotypeBlockError
        If a dosage lies outside 0 to 2.
    """
    n_seen, total, square, lowest, highest = _moments_of_rows(np.asarray(block, np.float32))
    bad = np.flatnonzero((lowest < 0.0) | (highest > 2.0))
    if bad.size:
        at = int(bad[0])
        raise GenotypeBlockError(
            f"SNP {at} of the block has dosages from {lowest[at]} to {highest[at]}: they must lie between 0 and 2, NaN "
            "where missing"
        )
    seen = np.where(n_seen > 0, n_seen, np.nan)
    mean = total / seen
    return BlockFrequencies(n_seen, mean / 2.0, np.maximum(square / seen - mean * mean, 0.0))


@numba.njit(cache=True, fastmath={"reassoc", "contract"})
def row_moments(x: NDArray[np.float32]) -> tuple[int, float, float, float, float]:
    """Values that are not NaN of one SNP: number, sum, sum of squares, smallest and largest (0 among them)."""
    n_seen, total, square = 0, 0.0, 0.0
    lowest, highest = np.float32(0.0), np.float32(0.0)
    for j in range(x.size):
        is_seen = x[j] == x[j]  # only NaN differs from itself
        value = x[j] if is_seen else np.float32(0.0)
        n_seen += 1 if is_seen else 0
        total += np.float64(value)
        square += np.float64(value) * np.float64(value)
        lowest, highest = min(lowest, value), max(highest, value)
    return n_seen, total, square, np.float64(lowest), np.float64(highest)


@numba.njit(cache=True)
def _moments_of_rows(
    block: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    m = block.shape[0]
    n_seen = np.empty(m, np.int64)
    total, square, lowest, highest = np.empty(m), np.empty(m), np.empty(m), np.empty(m)
    for row in range(m):
        n_seen[row], total[row], square[row], lowest[row], highest[row] = row_moments(block[row])
    return n_seen, total, square, lowest, highest
