"""The slow, obvious LD score: a loop over pairs of SNPs in float64, and genotypes to try it on."""

import numpy as np
from numpy.typing import NDArray

MISSING = -127


def simulate_genotypes(n_snps: int, n_people: int, *, missing: float = 0.0, seed: int = 1) -> NDArray[np.int8]:
    """SNPs in LD with their neighbours (SNPs, people): two haplotypes, each a Markov chain along the SNPs."""
    rng = np.random.default_rng(seed)
    copies = np.zeros((n_snps, n_people), np.int8)
    for _ in range(2):
        hidden = rng.normal(size=n_people)
        for snp in range(n_snps):
            hidden = 0.8 * hidden + 0.6 * rng.normal(size=n_people)
            copies[snp] += hidden > rng.uniform(-0.5, 1.2)
    copies[rng.random(copies.shape) < missing] = MISSING
    return copies


def standardise(genotypes: NDArray[np.int8]) -> NDArray[np.float64]:
    """Mean imputed, mean 0, standard deviation 1 dividing by the number of people."""
    x = np.where(genotypes == MISSING, np.nan, genotypes.astype(np.float64))
    x = np.where(np.isnan(x), np.nanmean(x, axis=1, keepdims=True), x)
    x -= x.mean(axis=1, keepdims=True)
    return x / x.std(axis=1, ddof=0, keepdims=True)


def slow_ld_scores(
    genotypes: NDArray[np.int8], position: NDArray[np.float64], annotations: NDArray[np.float64], window: float
) -> NDArray[np.float64]:
    """l_jc = sum over |position_j - position_k| <= window of a_kc (r² - (1 - r²)/(n - 2))."""
    n_snps, n_people = genotypes.shape
    x = standardise(genotypes)
    scores = np.zeros((n_snps, annotations.shape[1]))
    for j in range(n_snps):
        for k in range(n_snps):
            if abs(position[j] - position[k]) <= window:
                r_squared = (x[j] @ x[k] / n_people) ** 2
                scores[j] += annotations[k] * (r_squared - (1.0 - r_squared) / (n_people - 2))
    return scores
