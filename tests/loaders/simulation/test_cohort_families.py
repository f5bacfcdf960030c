"""Families of the simulated cohort: siblings share half their genome; their traits are as heritable as planted."""

import dataclasses

import numpy as np
import pytest

from loaders.simulation.cohort_effects import HERITABILITIES, draw_effects, draw_memberships
from loaders.simulation.cohort_families import Families, draw_families, families_fam, trait_table
from loaders.simulation.cohort_genome import CohortGenome, make_cohort_genome
from loaders.simulation.cohort_people import draw_genotypes
from loaders.simulation.cohort_size import N_SIBLINGS, CohortSize

SIZE = CohortSize(n_snps=22 * 60, n_families=150)


@pytest.fixture(scope="module")
def genome() -> CohortGenome:
    return make_cohort_genome(SIZE, np.random.default_rng(1))


@pytest.fixture(scope="module")
def families(genome: CohortGenome) -> Families:
    generator = np.random.default_rng(2)
    effects = draw_effects(draw_memberships(genome, generator), generator)
    return draw_families(genome, effects, SIZE.n_families, generator)


def test_draw_families__siblings_correlate_by_a_half_and_strangers_do_not(
    genome: CohortGenome, families: Families
) -> None:
    copies = draw_genotypes(genome, families.mosaics).astype(np.float64)
    frequency = genome.frequency_1[:, None]
    standard = (copies - 2 * frequency) / np.sqrt(2 * frequency * (1 - frequency))
    kinship = standard.T @ standard / len(standard)
    family = np.repeat(np.arange(SIZE.n_families), N_SIBLINGS)
    is_sibling = (family[:, None] == family) & ~np.eye(family.size, dtype=bool)
    assert kinship[is_sibling].mean() == pytest.approx(0.5, abs=0.03)
    assert kinship[family[:, None] != family].mean() == pytest.approx(0.0, abs=0.01)
    assert np.diag(kinship).mean() == pytest.approx(1.0, abs=0.05)


def test_draw_families__each_haplotype_is_one_of_its_parents(families: Families) -> None:
    for side in range(2):
        haplotypes = families.mosaics[:, :, side].reshape(families.mosaics.shape[0], SIZE.n_families, N_SIBLINGS)
        distinct = np.array([[np.unique(row).size for row in block] for block in haplotypes])
        assert distinct.max() <= 2


def test_draw_families__a_chromosome_begins_anew_and_neighbouring_blocks_stay_together(
    genome: CohortGenome, families: Families
) -> None:
    """Haplotypes of siblings agree in whole stretches within a chromosome, and by chance across its end."""
    first, second = (families.mosaics[:, at::N_SIBLINGS, 0] for at in range(2))
    same = (first == second).astype(float)
    starts = np.flatnonzero(genome.switch_share == 1.0)[1:]
    inside = np.setdiff1d(np.arange(1, genome.n_blocks), starts)
    change = np.abs(np.diff(same, axis=0))
    assert change[inside - 1].mean() < 0.15
    assert change[starts - 1].mean() == pytest.approx(0.5, abs=0.06)


def test_draw_families__heritability_is_what_was_planted(families: Families) -> None:
    assert families.planted.h2 == HERITABILITIES
    assert np.array(families.planted.realised_h2) == pytest.approx(HERITABILITIES, abs=0.12)
    by_chromosome = np.array(families.planted.chromosome_h2)
    assert by_chromosome.shape == (2, 22)
    assert by_chromosome.sum(axis=1) == pytest.approx(families.planted.realised_h2, abs=0.15)


def test_trait_table__names_siblings_as_the_fam_does(families: Families) -> None:
    table = trait_table(families)
    fam = [line.split(" ") for line in families_fam(SIZE.n_families).decode().splitlines()]
    assert table.select("FID", "IID").rows() == [(line[0], line[1]) for line in fam]
    assert table.columns[2:] == list(families.planted.columns)
    assert table["lung_capacity"].to_numpy() == pytest.approx(families.traits[:, 0], abs=1e-6)
    assert dataclasses.asdict(families.planted)["n_people"] == table.height
