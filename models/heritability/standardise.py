"""Genotypes of an LD reference as bit planes with what standardising needs: kept SNPs, frequencies, scales."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Final

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from models.heritability.errors import GenotypeError

BlockReader = Callable[[int, int], NDArray[np.int8]]
"""``read_block(first, last)``: copies of the counted allele 0, 1, 2 or -127 for missing, (last - first, n_people)."""

TILE: Final = 256
"""SNPs in a tile: its planes fit the first cache for a few hundred people, a square of r² the second."""

WORDS_AT_A_TIME: Final = 4
"""Words of a plane that the kernels take at a time; planes are padded to whole groups."""

REASONS: Final = ("all_missing", "all_heterozygous", "monomorphic", "minimum_maf")
"""Why SNPs are dropped, in the order in which it is asked."""

_GENOTYPES_AT_A_TIME: Final = 8 << 20  # int8, so 8 MiB
_KEPT: Final = len(REASONS)
_LOW_BITS: Final = np.uint64(0x0101010101010101)
_NEVER_SET: Final = np.uint64(0x7C7C7C7C7C7C7C7C)


@dataclasses.dataclass(frozen=True)
class PackedGenotypes:
    """One chromosome's kept SNPs, two bits a genotype (three where anything is missing).

    With d = copies - 1 in {-1, 0, 1} and 0 for missing, sums over people of products of d are counts of bits, so
    correlations rest on exact integers.

    Attributes
    ----------
    n_people
        People n.
    homozygous
        Bit set where d is not 0, uint64 (tiles, words, `TILE`). The people's order within the words is the kernel's.
    second
        Bit set where d = 1, same shape.
    missing
        Bit set where the genotype is missing, same shape; no tiles where nothing is missing at all.
    has_missing
        Whether any kept SNP of a tile has a missing genotype (tiles,).
    total
        Sum of d over people (kept,).
    n_missing
        People without genotype (kept,).
    scale
        1 over the square root of the sum of (d - mean)² over the people seen (kept,): after imputing the mean,
        r = scale_j scale_k sum (d_j - mean_j)(d_k - mean_k).
    """

    n_people: int
    homozygous: NDArray[np.uint64]
    second: NDArray[np.uint64]
    missing: NDArray[np.uint64]
    has_missing: NDArray[np.bool_]
    total: NDArray[np.float64]
    n_missing: NDArray[np.float64]
    scale: NDArray[np.float64]

    @property
    def n_snps(self) -> int:
        """Kept SNPs."""
        return int(self.total.size)


@dataclasses.dataclass(frozen=True)
class KeptSnps:
    """Which SNPs of a chromosome can be standardised.

    Attributes
    ----------
    is_kept
        (n,).
    allele_frequency
        Of the counted allele among the people seen (n,); NaN where nobody is.
    minor_allele_frequency
        Of the rarer allele, the same whichever is counted (n,).
    n_dropped
        Number of SNPs dropped by reason, all of `REASONS`.
    """

    is_kept: NDArray[np.bool_]
    allele_frequency: NDArray[np.float64]
    minor_allele_frequency: NDArray[np.float64]
    n_dropped: Mapping[str, int]


def pack_genotypes(
    read_block: BlockReader, n_people: int, *, n_snps: int, minimum_maf: float = 0.0
) -> tuple[PackedGenotypes, KeptSnps]:
    """Read a chromosome once and keep the SNPs that vary, as bits.

    Parameters
    ----------
    read_block
        The genotypes; asked for blocks in order.
    n_people
        People, 3 or more.
    n_snps
        SNPs of the chromosome.
    minimum_maf
        SNPs are kept whose minor allele frequency is above.

    Returns
    -------
    tuple[PackedGenotypes, KeptSnps]
        The kept SNPs' bits and scales, and facts on all SNPs.

    Raises
    ------
    GenotypeError
        If there are fewer than 3 people, a block has another shape or type, or a value is none of 0, 1, 2, -127.
    """
    if n_people < 3:
        raise GenotypeError(f"LD scores need 3 people or more, got {n_people}: take a larger panel")
    n_words = -(-n_people // 64)
    n_words += -n_words % WORDS_AT_A_TIME
    n_tiles = -(-n_snps // TILE)
    homozygous, second = (np.zeros((n_tiles, n_words, TILE), np.uint64) for _ in range(2))
    missing = np.zeros((0, n_words, TILE), np.uint64)
    counts = np.zeros((n_snps, 3), np.int64)
    reason = np.zeros(n_snps, np.uint8)
    scratch = np.ones(n_words * 64, np.int8)  # a heterozygote is 0, so padding counts for nothing
    n_kept, width = 0, max(1, _GENOTYPES_AT_A_TIME // n_people)
    for first in range(0, n_snps, width):
        last = min(first + width, n_snps)
        block = _checked_block(read_block(first, last), first, (last - first, n_people))
        if not len(missing) and block.min() < 0:
            missing = np.zeros_like(homozygous)
        planes, facts = (homozygous, second, missing), (counts[first:last], reason[first:last])
        n_kept, n_bad = _pack_block(block, planes, facts, scratch.view(np.uint64), (n_kept, minimum_maf))
        if n_bad:
            raise GenotypeError(
                f"a genotype is 0, 1 or 2 copies, or -127 for missing: {n_bad} SNPs of {first} to {last - 1} hold "
                "other values; check the block reader"
            )
    return _add_scales(n_people, (homozygous, second, missing), counts, reason)


def _checked_block(block: NDArray[np.int8], first: int, shape: tuple[int, int]) -> NDArray[np.int8]:
    if block.shape != shape or block.dtype != np.int8:
        raise GenotypeError(
            f"a block of genotypes must be int8 of shape (SNPs, people) = {shape}, got {block.dtype} of shape "
            f"{block.shape} from SNP {first}: give SNP-major blocks"
        )
    return np.ascontiguousarray(block)


def _add_scales(
    n_people: int, planes: tuple[NDArray[np.uint64], ...], counts: NDArray[np.int64], reason: NDArray[np.uint8]
) -> tuple[PackedGenotypes, KeptSnps]:
    is_kept = reason == _KEPT
    n_homozygous, n_second, n_missing = counts.T.astype(np.float64)
    n_seen = n_people - n_missing
    total = 2.0 * n_second - n_homozygous
    with np.errstate(invalid="ignore", divide="ignore"):
        copies = n_seen + total
        frequency = copies / (2.0 * n_seen)
        maf = np.minimum(copies, 2.0 * n_seen - copies) / (2.0 * n_seen)
        scale = 1.0 / np.sqrt(n_homozygous - total * total / n_seen)
    n_tiles = -(-int(is_kept.sum()) // TILE)
    slots = np.arange(int(is_kept.sum())) // TILE
    packed = PackedGenotypes(
        n_people=n_people,
        homozygous=planes[0][:n_tiles],
        second=planes[1][:n_tiles],
        missing=planes[2][:n_tiles],
        has_missing=np.bincount(slots, n_missing[is_kept], minlength=n_tiles) > 0,
        total=total[is_kept],
        n_missing=n_missing[is_kept],
        scale=scale[is_kept],
    )
    dropped = {name: int((reason == code).sum()) for code, name in enumerate(REASONS)}
    return packed, KeptSnps(is_kept, frequency, maf, dropped)


def _population_count(typing_context: Any, word: Any) -> Any:
    del typing_context, word

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


count_bits: Any = intrinsic(_population_count)
"""Set bits of an unsigned word, inside kernels only: the one machine instruction where there is one."""


@numba.njit(cache=True)
def _pack_block(
    block: NDArray[np.int8],
    planes: tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]],
    facts: tuple[NDArray[np.int64], NDArray[np.uint8]],
    scratch: NDArray[np.uint64],
    state: tuple[int, float],
) -> tuple[int, int]:
    """Count each SNP's genotypes and write the bits of those kept behind the ones kept so far.

    Eight people a 64-bit load: bit 0 of a byte says heterozygous or missing, bit 1 two copies, bit 7 missing.
    """
    homozygous, second, missing = planes
    counts, reason = facts
    n_kept, minimum_maf = state
    n_snps, n_people = block.shape
    as_bytes = scratch.view(np.int8)
    n_bad = 0
    for snp in range(n_snps):
        as_bytes[:n_people] = block[snp]
        tile, slot = n_kept // TILE, n_kept % TILE
        bad = np.uint64(0)
        n_homozygous = n_second = n_missing = np.uint64(0)
        for word in range(homozygous.shape[1]):
            one = two = unseen = np.uint64(0)
            for eighth in range(8):
                x, shift = scratch[8 * word + eighth], np.uint64(eighth)
                bad |= (x & _NEVER_SET) | (x & (x >> np.uint64(1)) & _LOW_BITS) | ((x >> np.uint64(7)) & ~x & _LOW_BITS)
                one |= (x & _LOW_BITS) << shift
                two |= ((x >> np.uint64(1)) & _LOW_BITS) << shift
                unseen |= ((x >> np.uint64(7)) & _LOW_BITS) << shift
            n_homozygous += count_bits(~one)
            n_second += count_bits(two)
            n_missing += count_bits(unseen)
            homozygous[tile, word, slot], second[tile, word, slot] = ~one, two
            if len(missing):
                missing[tile, word, slot] = unseen
        n_bad += bad != 0
        counts[snp, 0], counts[snp, 1], counts[snp, 2] = n_homozygous, n_second, n_missing
        n_seen = n_people - np.int64(n_missing)
        reason[snp] = _reason(n_seen, np.int64(n_homozygous), np.int64(n_second), minimum_maf)
        n_kept += reason[snp] == _KEPT
    return n_kept, n_bad


@numba.njit(cache=True)
def _reason(n_seen: np.int64, n_homozygous: np.int64, n_second: np.int64, minimum_maf: float) -> int:
    """Place of the reason in `REASONS`, or the number after them for a SNP that is kept."""
    if n_seen == 0:
        return 0
    if n_homozygous == 0:
        return 1
    copies = n_seen - n_homozygous + 2 * n_second
    maf = min(copies, 2 * n_seen - copies) / (2.0 * n_seen)
    if n_homozygous == n_seen and n_second in (0, n_seen):
        return 2
    return 3 if maf <= minimum_maf else 4
