"""Bonferroni over fixed candidates, and what chance would have given."""

import numpy as np
import pytest
from numpy.typing import NDArray

from services.search.linkage import Linkage
from services.search.options import CandidateOptions
from services.search.testing import expect_by_chance, judge_candidates
from tests.services.search.tables import snp_table


def _linkage(n: int, spacing: int = 3_000_000) -> Linkage:
    generator = np.random.default_rng(7)
    snps = [
        {"key": f"GRCh37:{1 + at % 20}:{1 + spacing * (1 + at // 20)}:A:G", "degree": int(generator.integers(1, 30)),
         "minor_allele_frequency": float(generator.random() / 2), "ld_score": float(generator.exponential(20))}
        for at in range(n)
    ]  # fmt: skip
    return Linkage(snp_table(snps), r_squared=0.1, window_bp=1_000_000)


def test_judge_candidates__hand_worked() -> None:
    keys = [f"GRCh37:1:{position}:A:G" for position in (1_000_000, 1_500_000, 9_000_000, 9_100_000, 20_000_000)]
    linkage = Linkage(snp_table([{"key": key} for key in keys]), r_squared=0.1, window_bp=1_000_000)
    row = {key: linkage.snps.index[key] for key in keys}
    neg_log10_p = np.zeros(5)
    for key, value in zip(keys, (5.0, 3.0, 2.2, 2.0, 1.9), strict=True):
        neg_log10_p[row[key]] = value
    outcome = judge_candidates(neg_log10_p, np.arange(5), linkage, 0.05)
    assert outcome.threshold == pytest.approx(2.0)
    assert outcome.survivors.tolist() == [row[keys[0]], row[keys[1]], row[keys[2]]]  # exactly at the threshold fails
    assert outcome.lead_of.tolist() == [row[keys[0]], row[keys[0]], row[keys[2]]]
    assert outcome.n_loci == 2


def test_judge_candidates__threshold_depends_on_the_number_alone() -> None:
    linkage = _linkage(40)
    generator = np.random.default_rng(2)
    thresholds = {
        judge_candidates(generator.exponential(3, 40), np.arange(40), linkage, 0.05).threshold for _ in range(5)
    }
    assert len(thresholds) == 1


def test_judge_candidates__stays_exact_below_the_smallest_float() -> None:
    linkage = _linkage(3)
    outcome = judge_candidates(np.array([400.0, 500.0, 0.1]), np.arange(3), linkage, 0.05)
    assert outcome.survivors.tolist() == [1, 0]


@pytest.mark.slow
def test_expect_by_chance__is_calibrated_under_a_simulated_null() -> None:
    """Random candidates are exchangeable with the random sets: their p-value is uniform, their mean the expected."""
    n, n_candidates = 400, 40
    linkage = _linkage(n)
    generator = np.random.default_rng(12)
    p_values, observed, expected = [], [], []
    for trial in range(40):
        neg_log10_p = -np.log10(generator.random(n)) * 1.8  # a polygenic trait: inflated everywhere
        candidates = generator.choice(n, n_candidates, replace=False)
        options = CandidateOptions(n_null_sets=60, seed=trial, alpha=0.5)
        null = expect_by_chance(neg_log10_p, candidates, np.arange(n), linkage, options)
        p_values.append(null.p_survivors)
        observed.append(null.observed_survivors)
        expected.append(null.survivors)
    assert abs(np.mean(observed) - np.mean(expected)) < 3 * np.std(observed) / np.sqrt(40)
    assert np.mean(np.array(p_values) <= 0.1) < 0.1 + 3 * np.sqrt(0.09 / 40)


def test_expect_by_chance__sees_candidates_that_are_better_than_chance() -> None:
    linkage = _linkage(800)
    neg_log10_p = np.random.default_rng(1).exponential(0.43, 800)
    candidates = np.arange(0, 800, 20)
    neg_log10_p[candidates[:10]] = 12.0
    null = expect_by_chance(neg_log10_p, candidates, np.arange(800), linkage, CandidateOptions(n_null_sets=200))
    assert null.observed_survivors == 10
    assert null.survivors_interval[1] < 10
    assert null.p_survivors == pytest.approx(1 / 201)
    low, high = null.share_with_any_interval
    assert 0.0 <= low <= null.share_with_any <= high <= 1.0


def test_expect_by_chance__the_same_seed_gives_the_same() -> None:
    linkage = _linkage(300)
    neg_log10_p: NDArray[np.float64] = np.random.default_rng(1).exponential(1.0, 300)
    nulls = [
        expect_by_chance(neg_log10_p, np.arange(0, 300, 10), np.arange(300), linkage, CandidateOptions(seed=seed))
        for seed in (5, 5, 6)
    ]
    assert nulls[0] == nulls[1]
    assert nulls[0] != nulls[2]
