"""LD scores of one chromosome from the genotypes of a reference panel: univariate, partitioned, with LD pairs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from models.heritability.errors import GenotypeError, WindowError
from models.heritability.ld_pairs import LdPairs, TilePairs, collect_pairs
from models.heritability.ld_windows import check_window_fits, first_in_window
from models.heritability.standardise import TILE, BlockReader, PackedGenotypes, pack_genotypes

COMMON_MAF = 0.05
"""SNPs with a minor allele frequency above are common: the M_5_50 of the reference program."""

_SNPS_AT_A_TIME = 8192  # of the annotations, so that sums need no copy of them


@dataclasses.dataclass(frozen=True)
class LdScoreOptions:
    """How LD scores are estimated.

    Attributes
    ----------
    window
        Largest distance of a pair, in the unit of the positions.
    is_exact
        Sums in float64 instead of float32 with float64 totals; correlations rest on exact integers either way.
    chunk_size
        None: each SNP has its own window. 50: the reference program's wider ones, evaluated at every 50th SNP.
    exponent
        S: annotations are multiplied by (p (1 - p))^S; 1 gives scores per allele.
    minimum_maf
        SNPs are kept whose minor allele frequency is above.
    allow_whole_chromosome
        Whether the window may span all SNPs.
    pair_threshold
        Pairs within the window with an unadjusted r² of this or more are returned; None for no pairs.
    """

    window: float = 1.0
    is_exact: bool = False
    chunk_size: int | None = None
    exponent: float | None = None
    minimum_maf: float = 0.0
    allow_whole_chromosome: bool = False
    pair_threshold: float | None = None


@dataclasses.dataclass(frozen=True)
class LdScores:
    """LD scores of one chromosome; k SNPs of n are kept, C annotations.

    Attributes
    ----------
    is_kept
        (n,).
    allele_frequency
        Of the counted allele among the people seen (n,); NaN where nobody is.
    ld_scores
        Sum over the window of adjusted r² times the annotation (k, C).
    m
        Sum of each annotation over the kept SNPs (C,); their number without annotations.
    m_5_50
        The same over kept SNPs with a minor allele frequency above 5%.
    overlap, overlap_5_50
        A'A over the same SNPs (C, C).
    n_reference_snps, n_reference_snps_5_50
        The numbers of these SNPs.
    annotation_sd_5_50
        Standard deviation (dividing by the number) of each annotation over the common SNPs (C,); NaN if there are none.
    n_dropped
        SNPs not kept by reason: all_missing, all_heterozygous, monomorphic, minimum_maf.
    pairs
        Pairs in LD, if asked for.
    """

    is_kept: NDArray[np.bool_]
    allele_frequency: NDArray[np.float64]
    ld_scores: NDArray[np.float64]
    m: NDArray[np.float64]
    m_5_50: NDArray[np.float64]
    overlap: NDArray[np.float64]
    overlap_5_50: NDArray[np.float64]
    n_reference_snps: int
    n_reference_snps_5_50: int
    annotation_sd_5_50: NDArray[np.float64]
    n_dropped: Mapping[str, int]
    pairs: LdPairs | None = None


def estimate_ld_scores(
    read_block: BlockReader,
    n_people: int,
    position: NDArray[np.float64] | None,
    *,
    n_snps: int | None = None,
    annotations: NDArray[np.floating[Any]] | None = None,
    options: LdScoreOptions = LdScoreOptions(),
) -> LdScores:
    """Estimate the LD scores of one chromosome's SNPs from the genotypes of n people.

    Parameters
    ----------
    read_block
        Genotypes: ``read_block(first, last)`` gives copies of the counted allele, int8 (last - first, people), -127
        for missing, which is imputed by the SNP's mean.
    n_people
        People n, 3 or more.
    position
        Not falling, in the unit of the window (n_snps,); None counts kept SNPs, for a window in SNPs.
    n_snps
        Number of SNPs where `position` is None.
    annotations
        One column an annotation, binary or continuous, overlapping or not (n_snps, C); None: one column of ones.
    options
        Window, filter and precision.

    Raises
    ------
    GenotypeError
        If genotypes, positions or annotations have the wrong shape or impossible values, or no SNP is kept.
    WindowError
        If the window is no positive number or spans the chromosome without leave, or the pairs' r² is out of (0, 1].

    Notes
    -----
    l_jc = sum over k within the window, with k = j, of a_kc (r² - (1 - r²)/(n - 2)): unbiased for unrelated people of
    one population. Genotypes are standardised with the standard deviation that divides by n. Each pair is computed
    once. The whole chromosome is held at two bits a genotype (three if some are missing), 1 to 1.5 times its .bed.

    References
    ----------
    Bulik-Sullivan et al. 2015, Nat Genet 47:291, doi:10.1038/ng.3211 (LD scores, online methods). Finucane et al.
    2015, Nat Genet 47:1228, doi:10.1038/ng.3404 (partitioned ones). Gazal et al. 2017, Nat Genet 49:1421,
    doi:10.1038/ng.3954 (continuous annotations).
    """
    if options.pair_threshold is not None and not 0.0 < options.pair_threshold <= 1.0:
        raise WindowError(f"pairs are chosen by an r² above 0 and up to 1, got {options.pair_threshold}: give 0.1")
    n_snps = _number_of_snps(position, n_snps, annotations)
    packed, kept = pack_genotypes(read_block, n_people, n_snps=n_snps, minimum_maf=options.minimum_maf)
    index = np.flatnonzero(kept.is_kept)
    if not index.size:
        raise GenotypeError(f"no SNP of {n_snps:,} is left: {_render_counts(kept.n_dropped)}; lower the MAF filter")
    place = np.arange(index.size, dtype=np.float64) if position is None else position[index].astype(np.float64)
    exact = first_in_window(place, options.window)
    if not options.allow_whole_chromosome:
        check_window_fits(exact, place, options.window)
    is_chunked = options.chunk_size is not None
    first = first_in_window(place, options.window, chunk_size=options.chunk_size) if is_chunked else exact
    summed = _sum_annotations(annotations, index, kept.minor_allele_frequency[index], options)
    scores, pairs = _sum_pairs(packed, first, summed.values, options.pair_threshold)
    return LdScores(
        is_kept=kept.is_kept,
        allele_frequency=kept.allele_frequency,
        ld_scores=scores,
        n_dropped=kept.n_dropped,
        pairs=_of_input(pairs, index) if options.pair_threshold is not None else None,
        **summed.totals,
    )


def _number_of_snps(position: Any, n_snps: int | None, annotations: NDArray[np.floating[Any]] | None) -> int:
    n = len(position) if position is not None else n_snps
    if n is None or (n_snps is not None and n != n_snps):
        raise GenotypeError(f"positions or the number of SNPs must be given, and agree: {n} positions, n_snps {n_snps}")
    if annotations is None:
        return n
    if annotations.ndim != 2 or annotations.shape[0] != n or annotations.shape[1] == 0:
        raise GenotypeError(
            f"annotations must have one row for each of the {n:,} SNPs and one column or more, got shape "
            f"{annotations.shape}: make them from the same .bim"
        )
    if not np.isfinite(annotations).all():
        row, column = np.argwhere(~np.isfinite(annotations))[0]
        raise GenotypeError(f"annotations must be finite: SNP {row}, column {column} has {annotations[row, column]}")
    return n


def _render_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in counts.items() if count)


@dataclasses.dataclass(frozen=True)
class _Annotations:
    """Values of the kept SNPs in the dtype of the sums, and what `LdScores` tells of them."""

    values: NDArray[np.floating[Any]]
    totals: dict[str, Any]


def _sum_annotations(
    annotations: NDArray[np.floating[Any]] | None,
    index: NDArray[np.int64],
    maf: NDArray[np.float64],
    options: LdScoreOptions,
) -> _Annotations:
    """Multiply by (p (1 - p))^S, and sum columns and products of columns over all and over common SNPs."""
    n_columns = 1 if annotations is None else annotations.shape[1]
    values = np.empty((index.size, n_columns), np.float64 if options.is_exact else np.float32)
    m, overlap = np.zeros((2, n_columns)), np.zeros((2, n_columns, n_columns))
    is_common = maf > COMMON_MAF
    for start in range(0, index.size, _SNPS_AT_A_TIME):
        part = slice(start, start + _SNPS_AT_A_TIME)
        chosen = index[part]
        block = np.ones((chosen.size, 1)) if annotations is None else annotations[chosen].astype(np.float64)
        if options.exponent is not None:
            block *= ((maf[part] * (1.0 - maf[part])) ** options.exponent)[:, None]
        values[part] = block
        for row, used in enumerate((block, block[is_common[part]])):
            m[row] += used.sum(axis=0)
            overlap[row] += used.T @ used
    n_common = int(is_common.sum())
    totals = {
        "m": m[0],
        "m_5_50": m[1],
        "overlap": overlap[0],
        "overlap_5_50": overlap[1],
        "n_reference_snps": int(index.size),
        "n_reference_snps_5_50": n_common,
        "annotation_sd_5_50": _standard_deviation(m[1], np.diag(overlap[1]), n_common),
    }
    return _Annotations(values, totals)


def _standard_deviation(total: NDArray[np.float64], squares: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    if not count:
        return np.full_like(total, np.nan)
    variance = squares / count - (total / count) ** 2
    return np.asarray(np.sqrt(np.where(variance > 1e-12 * squares / count, variance, 0.0)))


_Found = list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]]


def _sum_pairs(
    packed: PackedGenotypes, first: NDArray[np.int64], values: NDArray[np.floating[Any]], threshold: float | None
) -> tuple[NDArray[np.float64], _Found]:
    """Add each pair's adjusted r² to both of its SNPs, times the other's annotations; collect strong pairs."""
    scores = values.astype(np.float64)  # the SNP itself: r² = 1
    tiles = TilePairs(packed, first, values.dtype.type)
    found: _Found = []
    add = _add_one_column if values.shape[1] == 1 else _add_columns
    for rows in range(len(packed.homozygous)):
        for columns in range(int(first[rows * TILE]) // TILE, rows + 1):
            adjusted = tiles.fill(rows, columns)
            add(adjusted, values, scores, (rows * TILE, columns * TILE))
            if threshold is not None:
                row, column, r_squared = collect_pairs(adjusted, threshold, packed.n_people)
                found.append((columns * TILE + column, rows * TILE + row, r_squared))
    return scores, found


def _of_input(found: _Found, index: NDArray[np.int64]) -> LdPairs:
    first, second = (index[np.concatenate([part[end] for part in found])].astype(np.int32) for end in (0, 1))
    return LdPairs(first, second, np.concatenate([part[2] for part in found]))


def _add_columns(
    adjusted: NDArray[np.floating[Any]],
    values: NDArray[np.floating[Any]],
    scores: NDArray[np.float64],
    starts: tuple[int, int],
) -> None:
    """Two products of matrices a tile: its columns' annotations to its rows, its rows' to its columns."""
    row, column = (slice(start, start + size) for start, size in zip(starts, adjusted.shape, strict=True))
    scores[row] += adjusted @ values[column]
    scores[column] += adjusted.T @ values[row]


def _add_one_column(
    adjusted: NDArray[np.floating[Any]],
    values: NDArray[np.floating[Any]],
    scores: NDArray[np.float64],
    starts: tuple[int, int],
) -> None:
    row, column = (slice(start, start + size) for start, size in zip(starts, adjusted.shape, strict=True))
    _add_weighted(adjusted, (values[row, 0], values[column, 0]), scores[row, 0], scores[column, 0])


@numba.njit(cache=True, fastmath=True)
def _add_weighted(
    adjusted: NDArray[np.floating[Any]],
    values: tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]],
    of_rows: NDArray[np.float64],
    of_columns: NDArray[np.float64],
) -> None:
    """Both sums in one pass over the tile; `of_rows` and `of_columns` may be the same SNPs."""
    by_column = np.zeros(adjusted.shape[1], adjusted.dtype)
    for j in range(adjusted.shape[0]):
        total, value = adjusted.dtype.type(0), values[0][j]
        for k in range(adjusted.shape[1]):
            total += adjusted[j, k] * values[1][k]
            by_column[k] += adjusted[j, k] * value
        of_rows[j] += total
    of_columns += by_column
