"""Is a scan calibrated where there is nothing to find? Traits with causes on even chromosomes, tested on odd ones.

``python -m tests.models.association.null_simulation [N_REPLICATES]`` prints the figures as one JSON object. Families of
two parents and three children; half of the trait's variance from SNPs of the even chromosomes, a fifth shared by the
family, the rest noise, and one planted SNP on an odd chromosome in a second trait for power. Genotypes are the same in
all replicates, so their decompositions are made once.
"""

import dataclasses
import json
import sys
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.association.exact_scan import scan
from models.association.ols_scan import scan_ols
from models.association.scan_options import ScanOptions
from models.association.scan_results import Scan
from models.association.spectral import Spectrum, decompose
from models.genotype_blocks import array_reader
from tests.models.association.families import make_families

N_FAMILIES, N_CHROMOSOMES, SNPS_EACH, N_CAUSAL, SEED = 100, 22, 700, 300, 20_261_121
SHARE_SNPS, SHARE_FAMILY, PLANTED_SHARE, SIGNIFICANT = 0.5, 0.2, 0.06, 5.0
METHODS = ("ols", "whole", "loco")


@dataclasses.dataclass(frozen=True)
class Figures:
    """Mean lambda GC of each method over the null traits, and the share of planted SNPs that reach p < 1e-5."""

    lambda_gc: dict[str, float]
    lambda_gc_lrt: float
    lambda_gc_score: float
    power: dict[str, float]
    n_replicates: int


class Study:
    """Genotypes, their decompositions, and traits drawn anew."""

    def __init__(self, seed: int = SEED) -> None:
        families = make_families(N_FAMILIES, N_CHROMOSOMES * SNPS_EACH, seed=seed)
        self.dosages = families.dosages
        self.rng = np.random.default_rng(seed + 1)
        self.family = np.repeat(np.arange(N_FAMILIES), 5)
        chromosome = np.arange(len(self.dosages)) // SNPS_EACH + 1
        self.is_even = chromosome % 2 == 0
        odd = [int(number) for number in np.unique(chromosome) if number % 2]
        self.blocks = [self.dosages[chromosome == number] for number in odd]
        products = [_products(self.dosages[chromosome == number]) for number in odd]
        rest = _products(self.dosages[self.is_even])
        total, n_snps = rest + sum(products), len(self.dosages)
        self.whole = decompose(total / n_snps)
        self.left_out = [decompose((total - part) / (n_snps - SNPS_EACH)) for part in products]

    def draw(self) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """A null trait, the same with a planted SNP of the first odd chromosome, and which one."""
        causal = self.rng.choice(np.flatnonzero(self.is_even), N_CAUSAL, replace=False)
        genetic = _scaled(self.rng.normal(size=N_CAUSAL) @ _scaled_rows(self.dosages[causal]))
        shared = _scaled(self.rng.normal(size=N_FAMILIES)[self.family])
        noise = _scaled(self.rng.normal(size=self.family.size))
        rest = 1.0 - SHARE_SNPS - SHARE_FAMILY
        null = np.sqrt(SHARE_SNPS) * genetic + np.sqrt(SHARE_FAMILY) * shared + np.sqrt(rest) * noise
        planted = int(self.rng.integers(SNPS_EACH))
        return null, null + np.sqrt(PLANTED_SHARE) * _scaled_rows(self.blocks[0][[planted]])[0], planted

    def scans(self, y: NDArray[np.float64], *, only_first: bool) -> Iterator[tuple[str, list[Scan]]]:
        """The scans of the odd chromosomes by each method."""
        blocks = self.blocks[:1] if only_first else self.blocks
        yield "ols", [scan_ols(array_reader(block), len(block), y) for block in blocks]
        yield "whole", [_mixed(block, self.whole, y) for block in blocks]
        yield "loco", [_mixed(block, left, y) for block, left in zip(blocks, self.left_out, strict=False)]


def run(n_replicates: int, *, seed: int = SEED) -> Figures:
    """Scan `n_replicates` traits by each method."""
    study = Study(seed)
    found: dict[str, list[float]] = {name: [] for name in (*METHODS, "lrt", "score")}
    hits = dict.fromkeys(METHODS, 0)
    for _ in range(n_replicates):
        null, planted, at = study.draw()
        for method, scans in study.scans(null, only_first=False):
            found[method].append(_lambda(scans, "wald"))
            if method == "whole":
                found["lrt"].append(_lambda(scans, "lrt"))
                found["score"].append(_lambda(scans, "score"))
        for method, scans in study.scans(planted, only_first=True):
            hits[method] += bool(scans[0].neg_log10_p_wald[at] > SIGNIFICANT)
    means = {name: round(float(np.mean(values)), 4) for name, values in found.items()}
    return Figures(
        lambda_gc={name: means[name] for name in METHODS},
        lambda_gc_lrt=means["lrt"],
        lambda_gc_score=means["score"],
        power={name: round(count / n_replicates, 3) for name, count in hits.items()},
        n_replicates=n_replicates,
    )


def _mixed(block: NDArray[np.float32], spectrum: Spectrum, y: NDArray[np.float64]) -> Scan:
    return scan(array_reader(block), len(block), spectrum, y, options=ScanOptions(n_nodes=24))


def _lambda(scans: list[Scan], test: str) -> float:
    values = np.concatenate([getattr(one, f"neg_log10_p_{test}") for one in scans])
    whole = dataclasses.replace(scans[0], neg_log10_p_wald=values)
    return whole.lambda_gc()


def _products(dosages: NDArray[np.float32]) -> NDArray[np.float64]:
    x = dosages.astype(np.float64)
    x -= x.mean(axis=1, keepdims=True)
    return np.asarray(x.T @ x)


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((values - values.mean()) / values.std())


def _scaled_rows(dosages: NDArray[np.float32]) -> NDArray[np.float64]:
    x = dosages.astype(np.float64)
    return np.asarray((x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True))


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(run(int(sys.argv[1]) if len(sys.argv) > 1 else 20))))
