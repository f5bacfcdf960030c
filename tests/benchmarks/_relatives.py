"""Made-up genotypes with two populations, siblings and children, as a .bed, and a trait: seed fixed."""

import dataclasses
from pathlib import Path

import numpy as np
from bed_reader import to_bed
from numpy.typing import NDArray

N_CHROMOSOMES, N_CAUSAL, HERITABILITY, N_RELATED, SEED = 22, 500, 0.5, 400, 20_261_121
F_ST = 0.01
_AT_A_TIME = 5_000


@dataclasses.dataclass(frozen=True)
class Relatives:
    """The files of a simulated cohort."""

    bed: Path
    trait: Path
    n_people: int
    n_snps: int


def write_relatives(folder: Path, n_people: int, n_snps: int) -> Relatives:
    """Write ``people.bed/.bim/.fam`` (trait in the .fam too, for GEMMA) and ``people.pheno`` (FID IID trait)."""
    rng = np.random.default_rng(SEED)
    n_founders = n_people - min(N_RELATED, n_people // 2)
    parents = rng.integers(0, n_founders // 2, (n_people - n_founders, 2)) + rng.integers(
        0, 2, (n_people - n_founders, 1)
    ) * (n_founders // 2)
    parents[1::2] = parents[::2][: len(parents[1::2])]  # every two children are siblings
    genotypes = np.empty((n_people, n_snps), np.int8, order="F")
    for first in range(0, n_snps, _AT_A_TIME):
        last = min(first + _AT_A_TIME, n_snps)
        genotypes[:, first:last] = _simulate(rng, n_founders, parents, last - first)
    trait = _simulate_trait(rng, genotypes)
    return _write(folder, genotypes, trait)


def _simulate(rng: np.random.Generator, n_founders: int, parents: NDArray[np.int64], n_snps: int) -> NDArray[np.int8]:
    """Dosages ``[n, m]``; neighbouring SNPs of a run share their draw in part, so that there is some LD."""
    ancestral = rng.uniform(0.05, 0.95, n_snps)
    share = (1.0 - F_ST) / F_ST
    frequency = np.clip(rng.beta(ancestral * share, (1.0 - ancestral) * share, (2, n_snps)), 0.01, 0.99)
    of_founder = frequency[(np.arange(n_founders) >= n_founders // 2).astype(int)].astype(np.float32)
    haplotypes = (rng.random((2, n_founders, n_snps), dtype=np.float32) < of_founder).astype(np.int8)
    # a crossover about every 2,000 SNPs: which of a parent's two haplotypes is handed on
    strand = np.cumsum(rng.random((2, len(parents), n_snps), dtype=np.float32) < 5e-4, axis=2, dtype=np.int16)
    strand = (strand + rng.integers(0, 2, (2, len(parents), 1), dtype=np.int16)) & 1
    columns = np.arange(n_snps)
    children = sum(haplotypes[strand[side], parents[:, side][:, None], columns] for side in (0, 1))
    return np.concatenate((haplotypes.sum(axis=0, dtype=np.int8), np.asarray(children, np.int8)))


def _simulate_trait(rng: np.random.Generator, genotypes: NDArray[np.int8]) -> NDArray[np.float64]:
    chosen = rng.choice(genotypes.shape[1], min(N_CAUSAL, genotypes.shape[1]), replace=False)
    causal = genotypes[:, chosen].astype(np.float64)
    causal -= causal.mean(axis=0)
    causal /= np.maximum(causal.std(axis=0), 1e-6)
    genetic = causal @ rng.normal(size=chosen.size)
    genetic *= np.sqrt(HERITABILITY) / genetic.std()
    return np.asarray(genetic + rng.normal(scale=np.sqrt(1.0 - HERITABILITY), size=genetic.size))


def _write(folder: Path, genotypes: NDArray[np.int8], trait: NDArray[np.float64]) -> Relatives:
    n_people, n_snps = genotypes.shape
    bed = folder / "people.bed"
    to_bed(bed, genotypes)
    chromosome = 1 + np.arange(n_snps) * N_CHROMOSOMES // n_snps
    lines = [f"{c}\trs{j}\t0\t{1000 * (j + 1)}\tA\tG" for j, c in enumerate(chromosome)]
    bed.with_suffix(".bim").write_text("\n".join(lines) + "\n")
    people = [f"f{i}\ti{i}" for i in range(n_people)]
    fam = [f"{name}\t0\t0\t1\t{value:.10g}" for name, value in zip(people, trait, strict=True)]
    bed.with_suffix(".fam").write_text("\n".join(fam) + "\n")
    pheno = folder / "people.pheno"
    pheno.write_text("".join(f"{name}\t{value:.10g}\n" for name, value in zip(people, trait, strict=True)))
    return Relatives(bed, pheno, n_people, n_snps)
