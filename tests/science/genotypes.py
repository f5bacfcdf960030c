"""Genotypes of people under the coalescent with recombination, by msprime."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_CHROMOSOMES = 22
LENGTH_BP = 5e6
POPULATION = 10_000
RECOMBINATION = 1e-8  # 1 cM per Mb
MUTATION = 1.25e-8
MINIMUM_MAF = 0.01
REGRESSION_MAF = 0.05


@dataclass(frozen=True)
class People:
    """One chromosome's genotypes.

    Attributes
    ----------
    position_bp
        Shape (n_snps,).
    gwas, panel
        Copies of the derived allele, int8, of shape (n_snps, people), of the GWAS and of the LD panel.
    """

    position_bp: NDArray[np.float64]
    gwas: NDArray[np.int8]
    panel: NDArray[np.int8]

    @property
    def centimorgan(self) -> NDArray[np.float64]:
        """Genetic position (n_snps,)."""
        return self.position_bp * RECOMBINATION * 100.0

    @property
    def is_regression_snp(self) -> NDArray[np.bool_]:
        """SNPs with MAF above 5 % in the GWAS (n_snps,)."""
        return minor_allele_frequency(self.gwas) > REGRESSION_MAF


def minor_allele_frequency(copies: NDArray[np.int8]) -> NDArray[np.float64]:
    """Frequency of the rarer allele of each SNP."""
    frequency = copies.mean(axis=1) / 2.0
    return np.minimum(frequency, 1.0 - frequency)


def simulate_chromosome(n_gwas: int, n_panel: int, *, seed: int, n_snps: int, length_bp: float = LENGTH_BP) -> People:
    """Simulate one chromosome and keep `n_snps` SNPs with MAF of 1 % or more among all, drawn at random.

    References
    ----------
    Baumdicker et al. 2022, 10.1093/genetics/iyab229 (msprime).
    """
    import msprime

    generator = np.random.default_rng(seed)
    trees = msprime.sim_ancestry(
        n_gwas + n_panel,
        population_size=POPULATION,
        recombination_rate=RECOMBINATION,
        sequence_length=length_bp,
        random_seed=seed,
    )
    mutated = msprime.sim_mutations(trees, rate=MUTATION, model=msprime.BinaryMutationModel(), random_seed=seed + 1)
    haplotypes = mutated.genotype_matrix()
    copies = (haplotypes[:, 0::2] + haplotypes[:, 1::2]).astype(np.int8)
    is_common = (minor_allele_frequency(copies) >= MINIMUM_MAF) & (copies[:, n_gwas:].std(axis=1) > 0)
    chosen = np.sort(generator.choice(np.flatnonzero(is_common), n_snps, replace=False))
    copies = copies[chosen]
    return People(mutated.tables.sites.position[chosen], copies[:, :n_gwas], copies[:, n_gwas:])
