"""The design of simulation study S1: annotations, scenarios, effects, phenotypes, z-scores."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.science.genotypes import People

Matrix = NDArray[np.float64]
ANNOTATIONS = ("base", "enriched", "overlapping", "continuous", "null 10 %", "null 25 %")
BASE, ENRICHED, OVERLAPPING, CONTINUOUS = range(4)
NULLS = (4, 5)
BINARY = (ENRICHED, OVERLAPPING, *NULLS)
_SHARES = {ENRICHED: 0.1, 4: 0.1, 5: 0.25}
_OVERLAP = (0.267, 0.6)  # share of the overlapping annotation outside and inside the enriched one: 30 % in all
_MEAN_INTERVAL_BP = 20_000.0
ENRICHED_EXCESS, CONTINUOUS_EXCESS = 5.0, 0.5


@dataclass(frozen=True)
class Trait:
    """How effects depend on annotations.

    Attributes
    ----------
    name
        For people.
    h2
        Heritability of all SNPs together.
    excess
        Variance a SNP gains by one unit of each annotation but the base, in units of the base's.
    """

    name: str
    h2: float
    excess: tuple[float, ...]


TRAITS = (
    Trait("enriched", 0.5, (ENRICHED_EXCESS, 0.0, CONTINUOUS_EXCESS, 0.0, 0.0)),
    Trait("polygenic", 0.5, (0.0, 0.0, 0.0, 0.0, 0.0)),
    Trait("null", 0.0, (0.0, 0.0, 0.0, 0.0, 0.0)),
)


def draw_annotations(position_bp: NDArray[np.float64], generator: np.random.Generator) -> Matrix:
    """Draw the six annotations of one chromosome's SNPs (n_snps, 6).

    Binary ones are made of intervals of 20 kb on average; the continuous one is uniform in [-1, 1] on such intervals.
    """
    columns = np.ones((position_bp.size, len(ANNOTATIONS)))
    for annotation, share in _SHARES.items():
        columns[:, annotation] = _on_intervals(position_bp, generator) < share
    share = np.array(_OVERLAP)[columns[:, ENRICHED].astype(int)]
    columns[:, OVERLAPPING] = _on_intervals(position_bp, generator) < share
    columns[:, CONTINUOUS] = 2.0 * _on_intervals(position_bp, generator) - 1.0
    return columns


def _on_intervals(position_bp: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """A number in [0, 1) for each interval, given to each SNP in it."""
    length = position_bp.max() + 1.0
    ends = np.cumsum(generator.exponential(_MEAN_INTERVAL_BP, int(3 * length / _MEAN_INTERVAL_BP) + 50))
    return generator.random(ends.size + 1)[np.searchsorted(ends, position_bp)]


def effect_variance(trait: Trait, annotations: Matrix) -> NDArray[np.float64]:
    """Variance of each SNP's effect (n_snps over all chromosomes,); it sums to the heritability."""
    weight = 1.0 + annotations[:, 1:] @ np.array(trait.excess)
    return trait.h2 * weight / weight.sum()


def true_tau(trait: Trait, annotations: Matrix) -> NDArray[np.float64]:
    """tau of each annotation, base first (6,)."""
    weight = 1.0 + annotations[:, 1:] @ np.array(trait.excess)
    return trait.h2 * np.array([1.0, *trait.excess]) / weight.sum()


def true_enrichment(trait: Trait, annotations: Matrix) -> NDArray[np.float64]:
    """Share of heritability over share of SNPs (6,); of the binary ones. NaN without heritability."""
    if not trait.h2:
        return np.full(annotations.shape[1], np.nan)
    variance = effect_variance(trait, annotations)
    return (variance @ annotations) / trait.h2 / annotations.mean(axis=0)


def draw_z(
    people: Sequence[People], annotations: Sequence[Matrix], *, n_replicates: int, seed: int
) -> dict[str, NDArray[np.float32]]:
    """Draw effects and phenotypes of each trait, and regress each on every SNP.

    Returns
    -------
    dict
        Trait's name -> z of shape (n_snps over all chromosomes, n_replicates): X'y / sqrt(n), both standardised.
    """
    n_people = people[0].gwas.shape[1]
    variance = {trait.name: effect_variance(trait, np.concatenate(annotations)) for trait in TRAITS}
    first = np.cumsum([0, *(len(part.position_bp) for part in people)])
    values = np.zeros((n_people, len(TRAITS) * n_replicates), dtype=np.float32)
    for number, part in enumerate(people):
        generator = np.random.default_rng([seed, number])
        effects = [
            generator.standard_normal((len(part.position_bp), n_replicates), dtype=np.float32)
            * np.sqrt(variance[trait.name][first[number] : first[number + 1], None]).astype(np.float32)
            for trait in TRAITS
        ]
        values += standardise(part.gwas).T @ np.concatenate(effects, axis=1)
    noise = np.random.default_rng([seed, len(people)]).standard_normal(values.shape, dtype=np.float32)
    noise *= np.repeat([np.float32(np.sqrt(1.0 - trait.h2)) for trait in TRAITS], n_replicates)
    phenotype = values + noise
    phenotype = (phenotype - phenotype.mean(axis=0)) / phenotype.std(axis=0)
    z = np.concatenate([standardise(part.gwas) @ phenotype for part in people]) / np.float32(np.sqrt(n_people))
    return dict(zip((trait.name for trait in TRAITS), np.split(z, len(TRAITS), axis=1), strict=True))


def standardise(copies: NDArray[np.int8]) -> NDArray[np.float32]:
    """Genotypes with mean 0 and sd 1 for each SNP (n_snps, people)."""
    mean, deviation = copies.mean(axis=1, keepdims=True), copies.std(axis=1, keepdims=True)
    return ((copies - mean) / deviation).astype(np.float32)


def iterate_scenarios() -> Iterator[tuple[str, Trait, str]]:
    """The four scenarios of the study: name, trait, and whose LD scores are used."""
    enriched, polygenic, null = TRAITS
    yield "in-sample LD", enriched, "gwas"
    yield "panel LD", enriched, "panel"
    yield "polygenic, panel LD", polygenic, "panel"
    yield "h² = 0, panel LD", null, "panel"
