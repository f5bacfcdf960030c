"""The cut between traits, carried back to pairs."""

import numpy as np
import pytest

from models.association.qtl_gene_tests import GeneTests, gene_tests, p_of_r_squared
from models.association.qtl_permutations import PermutedLeads
from models.association.qtl_thresholds import pair_thresholds, trait_cut
from tests.models.association.test_qtl_gene_tests import strongest


def test_trait_cut__lies_between_what_passes_and_what_does_not() -> None:
    p, rates = np.array([0.001, 0.01, 0.03, 0.5]), np.array([0.004, 0.02, 0.06, 0.5])
    assert trait_cut(-np.log10(p), rates, 0.05) == pytest.approx(-np.log10(0.02))
    assert trait_cut(-np.log10(p[:2]), rates[:2], 0.05) == pytest.approx(2.0)
    assert np.isnan(trait_cut(-np.log10(p), rates, 0.001))
    assert np.isnan(trait_cut(np.array([np.nan]), np.array([np.nan]), 0.05))


def test_pair_thresholds__is_the_p_at_which_the_beta_p_is_the_cut() -> None:
    """By Beta(1, m) and the test's own degrees: 1 - (1 - p)^m = cut."""
    ones = np.ones(2)
    tests = GeneTests(ones, ones, ones, np.array([100.0, np.nan]), 96.0 * ones, degrees=np.array([96, 0]))
    found = pair_thresholds(tests, 2.0)
    assert found[0] == pytest.approx(-np.log10(1 - 0.99 ** (1 / 100)), rel=1e-9)
    assert np.isnan(found[1])
    assert np.isnan(pair_thresholds(tests, float("nan"))).all()


def test_pair_thresholds__a_lead_reaches_it_where_its_trait_reaches_the_cut() -> None:
    permuted = np.stack([strongest(50, 300, seed=seed) for seed in range(40)])
    observed = np.array([float(strongest(50, 1, seed=99 + seed)[0]) for seed in range(40)])
    tests = gene_tests(PermutedLeads(observed, permuted.astype(np.float32), np.full(40, 96)))
    cut = float(np.quantile(tests.neg_log10_p_beta, 0.6)) + 1e-9
    reaches = -np.log10(p_of_r_squared(observed, 96)) >= pair_thresholds(tests, cut)
    np.testing.assert_array_equal(reaches, tests.neg_log10_p_beta >= cut)
    assert 10 < reaches.sum() < 20
