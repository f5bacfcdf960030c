"""Functional categories of the simulated cohort, and effects of every SNP whose size depends on them."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation.cohort_genome import CohortGenome
from loaders.simulation.cohort_people import regress_each, sum_effects
from loaders.simulation.cohort_size import CohortSize
from loaders.simulation.cohort_truth import BRAIN, ENHANCER, LIVER, MUSCLE, REPRESSED, TRANSCRIBED

HERITABILITIES = (0.5, 0.4)
GENETIC_CORRELATION = 0.6
ENVIRONMENTAL_CORRELATION = 0.2
_MEAN_RUN = 4.0  # SNPs of an interval


@dataclass(frozen=True, slots=True)
class Category:
    """A category to plant: its name, its share of the SNPs, and what a SNP in it gains over one outside all."""

    name: str
    share: float
    excess: float


ELEMENTS = (Category(ENHANCER, 0.1, 5.0), Category(TRANSCRIBED, 0.3, 0.0), Category(REPRESSED, 0.2, 0.0))
CELL_TYPES = (Category(MUSCLE, 0.1, 4.0), Category(BRAIN, 0.1, 0.0), Category(LIVER, 0.1, 0.0))
CATEGORIES = (*ELEMENTS, *CELL_TYPES)


@dataclass(frozen=True, slots=True)
class CohortStatistics:
    """What a GWAS of one trait found.

    Attributes
    ----------
    z, frequency_1
        Shape (n_snps,): z-score wrt allele_1, and its frequency in the people of the GWAS.
    n_samples
        Those people.
    realised_h2
        Variance of their genetic values over that of their phenotype.
    """

    z: NDArray[np.float64]
    frequency_1: NDArray[np.float64]
    n_samples: int
    realised_h2: float


def draw_memberships(genome: CohortGenome, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Draw which SNPs lie in each category of `CATEGORIES`.

    Parameters
    ----------
    genome
        The SNPs.
    generator
        Source of randomness.

    Returns
    -------
    NDArray[np.bool_]
        Shape (n_snps, n_categories): runs of neighbouring SNPs, four on average; categories overlap as chance has it.
        None is empty.
    """
    n_snps = genome.snps.height
    member = np.empty((n_snps, len(CATEGORIES)), dtype=np.bool_)
    for column, category in enumerate(CATEGORIES):
        enters = category.share / ((1.0 - category.share) * _MEAN_RUN)
        draws = generator.random(n_snps)
        inside = bool(generator.random() < category.share)
        for snp, draw in enumerate(draws.tolist()):
            inside = draw >= 1.0 / _MEAN_RUN if inside else draw < enters
            member[snp, column] = inside
        member[int(generator.integers(n_snps)), column] = True
    return member


def expected_variance(member: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give each SNP's share of the heritability: 1 plus the excess of its categories, made to sum to 1.

    Parameters
    ----------
    member
        Shape (n_snps, n_categories).

    Returns
    -------
    NDArray[np.float64]
        Shape (n_snps,).
    """
    weight = 1.0 + member @ np.array([category.excess for category in CATEGORIES])
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def draw_effects(member: NDArray[np.bool_], generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw each SNP's effects of a standardised genotype on the two traits (n_snps, n_traits).

    Notes
    -----
    b ~ N(0, v C) with v from `expected_variance` and C the genetic covariance.
    """
    roots = np.sqrt(np.array(HERITABILITIES))
    scale = np.sqrt(expected_variance(member))[:, None]
    return np.asarray(scale * roots * _draw_pairs(member.shape[0], GENETIC_CORRELATION, generator))


def draw_environments(n_people: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw what is not genetic of the two traits, correlated and of variance 1 - h² (n_people, n_traits)."""
    pairs = _draw_pairs(n_people, ENVIRONMENTAL_CORRELATION, generator)
    return np.asarray(pairs * np.sqrt(1.0 - np.array(HERITABILITIES)))


def draw_statistics(
    genome: CohortGenome,
    mosaics: NDArray[np.uint8],
    effects: NDArray[np.float64],
    size: CohortSize,
    generator: np.random.Generator,
) -> tuple[CohortStatistics, ...]:
    """Draw phenotypes of the two traits, and regress each on every SNP.

    Parameters
    ----------
    genome, mosaics
        The people.
    effects
        From `draw_effects`.
    size
        Who has which trait.
    generator
        Source of randomness.

    Returns
    -------
    tuple[CohortStatistics, ...]
        The two traits' GWAS.

    Notes
    -----
    y = Xb + e with e from `draw_environments`.
    """
    values = sum_effects(genome, mosaics, effects)
    noise = draw_environments(size.n_people, generator)
    found = []
    for trait in range(len(HERITABILITIES)):
        people = size.people(trait)
        phenotype = values[people, trait] + noise[people, trait]
        z, frequency = regress_each(genome, mosaics[:, people], phenotype)
        realised = float(values[people, trait].var() / phenotype.var())
        found.append(CohortStatistics(z, frequency, phenotype.size, realised))
    return tuple(found)


def covariance_intercept(size: CohortSize) -> float:
    """Give the expected intercept of the cross-trait regression: phenotypic correlation × shared people / sqrt(N1 N2).

    Parameters
    ----------
    size
        Who has which trait.
    """
    first, second = HERITABILITIES
    genetic = GENETIC_CORRELATION * np.sqrt(first * second)
    environmental = ENVIRONMENTAL_CORRELATION * np.sqrt((1.0 - first) * (1.0 - second))
    return float((genetic + environmental) * size.n_shared / np.sqrt(size.n_first * size.n_second))


def category_intervals(genome: CohortGenome, is_member: NDArray[np.bool_]) -> pl.DataFrame:
    """Give the runs of SNPs of one category as intervals.

    Parameters
    ----------
    genome
        The SNPs.
    is_member
        Shape (n_snps,).

    Returns
    -------
    pl.DataFrame
        chromosome, start (0-based), end (half-open); each interval ends right at its outermost SNPs, so that it holds
        no other.
    """
    runs = genome.snps.select("chromosome", "position_bp", is_member=pl.Series(is_member))
    runs = runs.with_columns(run=pl.struct("chromosome", "is_member").rle_id()).filter("is_member")
    return (
        runs.group_by("run", maintain_order=True)
        .agg(pl.col("chromosome").first(), start=pl.col("position_bp").min() - 1, end=pl.col("position_bp").max())
        .drop("run")
    )


def _draw_pairs(n_rows: int, correlation: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw pairs of standard normal numbers of a given correlation (n_rows, 2)."""
    pairs = generator.standard_normal((n_rows, 2))
    pairs[:, 1] = correlation * pairs[:, 0] + np.sqrt(1.0 - correlation**2) * pairs[:, 1]
    return np.asarray(pairs, dtype=np.float64)
