"""Small made-up families: genotypes, a kinship matrix, a trait with a share of it inherited."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Families:
    """Dosages ``[m, n]`` (float32), centred kinship of them ``[n, n]``, trait ``[n]``, covariates ``[n, 2]``."""

    dosages: NDArray[np.float32]
    kinship: FloatArray
    y: FloatArray
    covariates: FloatArray


def make_families(
    n_families: int = 12, n_snps: int = 60, *, seed: int = 1, heritability: float = 0.5, effect: float = 0.0
) -> Families:
    """Families of two parents and three children; the first SNP has `effect` on the trait."""
    rng = np.random.default_rng(seed)
    frequency = rng.uniform(0.2, 0.8, n_snps)
    people = []
    for _ in range(n_families):
        parents = (rng.random((2, 2, n_snps)) < frequency).astype(float)
        children = [sum(np.where(rng.random(n_snps) < 0.5, one[0], one[1]) for one in parents) for _ in range(3)]
        people += [parents[0].sum(axis=0), parents[1].sum(axis=0), *children]
    dosages = np.array(people, np.float32).T
    kinship = kinship_of(dosages)
    draw = np.linalg.cholesky(kinship / kinship.diagonal().mean() + 1e-9 * np.eye(len(kinship)))
    genetic = draw @ rng.normal(size=len(kinship))
    y = np.sqrt(heritability) * genetic + np.sqrt(1 - heritability) * rng.normal(size=genetic.size)
    return Families(dosages, kinship, y + effect * dosages[0], rng.normal(size=(genetic.size, 2)))


def kinship_of(dosages: NDArray[np.floating]) -> FloatArray:
    """Mean of the products of centred dosages, SNP-major and complete."""
    x = dosages.astype(np.float64)
    x -= x.mean(axis=1, keepdims=True)
    return np.asarray(x.T @ x / len(x))
