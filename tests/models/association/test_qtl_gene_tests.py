"""From a window's strongest SNP to one p: beta distribution, empirical p, Bonferroni, false discovery rates."""

import numpy as np
import pytest
from scipy import optimize, stats

from models.association.qtl_gene_tests import (
    bonferroni_within,
    effective_degrees,
    false_discovery_rates,
    fit_beta,
    gene_tests,
    p_of_r_squared,
)
from models.association.qtl_permutations import PermutedLeads
from models.significance import neg_log10_two_sided_t
from tests.goldens import check_golden


def leads(observed: list[float], permuted: np.ndarray, degrees: int = 96) -> PermutedLeads:
    return PermutedLeads(np.array(observed), permuted.astype(np.float32), np.full(len(observed), degrees))


def strongest(n_snps: int, n: int, *, degrees: int = 96, seed: int = 1) -> np.ndarray:
    """Largest r² of independent SNPs without effect."""
    t = np.random.default_rng(seed).standard_t(degrees, (n, n_snps))
    return np.max(t * t / (t * t + degrees), axis=1)


def test_p_of_r_squared__is_students() -> None:
    r_squared = np.array([0.0, 0.01, 0.3, 0.9])
    t = np.sqrt(96 * r_squared / (1 - r_squared))
    np.testing.assert_allclose(-np.log10(p_of_r_squared(r_squared, 96)), neg_log10_two_sided_t(t, 96), atol=1e-12)


def test_fit_beta__is_the_maximum_of_the_likelihood() -> None:
    p = np.random.default_rng(2).beta(1.2, 37.0, 500)
    shapes = fit_beta(p)
    best = optimize.minimize(
        lambda at: -stats.beta.logpdf(p, *np.exp(at)).sum(), np.log([1.0, 30.0]), method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-9},
    )  # fmt: skip
    np.testing.assert_allclose(shapes, np.exp(best.x), rtol=1e-5)
    assert shapes == (pytest.approx(1.2, abs=0.2), pytest.approx(37.0, abs=6.0))


def test_fit_beta__of_values_that_do_not_vary_is_nothing() -> None:
    assert np.isnan(fit_beta(np.full(50, 0.3))).all()


def test_effective_degrees__of_independent_snps_are_the_tests_own() -> None:
    assert effective_degrees(strongest(200, 20_000), 96) == pytest.approx(96, rel=0.05)


def test_gene_tests__independent_snps_give_their_number_and_sidaks_p() -> None:
    """The smallest of m uniform p has the distribution Beta(1, m), so p of the trait is 1 - (1 - p)^m."""
    observed = 0.2
    found = gene_tests(leads([observed], strongest(200, 20_000)[None, :]))
    p = float(p_of_r_squared(np.array([observed]), 96)[0])
    assert found.shape_1[0] == pytest.approx(1.0, abs=0.05)
    assert found.shape_2[0] == pytest.approx(200, rel=0.15)
    assert found.neg_log10_p_beta[0] == pytest.approx(-np.log10(1 - (1 - p) ** 200), abs=0.25)


GOLDEN = (
    (10, 0.05, 0.26822715, 0.9925852, 9.832516, 91.3965),
    (60, 0.15, 0.0086679741, 1.071088, 50.0075, 83.20823),
    (60, 0.3, 9.6256195e-07, 0.9697173, 61.1238, 92.51178),
    (300, 0.2, 0.0023473502, 0.9840735, 306.8959, 91.11258),
    (300, 0.45, 3.1290945e-11, 0.9794129, 380.0201, 95.42582),
)
"""SNPs, r² seen, and what tensorQTL 1.0.10 makes of it: p, shapes, degrees of freedom, by
core.calculate_beta_approx_pval(strongest(SNPs, 1000, degrees=90, seed=row) in float32, r², 90, tol=1e-10)."""


