"""Calibrated probabilities of pairs."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from models.pinsage.calibration import Calibrator, fit_calibrator, fit_kind, null_percentile
from models.pinsage.calibration_metrics import expected_calibration_error, log_loss
from models.pinsage.errors import CalibrationError, NotFiniteError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def _draw(seed: int, n: int = 4000) -> tuple[FloatArray, FloatArray, BoolArray, NDArray[np.int64]]:
    """A score, the true probability of a hit at it, hits and blocks."""
    generator = np.random.default_rng(seed)
    score = generator.normal(0.0, 2.0, n)
    truth = expit(1.5 * score - 2.0)
    return score, truth, generator.random(n) < truth, generator.integers(0, 60, n)


@pytest.mark.parametrize("kind", ["beta", "isotonic"])
def test_fit_kind__leaves_perfect_probabilities_nearly_as_they_are(kind: str) -> None:
    _, truth, is_hit, _ = _draw(1, 20_000)
    found = fit_kind(kind, truth, is_hit).probability(truth)  # type: ignore[arg-type]
    assert np.abs(found - truth).mean() < 0.015


@pytest.mark.parametrize("kind", ["beta", "isotonic"])
def test_fit_kind__undoes_a_known_distortion(kind: str) -> None:
    score, truth, is_hit, _ = _draw(2, 20_000)
    distorted = truth**3 / (truth**3 + (1.0 - truth))
    calibrator = fit_kind(kind, distorted[:10_000], is_hit[:10_000])  # type: ignore[arg-type]
    found = calibrator.probability(distorted[10_000:])
    assert expected_calibration_error(distorted[10_000:], is_hit[10_000:]) > 0.05
    assert np.abs(found - truth[10_000:]).mean() < 0.02
    assert score.size == found.size * 2


def test_fit_calibrator__keeps_the_kind_that_is_better_on_blocks_left_out() -> None:
    score, _, is_hit, blocks = _draw(3)
    smooth = fit_calibrator(score, is_hit, blocks)
    assert smooth.kind == "beta"
    generator = np.random.default_rng(4)
    stepped = generator.random(score.size) < np.where(score > 1.0, 0.6, np.where(score > -1.0, 0.3, 0.29))
    jumpy = fit_calibrator(score, stepped, blocks)
    assert jumpy.kind == "isotonic"
    for calibrator in (smooth, jumpy):
        losses = dict(calibrator.cross_validated)
        assert losses[calibrator.kind] == min(losses.values())


def test_fit_calibrator__never_has_a_block_on_both_sides() -> None:
    """Copies of one pair make a block; a map that had seen a copy would look better than it is."""
    generator = np.random.default_rng(5)
    score, is_hit = np.repeat(generator.normal(size=80), 20), np.repeat(generator.random(80) < 0.5, 20)
    of_copies = dict(fit_calibrator(score, is_hit, np.repeat(np.arange(80), 20)).cross_validated)
    mixed = dict(fit_calibrator(score, is_hit, np.tile(np.arange(20), 80)).cross_validated)
    assert of_copies["isotonic"] > mixed["isotonic"] + 0.2


@pytest.mark.parametrize("kind", ["beta", "isotonic", "degree"])
def test_calibrator__comes_back_from_json(kind: str) -> None:
    score, _, is_hit, _ = _draw(6)
    calibrator = fit_kind(kind, score, is_hit)  # type: ignore[arg-type]
    again = Calibrator.from_dict(json.loads(json.dumps(calibrator.to_dict())))
    at = np.linspace(-20.0, 20.0, 301)
    np.testing.assert_array_equal(again.probability(at), calibrator.probability(at))
    assert (again.kind, again.n_pairs) == (kind, score.size)


def test_calibrator__keeps_what_was_tried_in_json() -> None:
    score, _, is_hit, blocks = _draw(6)
    calibrator = fit_calibrator(score, is_hit, blocks)
    assert Calibrator.from_dict(calibrator.to_dict()).cross_validated == calibrator.cross_validated


@pytest.mark.parametrize("saved", [{}, {"kind": "beta", "curve": {"a": 1.0}, "n_pairs": 3, "cross_validated": {}}])
def test_calibrator__refuses_what_is_none(saved: dict[str, object]) -> None:
    with pytest.raises(CalibrationError, match="save it anew"):
        Calibrator.from_dict(saved)


@pytest.mark.parametrize("kind", ["beta", "isotonic"])
def test_calibrator__never_falls_and_stays_inside_the_edges(kind: str) -> None:
    score, _, is_hit, _ = _draw(7, 200)
    found = fit_kind(kind, score, is_hit).probability(np.linspace(-1e3, 1e3, 4001))  # type: ignore[arg-type]
    assert (np.diff(found) >= 0.0).all()
    assert found[0] == pytest.approx(1 / 400)
    assert found[-1] == pytest.approx(1.0 - 1 / 400)


def test_calibrator__of_a_score_that_points_the_wrong_way_is_flat() -> None:
    score, _, is_hit, _ = _draw(8)
    at = np.linspace(-3.0, 3.0, 7)
    for kind in ("beta", "isotonic"):
        found = fit_kind(kind, -score, is_hit).probability(at)  # type: ignore[arg-type]
        assert np.ptp(found) < 0.02
        assert found.mean() == pytest.approx(is_hit.mean(), abs=0.02)


def test_isotonic__does_not_depend_on_the_scale_of_scores() -> None:
    score, _, is_hit, _ = _draw(9, 600)
    at = np.random.default_rng(9).normal(0.0, 2.0, 500)
    plain = fit_kind("isotonic", score, is_hit).probability(at)
    np.testing.assert_array_equal(fit_kind("isotonic", np.exp(score), is_hit).probability(np.exp(at)), plain)
    np.testing.assert_array_equal(fit_kind("isotonic", 1000 * score - 7, is_hit).probability(1000 * at - 7), plain)


@pytest.mark.slow
def test_calibrated_score__that_knows_only_the_degree_is_no_better_than_the_degree() -> None:
    """Null: a hit depends on degree alone, the score is the degree with noise."""
    differences = []
    for seed in range(40):
        generator = np.random.default_rng([seed, 12])
        degree = np.floor(generator.pareto(1.5, 3000) * 3.0) + 1.0
        is_hit = generator.random(3000) < 0.5 * degree / (degree + 10.0)
        score = np.log(degree) + generator.normal(0.0, 0.5, 3000)
        train = np.arange(3000) < 1500
        blocks = generator.integers(0, 50, 1500)
        by_score = fit_calibrator(score[train], is_hit[train], blocks).probability(score[~train])
        by_degree = fit_kind("degree", degree[train], is_hit[train]).probability(degree[~train])
        differences.append(log_loss(by_score, is_hit[~train]) - log_loss(by_degree, is_hit[~train]))
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    assert np.mean(differences) > -2.0 * error


def test_calibrated_score__that_knows_more_than_the_degree_is_better() -> None:
    score, _, is_hit, blocks = _draw(13)
    degree = np.random.default_rng(13).integers(1, 50, score.size).astype(np.float64)
    train = blocks < 30
    by_score = fit_calibrator(score[train], is_hit[train], blocks[train]).probability(score[~train])
    by_degree = fit_kind("degree", degree[train], is_hit[train]).probability(degree[~train])
    assert log_loss(by_score, is_hit[~train]) < log_loss(by_degree, is_hit[~train]) - 0.1


def test_null_percentile__hand_worked() -> None:
    found = null_percentile([0.0, 1.0, 2.5, 9.0], [1.0, 2.0, 3.0, 1.0])
    assert found.tolist() == [0.0, 25.0, 75.0, 100.0]


def test_null_percentile__of_the_null_itself_is_50_on_average() -> None:
    null = np.random.default_rng(1).integers(0, 5, 200)
    assert null_percentile(null, null).mean() == pytest.approx(50.0)


@pytest.mark.parametrize("is_hit", [[True] * 3, [False] * 3])
def test_fit_calibrator__needs_hits_and_misses(is_hit: list[bool]) -> None:
    with pytest.raises(CalibrationError, match="hits and misses among them"):
        fit_calibrator([1.0, 2.0, 3.0], is_hit, [1, 2, 3])


def test_fit_calibrator__refuses_what_does_not_fit() -> None:
    with pytest.raises(CalibrationError, match="one score and one truth"):
        fit_calibrator([1.0, 2.0], [True, False, True], [1, 2])
    with pytest.raises(CalibrationError, match="at least two blocks"):
        fit_calibrator([1.0, 2.0], [True, False], [1, 1])
    with pytest.raises(CalibrationError, match="at least two blocks"):
        fit_calibrator([1.0, 2.0], [True, False], [1, 2, 3])
    with pytest.raises(NotFiniteError, match="Scores to calibrate"):
        fit_calibrator([1.0, np.nan], [True, False], [1, 2])
    with pytest.raises(NotFiniteError, match="Scores to calibrate"):
        fit_kind("beta", [1.0, 2.0], [True, False]).probability([np.inf])
    with pytest.raises(CalibrationError, match="scores of null pairs"):
        null_percentile([1.0], [])
    with pytest.raises(NotFiniteError, match="null scores must be finite"):
        null_percentile([1.0], [np.nan])
