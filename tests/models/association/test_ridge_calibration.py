"""Families, causal SNPs on even chromosomes, odd ones tested: what the ridge's predictions do to null SNPs."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.association.chromosome_ranges import ChromosomeRange
from models.association.regenie_step2 import scan_quantitative
from models.association.ridge import fit_ridge
from models.association.ridge_options import RidgeOptions
from models.genotype_blocks import array_reader

N_FAMILIES, M, N_CHROMOSOMES, N_CAUSAL, N_REPLICATES = 250, 4_000, 6, 200, 4
RANGES = tuple(
    ChromosomeRange(str(c + 1), c * M // N_CHROMOSOMES, (c + 1) * M // N_CHROMOSOMES) for c in range(N_CHROMOSOMES)
)
MEDIAN_CHI2 = 0.454936


def _simulate(seed: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Two parents and two children a family; half the variance by causal SNPs, a fifth by the family."""
    rng = np.random.default_rng(seed)
    haplotypes = (rng.random((N_FAMILIES, 4, M)) < rng.uniform(0.05, 0.5, M)).astype(np.int8)
    strand = np.cumsum(rng.random((N_FAMILIES, 2, 2, M)) < 2e-3, axis=3)
    for chromosome in RANGES:
        strand[..., chromosome.first : chromosome.last] += rng.integers(0, 2, (N_FAMILIES, 2, 2, 1))
    handed_on = [
        np.where(strand[:, :, side] % 2 == 0, haplotypes[:, None, 2 * side], haplotypes[:, None, 2 * side + 1])
        for side in (0, 1)
    ]
    parents = np.stack((haplotypes[:, :2].sum(axis=1), haplotypes[:, 2:].sum(axis=1)), axis=1)
    order = rng.permutation(4 * N_FAMILIES)
    people = np.concatenate((parents, handed_on[0] + handed_on[1]), axis=1).reshape(-1, M)[order].astype(np.float32)
    even = np.concatenate([np.arange(r.first, r.last) for r in RANGES if int(r.name) % 2 == 0])
    genetic = people[:, rng.choice(even, N_CAUSAL, replace=False)] @ rng.normal(size=N_CAUSAL)
    family = rng.normal(size=N_FAMILIES)[np.repeat(np.arange(N_FAMILIES), 4)[order]]
    noise = rng.normal(size=order.size)
    y = np.sqrt(0.5) * genetic / genetic.std() + np.sqrt(0.2) * family + np.sqrt(0.3) * noise
    return np.ascontiguousarray(people.T), y


@pytest.mark.slow
def test_ridge__takes_relatedness_out_of_null_snps() -> None:
    """Twenty replicates of 1,200 people and 6,000 SNPs gave a mean lambda of 1.578 without and .965 with it."""
    odd = np.concatenate([np.arange(r.first, r.last) for r in RANGES if int(r.name) % 2])
    lambdas = []
    for seed in range(N_REPLICATES):
        dosages, y = _simulate(seed)
        fit = fit_ridge(array_reader(dosages), RANGES, y[:, None], options=RidgeOptions(block_snps=400))
        scans = [
            scan_quantitative(array_reader(dosages), RANGES, y[:, None], predictions=given)[0]
            for given in (None, fit.predictions)
        ]
        lambdas.append([np.nanmedian(scan.z[odd] ** 2) / MEDIAN_CHI2 for scan in scans])
    plain, with_ridge = np.mean(lambdas, axis=0)
    assert plain > 1.2
    assert 0.9 < with_ridge < 1.05