@pytest.mark.parametrize("row", range(len(GOLDEN)))
def test_gene_tests__is_tensorqtls_beta_approximation(row: int) -> None:
    n_snps, observed, p, shape_1, shape_2, degrees = GOLDEN[row]
    found = gene_tests(leads([observed], strongest(n_snps, 1000, degrees=90, seed=row)[None, :], degrees=90))
    check_golden("qtl: -log10 p of tensorQTL's beta approximation", found.neg_log10_p_beta, [-np.log10(p)], atol=2e-4)
    shapes = (found.shape_1[0], found.shape_2[0], found.effective_degrees[0])
    check_golden("qtl: shapes and degrees of tensorQTL", shapes, (shape_1, shape_2, degrees), rtol=2e-5)


def test_effective_degrees__where_no_value_will_do_are_the_tests_own() -> None:
    assert effective_degrees(np.full(50, 0.3), 96) == 96.0
    assert effective_degrees(np.r_[np.zeros(40), np.full(10, 0.9)], 96) == 96.0


def test_gene_tests__empirical_p_counts_what_is_as_strong() -> None:
    permuted = np.linspace(0.01, 0.3, 100)[None, :]
    found = gene_tests(leads([0.25], permuted))
    as_strong = int((permuted[0] >= 0.25).sum())
    assert found.neg_log10_p_empirical[0] == pytest.approx(-np.log10((as_strong + 1) / 101))
    assert gene_tests(leads([0.9], permuted)).neg_log10_p_empirical[0] == pytest.approx(np.log10(101))
    assert gene_tests(leads([0.0], permuted)).neg_log10_p_empirical[0] == 0.0


def test_gene_tests__under_no_effect_p_is_uniform() -> None:
    permuted = np.stack([strongest(50, 400, seed=seed) for seed in range(300)])
    observed = [float(strongest(50, 1, seed=1000 + seed)[0]) for seed in range(300)]
    found = gene_tests(leads(observed, permuted))
    for p in (10**-found.neg_log10_p_beta, 10**-found.neg_log10_p_empirical):
        assert stats.kstest(p, "uniform").pvalue > 0.01


def test_gene_tests__does_not_underflow() -> None:
    found = gene_tests(
        leads([1.0 - 1e-12, 0.999], strongest(50, 200, degrees=2000)[None, :].repeat(2, 0), degrees=2000)
    )
    assert found.neg_log10_p_beta[0] > found.neg_log10_p_beta[1] > 500


def test_gene_tests__few_permutations_and_untested_traits_have_no_beta() -> None:
    found = gene_tests(leads([0.2], np.full((1, 10), 0.1)))
    assert np.isnan(found.neg_log10_p_beta[0])
    assert found.neg_log10_p_empirical[0] == pytest.approx(np.log10(11))
    assert np.isnan(gene_tests(leads([np.nan], np.full((1, 30), np.nan))).neg_log10_p_empirical[0])


def test_bonferroni_within__is_p_times_tests() -> None:
    found = bonferroni_within(np.array([5.0, 1.0, np.nan]), np.array([100, 100, 0]))
    np.testing.assert_allclose(found, [3.0, 0.0, np.nan])


def test_false_discovery_rates__by_hand_and_as_scipys() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.9])
    found = false_discovery_rates(-np.log10(p))
    np.testing.assert_allclose(found, [0.025, 0.05, 0.05, 0.025, 0.9])
    np.testing.assert_allclose(found, stats.false_discovery_control(p))
    crossing = np.array([0.010, 0.011, 0.5])
    np.testing.assert_allclose(false_discovery_rates(-np.log10(crossing)), [0.0165, 0.0165, 0.5])
    with_gap = false_discovery_rates(np.array([2.0, np.nan, 1.0]))
    np.testing.assert_allclose(with_gap, [0.02, np.nan, 0.1])
    np.testing.assert_allclose(false_discovery_rates(np.array([2.0, 1.0]), n_tests=10), [0.1, 0.5])
    assert false_discovery_rates(np.zeros(0)).size == 0
