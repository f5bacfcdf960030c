"""Draws people of the simulated cohort as mosaics of founders, and sums over them without making their genotypes."""

import numpy as np
from numpy.typing import NDArray

from loaders.simulation.cohort_genome import N_FOUNDERS, CohortGenome


def draw_mosaics(genome: CohortGenome, n_people: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Draw which founder each haplotype copies in each block.

    Parameters
    ----------
    genome
        The founders and the chance of a switch before each block.
    n_people
        Number of people, of two haplotypes each.
    generator
        Source of randomness.

    Returns
    -------
    NDArray[np.uint8]
        Shape (n_blocks, n_people, 2): index of the founder.
    """
    shape = (n_people, 2)
    mosaics = np.empty((genome.n_blocks, *shape), dtype=np.uint8)
    for block, share in enumerate(genome.switch_share):
        fresh = generator.integers(0, N_FOUNDERS, shape, dtype=np.uint8)
        is_switch = generator.random(shape, dtype=np.float32) < share
        mosaics[block] = np.where(is_switch, fresh, mosaics[block - 1]) if block else fresh
    return mosaics


def draw_genotypes(genome: CohortGenome, mosaics: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Write mosaics out as genotypes.

    Parameters
    ----------
    genome, mosaics
        Of the same population.

    Returns
    -------
    NDArray[np.int8]
        Shape (n_snps, n_people): copies of allele_1.
    """
    parts = []
    for block in range(genome.n_blocks):
        founders = genome.founders[genome.members(block)]
        parts.append(founders[:, mosaics[block, :, 0]] + founders[:, mosaics[block, :, 1]])
    return np.concatenate(parts)


def sum_effects(genome: CohortGenome, mosaics: NDArray[np.uint8], effects: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum each person's effects.

    Parameters
    ----------
    genome, mosaics
        The people.
    effects
        Shape (n_snps, n_traits): effect of a standardised genotype (by the population's frequency).

    Returns
    -------
    NDArray[np.float64]
        Shape (n_people, n_traits): genetic values, of mean 0 in the population.
    """
    frequency = genome.frequency_1[:, None]
    per_copy = effects / np.sqrt(2.0 * frequency * (1.0 - frequency))
    values = np.zeros((mosaics.shape[1], effects.shape[1]))
    for block in range(genome.n_blocks):
        members = genome.members(block)
        of_founder = (genome.founders[members] - frequency[members]).T @ per_copy[members]
        values += of_founder[mosaics[block, :, 0]]
        values += of_founder[mosaics[block, :, 1]]
    return values


def regress_each(
    genome: CohortGenome, mosaics: NDArray[np.uint8], phenotype: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Regress a phenotype on every SNP.

    Parameters
    ----------
    genome, mosaics
        The people.
    phenotype
        Shape (n_people,).

    Returns
    -------
    z : NDArray[np.float64]
        Shape (n_snps,): X'y / sqrt(n), with genotypes and phenotype standardised in these people; wrt allele_1.
    frequency : NDArray[np.float64]
        Shape (n_snps,): of allele_1 in these people.

    Notes
    -----
    All SNPs of a block depend on a haplotype through its founder alone, so sums over people are sums over founders:
    X'y = F s with s the phenotype summed by founder, and the sum of squares needs only the table of founder pairs.
    """
    n_people = phenotype.size
    standard = (phenotype - phenotype.mean()) / phenotype.std()
    z, frequency = np.empty(genome.founders.shape[0]), np.empty(genome.founders.shape[0])
    for block in range(genome.n_blocks):
        members = genome.members(block)
        founders = genome.founders[members].astype(np.float64)
        pair = mosaics[block, :, 0].astype(np.intp) * N_FOUNDERS + mosaics[block, :, 1]
        counts = np.bincount(pair, minlength=N_FOUNDERS**2).reshape(N_FOUNDERS, N_FOUNDERS).astype(np.float64)
        sums = np.bincount(pair, weights=standard, minlength=N_FOUNDERS**2).reshape(N_FOUNDERS, N_FOUNDERS)
        n_copies = counts.sum(axis=0) + counts.sum(axis=1)
        mean = founders @ n_copies / n_people
        squares = founders @ n_copies + 2.0 * np.einsum("jk,kl,jl->j", founders, counts, founders, optimize=True)
        deviation = np.sqrt(squares / n_people - mean**2)
        z[members] = founders @ (sums.sum(axis=0) + sums.sum(axis=1)) / deviation / np.sqrt(n_people)
        frequency[members] = mean / 2.0
    return z, frequency
