"""The law of LD in the simulated study: inside a block |r| = decay ** distance, across blocks 0."""

import numpy as np
from numpy.typing import NDArray

LD_DECAY = 0.85
"""Correlation of neighbouring SNPs of one block (the simulator's law in the project's PinSage guide)."""


def block_correlation(snps_per_block: int, decay: float = LD_DECAY) -> NDArray[np.float64]:
    """Give the correlation matrix of one block before alleles are oriented.

    Parameters
    ----------
    snps_per_block
        Number of SNPs of a block.
    decay
        Correlation of neighbours.

    Returns
    -------
    NDArray[np.float64]
        Shape (snps_per_block, snps_per_block), decay ** |i - j|.
    """
    index = np.arange(snps_per_block)
    return np.asarray(decay ** np.abs(index[:, None] - index[None, :]), dtype=np.float64)


def draw_correlated_noise(
    generator: np.random.Generator,
    n_rows: int,
    n_blocks: int,
    snps_per_block: int,
    decay: float = LD_DECAY,
) -> NDArray[np.float32]:
    """Draw standard normal z-scores under the null, correlated as the SNPs of each block are.

    Parameters
    ----------
    generator
        Source of randomness.
    n_rows
        Number of independent traits.
    n_blocks, snps_per_block
        The genome's shape.
    decay
        Correlation of neighbours.

    Returns
    -------
    NDArray[np.float32]
        Shape (n_rows, n_blocks, snps_per_block); each entry N(0, 1), each block's rows N(0, R).

    Notes
    -----
    A first-order autoregressive chain: e[i] = decay · e[i-1] + sqrt(1 - decay²) · w[i].
    """
    noise = generator.standard_normal((n_rows, n_blocks, snps_per_block), dtype=np.float32)
    fresh_share = np.float32(np.sqrt(1.0 - decay**2))
    for place in range(1, snps_per_block):
        noise[:, :, place] *= fresh_share
        noise[:, :, place] += np.float32(decay) * noise[:, :, place - 1]
    return noise


def draw_haplotypes(
    generator: np.random.Generator,
    n_haplotypes: int,
    frequency: NDArray[np.float64],
    snps_per_block: int,
    decay: float = LD_DECAY,
) -> NDArray[np.int8]:
    """Draw haplotypes whose alleles correlate by exactly decay ** distance inside a block.

    Parameters
    ----------
    generator
        Source of randomness.
    n_haplotypes
        Number of haplotypes (two a person).
    frequency
        Shape (n_blocks,): the frequency of the carried allele, one for all SNPs of a block.
    snps_per_block
        SNPs of a block.
    decay
        Correlation of neighbours.

    Returns
    -------
    NDArray[np.int8]
        Shape (n_haplotypes, n_blocks, snps_per_block), 1 where the haplotype carries the allele.

    Notes
    -----
    Each allele is a copy of its left neighbour with probability `decay`, else drawn afresh. With one frequency a block
    this gives r = decay ** distance exactly; with different frequencies it could not.
    """
    shape = (n_haplotypes, frequency.size, snps_per_block)
    fresh = (generator.random(shape, dtype=np.float32) < frequency[None, :, None]).astype(np.int8)
    is_copy = generator.random(shape, dtype=np.float32) < decay
    for place in range(1, snps_per_block):
        fresh[:, :, place] = np.where(is_copy[:, :, place], fresh[:, :, place - 1], fresh[:, :, place])
    return fresh
