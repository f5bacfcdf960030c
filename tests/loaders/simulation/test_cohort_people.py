import numpy as np
import pytest

from loaders.simulation import CohortSize
from loaders.simulation.cohort_genome import make_cohort_genome
from loaders.simulation.cohort_people import draw_genotypes, draw_mosaics, regress_each, sum_effects


@pytest.fixture(scope="module")
def population():
    genome = make_cohort_genome(CohortSize(n_snps=22 * 30), np.random.default_rng(3))
    return genome, draw_mosaics(genome, 400, np.random.default_rng(4))


def test_draw_genotypes__frequencies_are_the_populations(population):
    genome, mosaics = population
    copies = draw_genotypes(genome, mosaics)
    assert copies.shape == (genome.snps.height, 400)
    assert set(np.unique(copies)) == {0, 1, 2}
    assert np.abs(copies.mean(axis=1) / 2 - genome.frequency_1).max() < 0.1


def test_draw_mosaics__ld_decays_over_hot_spots_and_stops_at_chromosomes(population):
    genome, mosaics = population
    for block in range(1, genome.n_blocks):
        kept = (mosaics[block] == mosaics[block - 1]).mean()
        assert kept == pytest.approx(1.0 - genome.switch_share[block] * 63 / 64, abs=0.08)


def test_sum_effects__is_the_product_with_standardised_genotypes(population):
    genome, mosaics = population
    effects = np.random.default_rng(5).standard_normal((genome.snps.height, 2))
    frequency = genome.frequency_1[:, None]
    standard = (draw_genotypes(genome, mosaics) - 2 * frequency) / np.sqrt(2 * frequency * (1 - frequency))
    np.testing.assert_allclose(sum_effects(genome, mosaics, effects), standard.T @ effects, rtol=1e-9, atol=1e-9)


def test_regress_each__is_the_product_over_people(population):
    genome, mosaics = population
    phenotype = np.random.default_rng(6).standard_normal(400) + 3.0
    copies = draw_genotypes(genome, mosaics).astype(float)
    standard = (copies - copies.mean(axis=1, keepdims=True)) / copies.std(axis=1, keepdims=True)
    expected = standard @ ((phenotype - phenotype.mean()) / phenotype.std()) / np.sqrt(400)
    z, frequency = regress_each(genome, mosaics, phenotype)
    np.testing.assert_allclose(z, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(frequency, copies.mean(axis=1) / 2, rtol=1e-12)
