"""Which SNPs of a block the whole-genome regression's second step tests, and why the others are left out."""

import dataclasses
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.covariate_basis import CovariateBasis

FloatArray = NDArray[np.float64]

TESTED: Final = 0
NOBODY_SEEN: Final = 1
FEW_MINOR_ALLELES: Final = 2
SUM_OF_COVARIATES: Final = 3
NOT_CONVERGED: Final = 4


@dataclasses.dataclass(frozen=True, slots=True)
class ScreenOptions:
    """Bars a SNP has to pass.

    Attributes
    ----------
    smallest_minor_allele_count
        Copies of the rarer allele among the people analysed (REGENIE's ``--minMAC``, 5).
    largest_r2_with_covariates
        Share of a SNP's variance that the covariates explain (GEMMA's .9999).
    """

    smallest_minor_allele_count: float = 5.0
    largest_r2_with_covariates: float = 0.9999


@dataclasses.dataclass(frozen=True, slots=True)
class ScreenCounts:
    """SNPs by what became of them; the five sum to all SNPs."""

    n_tested: int
    n_nobody_seen: int
    n_few_minor_alleles: int
    n_sum_of_covariates: int
    n_not_converged: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class ScreenedBlock:
    """A block of SNPs with the missing filled by the mean, centred.

    Attributes
    ----------
    dosages
        Dosage less its mean, 0 where it was missing, ``[m, n]``.
    n_seen
        People with a dosage, ``[m]``.
    frequency
        Of allele 1 among them, ``[m]``.
    in_covariates
        Products of each SNP with the covariates' orthonormal columns, ``[m, c]``.
    residual_square
        Sum of squares of each SNP once the covariates are taken out, ``[m]``.
    reason
        `TESTED`, or why not, ``[m]``.
    """

    dosages: FloatArray
    n_seen: NDArray[np.int64]
    frequency: FloatArray
    in_covariates: FloatArray
    residual_square: FloatArray
    reason: NDArray[np.int8]


def screen_block(block: NDArray[np.float32], basis: CovariateBasis, options: ScreenOptions) -> ScreenedBlock:
    """Centre a block, fill its gaps with the mean and say which SNPs can be tested.

    Parameters
    ----------
    block
        Dosages ``[m, n]`` of the people analysed, NaN where missing.
    basis
        Their covariates.
    options
        The bars.
    """
    is_seen = ~np.isnan(block)
    n_seen = is_seen.sum(axis=1, dtype=np.int64)
    dosages = np.where(is_seen, block, np.float32(0)).astype(np.float64)
    mean = dosages.sum(axis=1) / np.maximum(n_seen, 1)
    dosages -= mean[:, None]
    if not is_seen.all():
        dosages[~is_seen] = 0.0
    square = np.einsum("ij,ij->i", dosages, dosages)
    in_covariates = dosages @ basis.columns
    residual_square = square - np.einsum("ij,ij->i", in_covariates, in_covariates)
    minor_count = np.minimum(mean, 2.0 - mean) * n_seen
    reason = np.full(len(block), TESTED, np.int8)
    reason[residual_square <= (1.0 - options.largest_r2_with_covariates) * square] = SUM_OF_COVARIATES
    reason[(minor_count < options.smallest_minor_allele_count) | (square <= 0.0)] = FEW_MINOR_ALLELES
    reason[n_seen == 0] = NOBODY_SEEN
    frequency = np.where(n_seen > 0, mean / 2.0, np.nan)
    return ScreenedBlock(dosages, n_seen, frequency, in_covariates, residual_square, reason)


def count_reasons(reason: NDArray[np.int8]) -> ScreenCounts:
    """Count SNPs by reason."""
    counts = np.bincount(reason, minlength=5)
    return ScreenCounts(*(int(count) for count in counts[:5]))
