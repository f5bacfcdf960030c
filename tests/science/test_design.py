"""The design's annotations, effects and z-scores, on made-up genotypes."""

import numpy as np
import pytest

from tests.science.design import (
    ANNOTATIONS,
    CONTINUOUS,
    ENRICHED,
    OVERLAPPING,
    TRAITS,
    draw_annotations,
    draw_z,
    effect_variance,
    true_enrichment,
    true_tau,
)
from tests.science.genotypes import People

POSITION = np.sort(np.random.default_rng(1).uniform(0, 5e6, 4_000))


@pytest.fixture(scope="module")
def annotations():
    generator = np.random.default_rng(2)
    return np.concatenate([draw_annotations(POSITION, generator) for _ in range(20)])


def test_draw_annotations__has_the_shares_of_the_design(annotations):
    assert annotations.shape[1] == len(ANNOTATIONS)
    np.testing.assert_allclose(annotations.mean(axis=0), [1, 0.1, 0.3, 0.0, 0.1, 0.25], atol=0.03)
    inside = annotations[:, ENRICHED] == 1
    assert annotations[inside, OVERLAPPING].mean() == pytest.approx(0.6, abs=0.08)
    assert np.abs(annotations[:, CONTINUOUS]).max() <= 1


def test_effect_variance__sums_to_the_heritability_and_is_linear_in_tau(annotations):
    for trait in TRAITS:
        variance = effect_variance(trait, annotations)
        assert variance.sum() == pytest.approx(trait.h2)
        np.testing.assert_allclose(annotations @ true_tau(trait, annotations), variance, atol=1e-15)


def test_true_enrichment__is_four_for_six_times_the_variance_in_a_tenth(annotations):
    enriched, polygenic, null = TRAITS
    assert true_enrichment(enriched, annotations)[ENRICHED] == pytest.approx(4.0, abs=0.2)
    assert true_enrichment(polygenic, annotations)[ENRICHED] == pytest.approx(1.0)
    assert np.isnan(true_enrichment(null, annotations)).all()


def test_draw_z__has_the_expected_mean_chi2():
    generator = np.random.default_rng(3)
    copies = generator.binomial(2, 0.3, (300, 600)).astype(np.int8)
    people = [People(np.arange(300.0), copies, copies[:, :50])]
    found = draw_z(people, [np.column_stack([np.ones(300), np.zeros((300, 5))])], n_replicates=40, seed=4)
    assert {name: z.shape for name, z in found.items()} == dict.fromkeys(("enriched", "polygenic", "null"), (300, 40))
    assert (found["null"] ** 2).mean() == pytest.approx(1.0, abs=0.05)
    assert (found["polygenic"] ** 2).mean() == pytest.approx(1.0 + 600 * 0.5 / 300, rel=0.1)  # no LD: 1 + n h² / M


def test_simulate_chromosome__gives_common_snps_in_order():
    pytest.importorskip("msprime", reason="msprime (GPL) is installed by `make science` alone")
    from tests.science.genotypes import minor_allele_frequency, simulate_chromosome

    people = simulate_chromosome(60, 20, seed=5, n_snps=50, length_bp=2e5)
    assert (people.gwas.shape, people.panel.shape) == ((50, 60), (50, 20))
    assert (np.diff(people.position_bp) > 0).all()
    assert minor_allele_frequency(np.hstack([people.gwas, people.panel])).min() >= 0.01
