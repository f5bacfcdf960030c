"""Families of full siblings of the simulated cohort's population: genotypes, and traits that every SNP acts on."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.cohort_effects import HERITABILITIES, draw_environments
from loaders.simulation.cohort_genome import CohortGenome
from loaders.simulation.cohort_people import draw_mosaics, sum_effects
from loaders.simulation.cohort_size import N_SIBLINGS
from loaders.simulation.cohort_truth import PlantedFamilies

PREFIX = "FAMILY"
GENOTYPES, PHENOTYPES = "families.bed", "families.tsv"
TRAIT_COLUMNS = ("lung_capacity", "grip_strength")


@dataclass(frozen=True, slots=True)
class Families:
    """Siblings and their traits.

    Attributes
    ----------
    mosaics
        Shape (n_blocks, n_people, 2): the founder that each haplotype copies; siblings stand together.
    traits
        Shape (n_people, n_traits).
    planted
        What was planted in them.
    """

    mosaics: NDArray[np.uint8]
    traits: NDArray[np.float64]
    planted: PlantedFamilies


def draw_families(
    genome: CohortGenome, effects: NDArray[np.float64], n_families: int, generator: np.random.Generator
) -> Families:
    """Draw parents of the population, their children, and the children's traits.

    Parameters
    ----------
    genome
        The founders and their map.
    effects
        Shape (n_snps, n_traits): effect of a standardised genotype; the cohort's own.
    n_families
        Pairs of parents, of `N_SIBLINGS` children each.
    generator
        Source of randomness.

    Notes
    -----
    y = Xb + e as in the cohort, and nothing shared in a family but the genome. Recombination without interference
    (Haldane's map) at the borders of haplotype blocks.
    """
    parents = draw_mosaics(genome, 2 * n_families, generator)
    mosaics = np.stack([_draw_gametes(genome, parents[:, side::2], generator) for side in range(2)], axis=2)
    values = sum_effects(genome, mosaics, effects)
    traits = values + draw_environments(values.shape[0], generator)
    planted = PlantedFamilies(
        genotypes=GENOTYPES,
        phenotypes=PHENOTYPES,
        columns=TRAIT_COLUMNS,
        n_people=values.shape[0],
        h2=HERITABILITIES,
        realised_h2=_shares(values, traits),
        chromosome_h2=_chromosome_shares(genome, mosaics, effects, traits),
    )
    return Families(mosaics, traits, planted)


def family_ids(n_families: int) -> pl.DataFrame:
    """FID and IID of the children, siblings together."""
    family = np.repeat(np.arange(1, n_families + 1), N_SIBLINGS)
    sibling = np.tile(np.arange(1, N_SIBLINGS + 1), n_families)
    names = [f"{PREFIX}{number:04d}" for number in family]
    return pl.DataFrame({"FID": names, "IID": [f"{name}-{at}" for name, at in zip(names, sibling, strict=True)]})


def families_fam(n_families: int) -> bytes:
    """Render the children as a .fam; their parents are named, and nobody's trait is in it."""
    rows = family_ids(n_families).iter_rows()
    lines = [f"{fid} {iid} {fid}-F {fid}-M {1 + at % 2} -9" for at, (fid, iid) in enumerate(rows)]
    return ("\n".join(lines) + "\n").encode()


def trait_table(families: Families) -> pl.DataFrame:
    """FID, IID and both traits, six digits."""
    columns = {name: families.traits[:, at].round(6) for at, name in enumerate(families.planted.columns)}
    return family_ids(families.traits.shape[0] // N_SIBLINGS).with_columns(**columns)


def _draw_gametes(
    genome: CohortGenome, parents: NDArray[np.uint8], generator: np.random.Generator
) -> NDArray[np.uint8]:
    """One haplotype of each child, of its parent's two (n_blocks, n_families × N_SIBLINGS)."""
    n_children = parents.shape[1] * N_SIBLINGS
    of_parent = np.repeat(parents, N_SIBLINGS, axis=1)
    switches = generator.random((genome.n_blocks, n_children)) < _recombination(genome)[:, None]
    side = np.cumsum(switches, axis=0) % 2
    return np.asarray(np.take_along_axis(of_parent, side[:, :, None], axis=2)[:, :, 0])


def _recombination(genome: CohortGenome) -> NDArray[np.float64]:
    """Chance that a gamete goes over to the other haplotype before each block; a half where a chromosome begins."""
    first = genome.snps["centimorgan"].to_numpy()[genome.first_snp[:-1]]
    last = genome.snps["centimorgan"].to_numpy()[genome.first_snp[1:] - 1]
    gap = np.concatenate([[0.0], first[1:] - last[:-1]])
    return np.where(genome.switch_share == 1.0, 0.5, 0.5 * (1.0 - np.exp(-2.0 * np.abs(gap) / 100.0)))


def _shares(values: NDArray[np.float64], traits: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(share), 6) for share in values.var(axis=0) / traits.var(axis=0))


def _chromosome_shares(
    genome: CohortGenome, mosaics: NDArray[np.uint8], effects: NDArray[np.float64], traits: NDArray[np.float64]
) -> tuple[tuple[float, ...], ...]:
    """Variance of each chromosome's genetic values over that of each trait, trait by trait."""
    chromosome = genome.snps["chromosome"].to_numpy()
    is_on = (chromosome[:, None] == np.unique(chromosome)).astype(np.float64)
    apart = (effects[:, :, None] * is_on[:, None, :]).reshape(chromosome.size, -1)
    variance = sum_effects(genome, mosaics, apart).var(axis=0).reshape(effects.shape[1], -1)
    shares = variance / traits.var(axis=0)[:, None]
    return tuple(tuple(round(float(share), 6) for share in row) for row in shares)
