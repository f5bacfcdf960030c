"""The genome of the simulated cohort: common SNPs in haplotype blocks between recombination hot spots."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.cohort_size import CohortSize
from loaders.simulation.genome import HG19_LENGTHS_BP, DemoSizeError

N_FOUNDERS = 64
"""Ancestral haplotypes that everybody's chromosomes are copied from."""
MINIMUM_COPIES = 5
"""An allele is carried by at least this many founders, so that every SNP has MAF of 5/64 = 7.8 % or more."""
_SPAN_BP = 10_000_000
_FIRST_BP = 20_000_000
_BLOCK_SNPS = (4, 60)
_HOT_SPOT_CM = (0.05, 1.2)  # median and sigma of a log-normal
_CM_PER_MB = 0.25  # between hot spots
_SWITCHES_PER_CM = 30.0
_LETTERS = (("A", "G"), ("C", "T"), ("A", "C"), ("G", "T"), ("A", "T"), ("C", "G"))
_LETTER_SHARES = (0.36, 0.36, 0.1, 0.1, 0.04, 0.04)


@dataclass(frozen=True, slots=True)
class CohortGenome:
    """SNPs and the haplotypes of which everybody is a mosaic.

    Attributes
    ----------
    snps
        rsid, chromosome, position_bp, centimorgan, allele_1, allele_2, block; sorted by place.
    founders
        Shape (n_snps, N_FOUNDERS), int8: 1 where the founder carries allele_1.
    first_snp
        Shape (n_blocks + 1,): where each haplotype block begins; the last entry is the number of SNPs.
    switch_share
        Shape (n_blocks,): probability that a haplotype copies another founder from this block on; 1 at the start of a
        chromosome.
    """

    snps: pl.DataFrame
    founders: NDArray[np.int8]
    first_snp: NDArray[np.int64]
    switch_share: NDArray[np.float64]

    @property
    def n_blocks(self) -> int:
        """Number of haplotype blocks."""
        return self.switch_share.size

    @property
    def frequency_1(self) -> NDArray[np.float64]:
        """Frequency of allele_1 in the population (n_snps,)."""
        return np.asarray(self.founders.mean(axis=1), dtype=np.float64)

    def members(self, block: int) -> slice:
        """Rows of a block's SNPs."""
        return slice(int(self.first_snp[block]), int(self.first_snp[block + 1]))


def make_cohort_genome(size: CohortSize, generator: np.random.Generator) -> CohortGenome:
    """Lay out SNPs on 22 autosomes and draw the founders' haplotypes.

    Parameters
    ----------
    size
        Numbers of SNPs.
    generator
        Source of randomness.

    Returns
    -------
    CohortGenome
        The same span on each autosome whatever the number of SNPs. Ids lie outside the published ranges (rs5…).

    Raises
    ------
    DemoSizeError
        If a chromosome would have fewer than eight SNPs.

    Notes
    -----
    In a block the founders are related by one random tree (Kingman's coalescent) and each SNP is a mutation on one of
    its branches, so |D'| = 1 in a block while r² varies as allele frequencies do. A haplotype may copy another founder
    only at the hot spots between blocks, so that LD across them decays with the genetic distance.

    References
    ----------
    Kingman 1982, 10.1016/0304-4149(82)90011-4. Li and Stephens 2003, 10.1093/genetics/165.4.2213 (the copying).
    """
    n_each = size.n_snps // len(HG19_LENGTHS_BP)
    if n_each < 2 * _BLOCK_SNPS[0]:
        raise DemoSizeError(
            f"a cohort needs at least {2 * _BLOCK_SNPS[0]} SNPs on each of 22 autosomes; n_snps = {size.n_snps} gives "
            f"{n_each}: ask for {2 * _BLOCK_SNPS[0] * 22} or more"
        )
    sizes = [_block_sizes(n_each, generator) for _ in HG19_LENGTHS_BP]
    gaps = [np.exp(generator.normal(np.log(_HOT_SPOT_CM[0]), _HOT_SPOT_CM[1], len(own))) for own in sizes]
    switch = [1.0 - np.exp(-_SWITCHES_PER_CM * gap) for gap in gaps]
    for of_chromosome in switch:
        of_chromosome[0] = 1.0
    all_sizes = np.concatenate(sizes)
    return CohortGenome(
        snps=_make_snps(sizes, gaps, generator),
        founders=np.concatenate([_draw_founders(int(n_snps), generator) for n_snps in all_sizes]),
        first_snp=np.concatenate([[0], np.cumsum(all_sizes)]).astype(np.int64),
        switch_share=np.concatenate(switch),
    )


