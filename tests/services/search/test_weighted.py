"""Candidates at a false discovery rate, with and without weights, apart from the family-wise test."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from services.search.error_rates import DIFFERENT_GUARANTEES, FalseDiscoveryTest, FamilyWiseTest
from services.search.linkage import Linkage
from services.search.testing import judge_candidates
from services.search.weighted import (
    Scored,
    WeightedOutcome,
    family_wise_result,
    family_wise_test,
    weigh_candidates,
)
from tests.services.search.tables import snp_table

FloatArray = NDArray[np.float64]


def _linkage(n: int, n_chromosomes: int = 10) -> Linkage:
    """SNPs 3 Mb apart, in turn on each chromosome, each in a block of its own."""
    snps = [
        {"key": f"GRCh37:{1 + at % n_chromosomes}:{3_000_000 * (1 + at // n_chromosomes)}:A:G", "block": f"b{at}"}
        for at in range(n)
    ]
    return Linkage(snp_table(snps), r_squared=0.1, window_bp=1_000_000)


def _draw(n: int, *, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """Effects of middling strength where the score is high."""
    generator = np.random.default_rng(seed)
    score = generator.random(n)
    p = generator.random(n)
    has_effect = generator.random(n) < 0.6 * (score > 0.8)
    return np.where(has_effect, np.maximum(generator.normal(2.2, 0.7, n), 0.0), -np.log10(p)), score


def _weigh(n: int = 600, n_chromosomes: int = 10, **changes: object) -> WeightedOutcome:
    strength, score = _draw(n)
    if "score" in changes:
        score = np.asarray(changes["score"], dtype=np.float64)
    return weigh_candidates(
        strength, Scored(np.arange(n), score, "candidates"), None, _linkage(n, n_chromosomes), rate=0.05
    )


def test_weigh_candidates__weights_high_scores_and_finds_more() -> None:
    found = _weigh()
    test = found.test
    assert test.weighted is not None
    assert test.reason is None
    assert test.weighted.n_candidates > test.unweighted.n_candidates > 0
    assert [one.number for one in test.bins] == list(range(1, len(test.bins) + 1))
    assert test.bins[-1].mean_weight > 2 * test.bins[0].mean_weight
    assert sum(one.n_candidates for one in test.bins) == test.n_candidates == 600
    assert sum(one.n_weighted for one in test.bins) == test.weighted.n_candidates
    assert sum(one.n_unweighted for one in test.bins) == test.unweighted.n_candidates
    assert all(one.lowest_weight <= one.mean_weight <= one.highest_weight for one in test.bins)
    assert all(low.highest_score <= high.lowest_score for low, high in zip(test.bins, test.bins[1:], strict=False))


def test_weigh_candidates__says_of_each_candidate_what_passes() -> None:
    found = _weigh()
    results = list(found.of_row.values())
    assert sum(bool(result.is_weighted_discovery) for result in results) == found.test.weighted.n_candidates  # type: ignore[union-attr]
    assert sum(result.is_discovery for result in results) == found.test.unweighted.n_candidates
    for result in results:
        assert result.is_discovery == (float(result.p_adjusted) <= 0.05)
        assert result.weighted_p_adjusted is not None
        assert bool(result.is_weighted_discovery) == (float(result.weighted_p_adjusted) <= 0.05)
        assert result.score_bin is not None
    assert np.mean([result.weight for result in results]) == pytest.approx(1.0)


def test_weigh_candidates__a_fold_does_not_see_its_own_p() -> None:
    """Changing the p-values of one chromosome leaves the weights of that chromosome as they were."""
    n, linkage = 600, _linkage(600)
    strength, score = _draw(n)
    first = weigh_candidates(strength, Scored(np.arange(n), score, "c"), None, linkage, rate=0.05)
    mine = linkage.snps.chromosome == 1
    changed = np.where(mine, 9.0, strength)
    second = weigh_candidates(changed, Scored(np.arange(n), score, "c"), None, linkage, rate=0.05)
    rows = np.flatnonzero(mine).tolist()
    assert [first.of_row[row].weight for row in rows] == [second.of_row[row].weight for row in rows]
    others = np.flatnonzero(~mine).tolist()
    assert [first.of_row[row].weight for row in others] != [second.of_row[row].weight for row in others]


@pytest.mark.parametrize(
    ("n", "n_chromosomes", "constant", "reason"),
    [
        (199, 10, False, "too few candidates: 199, and weights are learned from 200"),
        (400, 2, False, "too few chromosomes: candidates lie on 2"),
        (400, 10, True, "the score does not vary enough"),
    ],
)
def test_weigh_candidates__names_why_it_was_not_done(n: int, n_chromosomes: int, constant: bool, reason: str) -> None:
    found = _weigh(n, n_chromosomes, **({"score": np.ones(n)} if constant else {}))
    assert found.test.weighted is None
    assert found.test.reason is not None
    assert reason in found.test.reason
    assert found.test.bins == ()
    assert found.test.unweighted.n_candidates > 0
    assert all(
        (result.weight, result.weighted_p_adjusted, result.is_weighted_discovery) == (None, None, None)
        for result in found.of_row.values()
    )


def test_weigh_candidates__names_a_score_that_taught_nothing() -> None:
    n = 400
    generator = np.random.default_rng(7)
    scored = Scored(np.arange(n), generator.random(n), "c")
    found = weigh_candidates(-np.log10(generator.random(n)), scored, None, _linkage(n), rate=0.05)
    assert found.test.reason is not None
    assert "nothing was learned" in found.test.reason


def test_weigh_candidates__checks_the_score_on_candidates_and_on_others() -> None:
    n = 800
    generator = np.random.default_rng(2)
    strength = -np.log10(generator.random(n))
    candidates, others = np.arange(0, n, 2), np.arange(1, n, 2)
    leaky = 10.0 ** -strength[others] + generator.random(others.size) / 10
    found = weigh_candidates(
        strength,
        Scored(candidates, generator.random(candidates.size), "candidates"),
        Scored(others, leaky, "others"),
        _linkage(n),
        rate=0.05,
    )
    mine, theirs = found.test.checks
    assert (mine.among, theirs.among) == ("candidates", "others")
    assert mine.interval is not None
    assert mine.interval[0] < 0.0 < mine.interval[1]
    assert theirs.p_value is not None
    assert theirs.p_value < 1e-10
    assert theirs.histogram_p_value is not None
    assert theirs.histogram_p_value < 1e-10


def test_weigh_candidates__counts_loci_by_clumps() -> None:
    keys = [f"GRCh37:1:{position}:A:G" for position in (1_000_000, 1_000_500, 9_000_000)]
    linkage = Linkage(snp_table([{"key": key} for key in keys]), r_squared=0.1, window_bp=1_000_000)
    found = weigh_candidates(np.full(3, 8.0), Scored(np.arange(3), np.arange(3.0), "c"), None, linkage, rate=0.05)
    assert (found.test.unweighted.n_candidates, found.test.unweighted.n_loci) == (3, 2)


def test_family_wise__is_bonferroni() -> None:
    linkage = _linkage(4)
    outcome = judge_candidates(np.array([6.0, 1.0, 2.0, 0.1]), np.arange(4), linkage, 0.05)
    test = family_wise_test(outcome, 0.05, 4)
    assert (test.n_rejected, test.n_loci, test.p_threshold) == (2, 2, "0.0125")
    assert family_wise_result(6.0, 4, is_rejected=True).p_adjusted == "4E-6"
    assert family_wise_result(0.1, 4, is_rejected=False).p_adjusted == "1"
    assert family_wise_result(400.0, 1000, is_rejected=True).p_adjusted == "1E-397"


def test_records__of_the_two_guarantees_share_no_count() -> None:
    """A reader cannot take a number of the one for the other's: the fields of what passes differ in name and type."""
    family_wise = {field.name for field in dataclasses.fields(FamilyWiseTest)}
    false_discovery = {field.name for field in dataclasses.fields(FalseDiscoveryTest)}
    assert family_wise & false_discovery == {"rate", "n_candidates"}
    assert "never compared" in DIFFERENT_GUARANTEES
