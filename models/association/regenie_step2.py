"""Quantitative traits, second step of a whole-genome regression: each SNP tested against what is left of the trait."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange, count_snps
from models.association.covariate_basis import CovariateBasis, covariate_basis
from models.association.errors import TraitError
from models.association.loco_predictions import LocoPredictions
from models.association.snp_screen import (
    TESTED,
    ScreenCounts,
    ScreenedBlock,
    ScreenOptions,
    count_reasons,
    screen_block,
)
from models.genotype_blocks import BlockReader, block_size, read_checked
from models.significance import neg_log10_two_sided

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class QuantitativeScan:
    """Results of one trait, a value a SNP ``[m]``; NaN where the SNP was not tested.

    Attributes
    ----------
    n_people
        People with the trait.
    n_seen, frequency
        People of them with a dosage, and the share of allele 1 among those.
    beta, se, z
        Effect of a copy of allele 1 in units of the trait, its standard error, their ratio.
    neg_log10_p
        Of z² as chi² with one degree of freedom.
    reason
        Codes of `models.association.snp_screen`: 0 tested, else why not.
    counts
        SNPs by reason.
    """

    n_people: int
    n_seen: NDArray[np.int64]
    frequency: FloatArray
    beta: FloatArray
    se: FloatArray
    z: FloatArray
    neg_log10_p: FloatArray
    reason: NDArray[np.int8]
    counts: ScreenCounts


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """Traits known for the same people."""

    traits: NDArray[np.intp]
    people: NDArray[np.intp]
    basis: CovariateBasis
    residuals: FloatArray
    scale: FloatArray


@dataclasses.dataclass(frozen=True, slots=True)
class _Columns:
    """The results while they are filled, ``[t, m]``."""

    n_seen: NDArray[np.int64]
    frequency: FloatArray
    beta: FloatArray
    se: FloatArray
    reason: NDArray[np.int8]


def scan_quantitative(
    read_block: BlockReader,
    ranges: Sequence[ChromosomeRange],
    phenotypes: FloatArray,
    covariates: FloatArray | None = None,
    *,
    predictions: LocoPredictions | None = None,
    options: ScreenOptions | None = None,
) -> tuple[QuantitativeScan, ...]:
    """Test each SNP against each trait, less the covariates and what the other chromosomes predict.

    Parameters
    ----------
    read_block
        Dosages of n people.
    ranges
        The SNPs by chromosome, from SNP 0 on without gaps.
    phenotypes
        ``[n, t]``, NaN where unknown: each trait is tested among the people who have it.
    covariates
        ``[n, c]`` without an intercept, finite; None for none.
    predictions
        From `models.association.ridge` or a file of REGENIE's; None for plain linear regression scores.
    options
        Bars a SNP has to pass.

    Returns
    -------
    tuple[QuantitativeScan, ...]
        A scan a trait.

    Raises
    ------
    TraitError
        If a trait is unknown for all, does not vary once the covariates are taken out, or shapes do not fit.

    Notes
    -----
    With y the trait less covariates over its standard deviation, p the prediction, ``r = y - p`` and g what the
    covariates leave of the dosages (missing ones filled by the mean), ``beta = g'r / g'g`` and
    ``se² = (r'r / (n - c)) / g'g``: the score test, with the variance under no effect. As in REGENIE, the covariates
    are not taken out of p for the variance (a relative difference of about 1e-4).

    References
    ----------
    Mbatchou et al. 2021, doi:10.1038/s41588-021-00870-7, Methods ("Association testing, quantitative traits").
    """
    values = _as_traits(phenotypes)
    n_people, n_traits = values.shape
    groups = [_prepare(values, covariates, traits) for traits in _same_people(values)]
    shape = n_traits, count_snps(ranges)
    unknown = np.full(shape, np.nan)
    counts, reasons = np.zeros(shape, np.int64), np.zeros(shape, np.int8)
    columns = _Columns(counts, frequency=unknown.copy(), beta=unknown.copy(), se=unknown.copy(), reason=reasons)
    for chromosome in ranges:
        offsets = None if predictions is None else predictions.checked(chromosome.name, n_traits, n_people)
        nulls = [_null(group, offsets) for group in groups]
        size = block_size(n_people)
        for first in range(chromosome.first, chromosome.last, size):
            last = min(first + size, chromosome.last)
            block = read_checked(read_block, first, last, n_people=n_people)
            for group, (residuals, variance) in zip(groups, nulls, strict=True):
                among = block if group.people.size == n_people else block[:, group.people]
                screened = screen_block(among, group.basis, options or ScreenOptions())
                _test(screened, group, residuals, variance=variance, into=columns, first=first)
    return tuple(_result(columns, trait, int(np.isfinite(values[:, trait]).sum())) for trait in range(n_traits))


def _as_traits(phenotypes: FloatArray) -> FloatArray:
    values = np.asarray(phenotypes, np.float64)
    if values.ndim != 2 or np.isinf(values).any():
        raise TraitError(
            f"phenotypes have shape {values.shape}, {np.isinf(values).sum()} values are infinite: give [people, "
            "traits], NaN where unknown"
        )
    return values


def _same_people(values: FloatArray) -> list[NDArray[np.intp]]:
    """Traits in groups that are known for the same people."""
    groups: dict[bytes, list[int]] = {}
    for trait, is_known in enumerate(np.isfinite(values).T):
        groups.setdefault(np.packbits(is_known).tobytes(), []).append(trait)
    return [np.array(traits, np.intp) for traits in groups.values()]


def _prepare(values: FloatArray, covariates: FloatArray | None, traits: NDArray[np.intp]) -> _Group:
    people = np.flatnonzero(np.isfinite(values[:, traits[0]]))
    if not people.size:
        raise TraitError(f"trait {traits[0]} (counted from 0) is unknown for all people: leave it out")
    basis = covariate_basis(None if covariates is None else np.asarray(covariates)[people], people.size)
    known = values[np.ix_(people, traits)]
    residuals = basis.residuals(known)
    scale = np.sqrt(np.einsum("ij,ij->j", residuals, residuals) / basis.residual_degrees_of_freedom)
    flat = np.flatnonzero(scale <= 1e-10 * np.abs(known).max(axis=0))
    if flat.size:
        raise TraitError(
            f"trait {traits[flat[0]]} (counted from 0) does not vary once the covariates are taken out: leave it out, "
            "or the covariate that equals it"
        )
    return _Group(traits, people, basis, residuals / scale, scale)


def _null(group: _Group, offsets: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Residuals under no effect ``[n, t]`` and their variance ``[t]``, in units of the traits' deviations."""
    residuals = group.residuals
    if offsets is not None:
        residuals = residuals - offsets[np.ix_(group.traits, group.people)].T
    variance = np.einsum("ij,ij->j", residuals, residuals) / group.basis.residual_degrees_of_freedom
    return group.basis.residuals(residuals), variance


def _test(
    block: ScreenedBlock, group: _Group, residuals: FloatArray, *, variance: FloatArray, into: _Columns, first: int
) -> None:
    """Write the block's results into the columns, from SNP `first` on."""
    is_tested = block.reason == TESTED
    square = np.where(is_tested, block.residual_square, np.nan)[:, None]
    beta = (block.dosages @ residuals) / square * group.scale
    se = np.sqrt(variance / square) * group.scale
    at = np.ix_(group.traits, np.arange(first, first + len(square)))
    into.n_seen[at], into.frequency[at], into.reason[at] = block.n_seen, block.frequency, block.reason
    into.beta[at], into.se[at] = beta.T, se.T


def _result(columns: _Columns, trait: int, n_people: int) -> QuantitativeScan:
    beta, se, reason = columns.beta[trait], columns.se[trait], columns.reason[trait]
    z = beta / se
    return QuantitativeScan(
        n_people,
        columns.n_seen[trait],
        columns.frequency[trait],
        beta=beta,
        se=se,
        z=z,
        neg_log10_p=neg_log10_two_sided(z),
        reason=reason,
        counts=count_reasons(reason),
    )