def _block_sizes(n_snps: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Cut a chromosome's SNPs into blocks; the smallest size may double at the end."""
    sizes = []
    left = n_snps
    while left >= 2 * _BLOCK_SNPS[0]:
        wanted = _BLOCK_SNPS[0] + generator.exponential(18.0)
        sizes.append(int(min(wanted, _BLOCK_SNPS[1], left - _BLOCK_SNPS[0])))
        left -= sizes[-1]
    return np.array([*sizes, left], dtype=np.int64)


def _draw_founders(n_snps: int, generator: np.random.Generator) -> NDArray[np.int8]:
    """Alleles of a block's SNPs: mutations on the branches of one tree (n_snps, N_FOUNDERS)."""
    leaves, lengths = _draw_tree(generator)
    n_copies = leaves.sum(axis=1)
    is_common = (n_copies >= MINIMUM_COPIES) & (n_copies <= N_FOUNDERS - MINIMUM_COPIES)
    weights = np.where(is_common, lengths, 0.0)
    chosen = generator.choice(lengths.size, n_snps, p=weights / weights.sum())
    is_derived = generator.random(n_snps) < 0.5  # which of the two alleles is allele_1
    return np.asarray(leaves[chosen] == is_derived[:, None], dtype=np.int8)


def _draw_tree(generator: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Draw Kingman's coalescent of the founders: which of them lie below each branch, and the branch's length."""
    leaves = np.zeros((2 * N_FOUNDERS - 2, N_FOUNDERS), dtype=np.bool_)
    lengths = np.zeros(2 * N_FOUNDERS - 2)
    np.fill_diagonal(leaves[:N_FOUNDERS], val=True)
    alive = list(range(N_FOUNDERS))
    for node in range(N_FOUNDERS, 2 * N_FOUNDERS - 1):
        n_alive = len(alive)
        lengths[alive] += generator.exponential(2.0 / (n_alive * (n_alive - 1)))
        first, second = generator.choice(n_alive, 2, replace=False).tolist()
        if n_alive > 2:  # the root has no branch above it
            leaves[node] = leaves[alive[first]] | leaves[alive[second]]
        alive = [branch for place, branch in enumerate(alive) if place not in (first, second)]
        alive.append(node)
    return leaves, lengths


def _make_snps(
    sizes: list[NDArray[np.int64]], gaps: list[NDArray[np.float64]], generator: np.random.Generator
) -> pl.DataFrame:
    parts = []
    n_blocks = 0
    for chromosome, (own, gap) in enumerate(zip(sizes, gaps, strict=True), start=1):
        n_snps = int(own.sum())
        block = np.repeat(np.arange(own.size), own)
        spacing = generator.uniform(0.5, 1.5, n_snps)
        offset = np.floor(np.cumsum(spacing) / spacing.sum() * (_SPAN_BP - n_snps)).astype(np.int64) + np.arange(n_snps)
        centimorgan = 20.0 + offset / 1e6 * _CM_PER_MB + np.cumsum(gap)[block]
        parts.append(
            pl.DataFrame(
                {
                    "chromosome": np.full(n_snps, chromosome),
                    "position_bp": _FIRST_BP + offset,
                    "centimorgan": centimorgan.round(6),
                    "block": n_blocks + block,
                }
            )
        )
        n_blocks += own.size
    snps = pl.concat(parts)
    pairs = generator.choice(len(_LETTERS), snps.height, p=_LETTER_SHARES)
    is_swapped = generator.random(snps.height) < 0.5
    number = generator.permutation(snps.height) * 89 + generator.integers(0, 89, snps.height)
    letters = [_LETTERS[pair][:: -1 if swap else 1] for pair, swap in zip(pairs, is_swapped, strict=True)]
    return snps.with_columns(
        rsid=pl.Series([f"rs5{value:09d}" for value in number.tolist()]),
        allele_1=pl.Series([pair[0] for pair in letters]),
        allele_2=pl.Series([pair[1] for pair in letters]),
    )
