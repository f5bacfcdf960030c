"""Which SNPs a scan tests, with GEMMA's default bars, and why the others are left out."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from models.association.errors import ScanOptionError

TESTED, NOBODY_SEEN, MONOMORPHIC, OUT_OF_RANGE, MISSINGNESS, LOW_FREQUENCY, SUM_OF_COVARIATES = range(7)
REASONS: Final[Mapping[int, str]] = MappingProxyType(
    {
        NOBODY_SEEN: "nobody_seen",
        MONOMORPHIC: "monomorphic",
        OUT_OF_RANGE: "out_of_range",
        MISSINGNESS: "missingness",
        LOW_FREQUENCY: "low_frequency",
        SUM_OF_COVARIATES: "sum_of_covariates",
    }
)
"""Names of the reasons for leaving a SNP out, in the order in which they are asked; the first that holds counts."""

SMALLEST_VARIANCE: Final = 1e-10
UNKNOWN: Final = math.nan


@dataclasses.dataclass(frozen=True, slots=True)
class ScanFilters:
    """Bars that a SNP has to pass among the people analysed; the defaults are GEMMA's.

    Attributes
    ----------
    minimum_maf
        Least frequency of the rarer allele, at least 0 and below .5.
    maximum_missing
        Largest share of people without a dosage.
    maximum_r_squared
        Largest share of a SNP's variance that the covariates explain; a SNP that reaches it is left out.
    """

    minimum_maf: float = 0.01
    maximum_missing: float = 0.05
    maximum_r_squared: float = 0.9999

    def __post_init__(self) -> None:
        for name, value, end in (
            ("minimum_maf", self.minimum_maf, 0.5),
            ("maximum_missing", self.maximum_missing, 1.0),
            ("maximum_r_squared", self.maximum_r_squared, 1.0),
        ):
            if not 0.0 <= value <= end:
                raise ScanOptionError(f"{name} must lie between 0 and {end:g}, not at {value}: give a share")


@dataclasses.dataclass(frozen=True, slots=True)
class PreparedBlock:
    """A block's SNPs that pass, and what was counted of all.

    Attributes
    ----------
    dosages
        SNPs that pass: missing filled by the mean, covariates (the intercept included) taken out, ``[k, n]``.
    rows
        Their numbers in the block, ``[k]``.
    squares
        Sum of squares of each, ``[k]``.
    n_missing
        People without a dosage, ``[m]``.
    frequency
        Of allele 1 among the others, NaN where there are none, ``[m]``.
    reason
        `TESTED` or why not, ``[m]``.
    """

    dosages: NDArray[np.float32]
    rows: NDArray[np.int64]
    squares: NDArray[np.float64]
    n_missing: NDArray[np.int32]
    frequency: NDArray[np.float64]
    reason: NDArray[np.int8]


def prepare_block(block: NDArray[np.float32], basis: NDArray[np.float64], filters: ScanFilters) -> PreparedBlock:
    """Count, filter, fill and centre the SNPs of a block, and take the covariates out of them.

    Parameters
    ----------
    block
        Dosages of allele 1, NaN where missing, ``[m, n]``; written over.
    basis
        Orthonormal centred covariates, ``[n, c - 1]``.
    filters
        The bars.
    """
    m = block.shape[0]
    n_missing, frequency = np.empty(m, np.int32), np.empty(m)
    squares, reason = np.empty(m), np.empty(m, np.int8)
    limits = (filters.minimum_maf, filters.maximum_missing)
    _fill_rows(block, limits, n_missing, frequency, squares, reason)
    rows = np.flatnonzero(reason == TESTED)
    dosages = block if rows.size == m else block[rows]
    if not basis.shape[1]:
        return PreparedBlock(dosages, rows, squares[rows], n_missing, frequency, reason)
    narrow = basis.astype(np.float32)
    dosages -= (dosages @ narrow) @ narrow.T
    rest = np.asarray(np.einsum("ij,ij->i", dosages, dosages, dtype=np.float64))
    is_sum = rest <= (1.0 - filters.maximum_r_squared) * squares[rows]
    reason[rows[is_sum]] = SUM_OF_COVARIATES
    if is_sum.any():
        dosages, rows, rest = dosages[~is_sum], rows[~is_sum], rest[~is_sum]
    return PreparedBlock(dosages, rows, rest, n_missing, frequency, reason)


def count_reasons(reason: NDArray[np.int8]) -> dict[str, int]:
    """How many SNPs each reason left out, by the names in `REASONS`."""
    counts = np.bincount(reason, minlength=len(REASONS) + 1)
    return {name: int(counts[code]) for code, name in REASONS.items()}


@numba.njit(cache=True, fastmath={"reassoc", "contract"})
def _fill_rows(
    block: NDArray[np.float32],
    limits: tuple[float, float],
    n_missing: NDArray[np.int32],
    frequency: NDArray[np.float64],
    squares: NDArray[np.float64],
    reason: NDArray[np.int8],
) -> None:
    """Count each row, judge it, and centre it in place with missing dosages at the mean."""
    n_people = block.shape[1]
    for row in range(block.shape[0]):
        x = block[row]
        n_seen, total, square = 0, 0.0, 0.0
        lowest, highest = np.float32(0.0), np.float32(0.0)
        for j in range(n_people):
            is_seen = x[j] == x[j]  # only NaN differs from itself
            value = x[j] if is_seen else np.float32(0.0)
            n_seen += 1 if is_seen else 0
            total += np.float64(value)
            square += np.float64(value) * value
            lowest, highest = min(lowest, value), max(highest, value)
        mean = total / n_seen if n_seen else UNKNOWN
        variance = square / n_seen - mean * mean if n_seen else 0.0
        n_missing[row], frequency[row] = n_people - n_seen, mean / 2.0
        squares[row] = max(square - n_seen * mean * mean, 0.0) if n_seen else 0.0
        reason[row] = _judge((n_people - n_seen) / n_people, mean / 2.0, variance, limits)
        if not (lowest >= 0.0 and highest <= 2.0):
            reason[row] = OUT_OF_RANGE
        if reason[row] == TESTED:
            middle = np.float32(mean)
            for j in range(n_people):
                x[j] = x[j] - middle if x[j] == x[j] else np.float32(0.0)


@numba.njit(cache=True)
def _judge(share_missing: float, frequency: float, variance: float, limits: tuple[float, float]) -> int:
    if share_missing == 1.0:
        return NOBODY_SEEN
    if variance < SMALLEST_VARIANCE:
        return MONOMORPHIC
    if share_missing > limits[1]:
        return MISSINGNESS
    return LOW_FREQUENCY if min(frequency, 1.0 - frequency) < limits[0] else TESTED
