"""Probabilities of pairs: beyond degrees on planted graphs, and nothing beyond degrees on their rewired nulls."""

import json
from functools import cache

import numpy as np
import pytest

from models.pinsage.errors import CalibrationError
from models.pinsage.evaluation import run_trial
from models.pinsage.null_graph import rewire_pairs
from models.pinsage.pair_calibration import PairCalibration, PairCalibrationReport, calibrate_pairs
from models.pinsage.pair_scores import PairSample, sample_pairs
from models.pinsage.trust import Trust, null_quantiles
from tests.models.pinsage.planted import SMALL, planted_graph

SEEDS = (0, 1, 2)
TOP = 5


@cache
def _judged(seed: int, is_null: bool) -> tuple[PairSample, PairCalibration, PairCalibrationReport]:
    graph = planted_graph(seed).graph
    trial = run_trial(rewire_pairs(graph, seed=seed) if is_null else graph, SMALL, seed=seed, n_bootstrap=1)
    sample = sample_pairs(
        trial.predictors["PinSage"].score_molecule_blocks,
        trial.training_graph,
        trial.held_out,
        minimum_known=1,
        top=TOP,
        seed=seed,
    )
    return sample, *calibrate_pairs(sample, top=TOP, seed=seed)


def _steepness(seed: int, *, is_null: bool) -> list[float]:
    """In each decile of degree: mean probability of the tenth with the largest shares, over that of the rest."""
    sample, calibration, _ = _judged(seed, is_null)
    probability = calibration.probability(sample.share, sample.log_expected)
    edges = np.quantile(sample.log_expected, np.arange(1, 10) / 10)
    decile = np.searchsorted(edges, sample.log_expected, side="left")
    found = []
    for number in range(10):
        inside = decile == number
        if inside.sum() < 50:
            continue
        is_high = sample.share >= np.quantile(sample.share[inside], 0.9)
        high, rest = (
            np.average(probability[inside & part], weights=sample.weight[inside & part]) for part in (is_high, ~is_high)
        )
        found.append(float(high / rest))
    return found


@pytest.mark.slow
def test_calibrate_pairs__of_nulls_is_flat_within_degree_deciles() -> None:
    flat = [ratio for seed in SEEDS for ratio in _steepness(seed, is_null=True)]
    planted = [ratio for seed in SEEDS for ratio in _steepness(seed, is_null=False)]
    assert len(flat) > 15
    assert max(flat) < 1.5
    assert np.median(planted) > 4.0
    for seed in SEEDS:
        sample, calibration, _ = _judged(seed, True)
        probability = calibration.probability(sample.share, sample.log_expected)
        for degree in np.unique(sample.log_expected):
            assert np.ptp(probability[sample.log_expected == degree]) == 0.0


@pytest.mark.slow
def test_calibrate_pairs__of_nulls_is_no_better_than_degrees() -> None:
    """Also the score's map itself, before the choice, pooled over the graphs."""
    reports = [_judged(seed, True)[2] for seed in SEEDS]
    n_hits = np.array([report.n_hits for report in reports], dtype=np.float64)
    gain = np.array([report.gain_per_hit.estimate for report in reports])
    error = np.array([(r.gain_per_hit.upper - r.gain_per_hit.lower) / 3.92 for r in reports])
    pooled = float(gain @ n_hits / n_hits.sum())
    spread = float(np.sqrt(((error * n_hits) ** 2).sum()) / n_hits.sum())
    assert pooled <= 2.0 * spread
    assert [_judged(seed, True)[1].basis for seed in SEEDS] == ["degree"] * 3
    for report in reports:
        assert report.written.log_loss.estimate == pytest.approx(report.degree_written_log_loss)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_calibrate_pairs__of_planted_graphs_says_more_than_degrees(seed: int) -> None:
    sample, calibration, report = _judged(seed, False)
    assert calibration.basis == "score"
    assert report.gain_per_hit.lower > 0
    assert report.written.log_loss.estimate < report.degree_written_log_loss
    assert report.n_candidates == pytest.approx(sample.weight.sum(), abs=1)
    table = report.written.reliability
    assert table.observed[-1] > table.observed[0]
    assert report.written.expected_calibration_error.estimate < 0.03
    assert report.n_written == (sample.rank <= TOP).sum() == table.n_pairs.sum()


def _made_up(n_hits: int, *, is_told: bool, seed: int = 0) -> PairSample:
    generator = np.random.default_rng(seed)
    n = 3000
    is_hit = np.zeros(n, dtype=np.bool_)
    is_hit[generator.choice(n, n_hits, replace=False)] = True
    share = generator.normal(size=n) + (3.0 * is_hit if is_told else 0.0)
    rank = generator.integers(1, 40, n)
    return PairSample(share, generator.normal(size=n), is_hit, generator.integers(0, 60, n), rank, np.ones(n))


@pytest.mark.parametrize(("is_told", "basis"), [(True, "score"), (False, "degree")])
def test_calibrate_pairs__uses_the_score_only_when_it_tells_more(is_told: bool, basis: str) -> None:
    calibration, report = calibrate_pairs(_made_up(300, is_told=is_told), top=5, seed=1)
    assert calibration.basis == basis
    assert (report.gain_per_hit.lower > 0) is is_told


def test_calibrate_pairs__says_the_share_of_hits_on_average() -> None:
    sample = _made_up(300, is_told=True)
    calibration, _ = calibrate_pairs(sample, top=5, seed=1)
    assert calibration.probability(sample.share, sample.log_expected).mean() == pytest.approx(0.1, rel=0.02)


def test_calibrate_pairs__weights_stand_for_pairs_that_were_not_drawn() -> None:
    sample = _made_up(300, is_told=False)
    weight = np.where(sample.is_hit, 1.0, 10.0)
    lighter = PairSample(**{**vars(sample), "weight": weight})
    calibration, report = calibrate_pairs(lighter, top=5, seed=1)
    expected = 300 / (300 + 27_000)
    found = np.average(calibration.probability(sample.share, sample.log_expected), weights=weight)
    assert found == pytest.approx(expected, rel=0.05)
    assert report.n_candidates == 27_300


def test_calibrate_pairs__needs_enough_hits() -> None:
    with pytest.raises(CalibrationError, match="at least 20 held-out pairs among the candidates, 7 are"):
        calibrate_pairs(_made_up(7, is_told=True), top=5, seed=1)


def test_trust__comes_back_from_json_and_says_the_same() -> None:
    sample = _made_up(300, is_told=True)
    calibration, _ = calibrate_pairs(sample, top=5, seed=1)
    trust = Trust(calibration, np.sort(sample.share[:500]), np.zeros(0))
    again = Trust.from_dict(json.loads(json.dumps(trust.to_dict())))
    share = np.array([[-1.0, 2.0]])
    assert (again.probability(share, share) == trust.probability(share, share)).all()
    assert (again.percentile(share, is_trait=False) == trust.percentile(share, is_trait=False)).all()
    assert np.isnan(trust.percentile(share, is_trait=True)).all()
    assert np.isnan(Trust(None, np.zeros(0), np.zeros(0)).probability(share, share)).all()


def test_trust__of_the_null_itself_is_50_on_average() -> None:
    null = np.random.default_rng(3).normal(size=20_000)
    trust = Trust(None, null_quantiles(null), np.zeros(0))
    assert trust.null_molecules.size == 1001
    assert trust.percentile(null, is_trait=False).mean() == pytest.approx(50.0, abs=0.1)
