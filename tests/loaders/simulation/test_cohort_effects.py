import numpy as np
import pytest

from loaders.simulation import CohortSize
from loaders.simulation.cohort_effects import (
    CATEGORIES,
    GENETIC_CORRELATION,
    HERITABILITIES,
    category_intervals,
    covariance_intercept,
    draw_effects,
    draw_memberships,
    draw_statistics,
    expected_variance,
)
from loaders.simulation.cohort_genome import make_cohort_genome
from loaders.simulation.cohort_people import draw_mosaics

SIZE = CohortSize(n_snps=22 * 200, n_people=2_500, n_first=2_000, n_second=1_500)


@pytest.fixture(scope="module")
def genome():
    return make_cohort_genome(SIZE, np.random.default_rng(3))


@pytest.fixture(scope="module")
def member(genome):
    return draw_memberships(genome, np.random.default_rng(4))


def test_draw_memberships__has_the_wanted_shares(member):
    wanted = [category.share for category in CATEGORIES]
    np.testing.assert_allclose(member.mean(axis=0), wanted, atol=0.06)
    overlap = (member[:, 0] & member[:, 1]).mean()
    assert overlap == pytest.approx(member[:, 0].mean() * member[:, 1].mean(), abs=0.03)


def test_expected_variance__is_one_plus_the_excess():
    member = np.zeros((4, len(CATEGORIES)), dtype=bool)
    member[0, 0] = member[1, 3] = member[2, 1] = True  # enhancer (+5), muscle (+4), a category without effect
    np.testing.assert_allclose(expected_variance(member), np.array([6.0, 5.0, 1.0, 1.0]) / 13.0)


def test_category_intervals__hold_exactly_the_members(genome, member):
    intervals = category_intervals(genome, member[:, 0])
    snps = genome.snps.select("chromosome", "position_bp").to_numpy()
    inside = np.zeros(len(snps), dtype=bool)
    for chromosome, start, end in intervals.iter_rows():
        inside |= (snps[:, 0] == chromosome) & (snps[:, 1] > start) & (snps[:, 1] <= end)
    np.testing.assert_array_equal(inside, member[:, 0])


def test_draw_statistics__has_the_planted_heritability_and_correlation(genome, member):
    mosaics = draw_mosaics(genome, SIZE.n_people, np.random.default_rng(5))
    generator = np.random.default_rng(6)
    first, second = draw_statistics(genome, mosaics, draw_effects(member, generator), SIZE, generator)
    assert (first.n_samples, second.n_samples) == (2_000, 1_500)
    assert first.realised_h2 == pytest.approx(HERITABILITIES[0], abs=0.15)
    assert second.realised_h2 == pytest.approx(HERITABILITIES[1], abs=0.15)
    assert (first.z**2).mean() > (second.z**2).mean() > 1.3
    in_enhancer = member[:, 0]
    assert (first.z[in_enhancer] ** 2).mean() > (first.z[~in_enhancer] ** 2).mean()
    assert np.corrcoef(first.z, second.z)[0, 1] == pytest.approx(GENETIC_CORRELATION, abs=0.2)


def test_covariance_intercept__is_zero_without_shared_people():
    assert covariance_intercept(CohortSize(n_people=9_000)) == 0.0
    genetic, environmental = 0.6 * np.sqrt(0.2), 0.2 * np.sqrt(0.3)
    assert covariance_intercept(CohortSize()) == pytest.approx((genetic + environmental) * 3_000 / np.sqrt(2e7))
