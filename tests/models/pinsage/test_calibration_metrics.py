"""Measures of calibration."""

import numpy as np
import pytest

from models.association import wilson_interval
from models.pinsage.calibration_metrics import (
    brier_score,
    expected_calibration_error,
    log_loss,
    reliability_table,
    report_calibration,
)
from models.pinsage.errors import CalibrationError

P = np.array([0.1, 0.2, 0.2, 0.6, 0.8, 0.9])
HIT = np.array([False, False, True, True, False, True])


def test_measures__hand_worked() -> None:
    assert brier_score(P, HIT) == pytest.approx((0.01 + 0.04 + 0.64 + 0.16 + 0.64 + 0.01) / 6)
    assert log_loss(P, HIT) == pytest.approx(-np.log(0.9 * 0.8 * 0.2 * 0.6 * 0.2 * 0.9) / 6)
    # halves: predicted 1/6 and 2.3/3, observed 1/3 and 2/3
    assert expected_calibration_error(P, HIT, n_bins=2) == pytest.approx((1 / 6 + 0.1) / 2)


def test_log_loss__of_a_certain_error_is_infinite() -> None:
    assert log_loss([0.0], [True]) == np.inf


def test_reliability_table__hand_worked() -> None:
    table = reliability_table(P, HIT, n_bins=2)
    assert (table.n_pairs.tolist(), table.n_hits.tolist()) == ([3, 3], [1, 2])
    np.testing.assert_allclose(table.predicted, [0.5 / 3, 2.3 / 3])
    np.testing.assert_allclose(table.observed, [1 / 3, 2 / 3])
    intervals = [wilson_interval(1, 3), wilson_interval(2, 3)]
    np.testing.assert_allclose(np.column_stack([table.lower, table.upper]), intervals)


def test_reliability_table__equal_probabilities_share_a_bin() -> None:
    table = reliability_table(np.full(9, 0.3), np.arange(9) < 3)
    assert (table.n_pairs.tolist(), table.n_hits.tolist()) == ([9], [3])


def test_report_calibration__estimates_are_the_measures_and_intervals_hold_them() -> None:
    generator = np.random.default_rng(2)
    p = generator.random(3000)
    hit, blocks = generator.random(3000) < p**1.5, generator.integers(0, 100, 3000)
    report = report_calibration(p, hit, blocks, seed=3)
    for measure, value in (
        (report.log_loss, log_loss(p, hit)),
        (report.brier, brier_score(p, hit)),
        (report.expected_calibration_error, expected_calibration_error(p, hit)),
    ):
        assert measure.estimate == pytest.approx(value)
        assert measure.lower < value < measure.upper
    assert report.expected_calibration_error.lower > 0.05
    assert report.reliability.n_pairs.sum() == 3000


def test_report_calibration__resamples_blocks_not_pairs() -> None:
    """Ten copies of each pair in its block say no more than one."""
    generator = np.random.default_rng(4)
    p = generator.random(100)
    hit, copies = generator.random(100) < p, np.repeat(np.arange(100), 10)
    once = report_calibration(p, hit, np.arange(100)).brier
    tenfold = report_calibration(p[copies], hit[copies], copies).brier
    assert (tenfold.lower, tenfold.upper) == (pytest.approx(once.lower), pytest.approx(once.upper))
    as_if_new = report_calibration(p[copies], hit[copies], np.arange(1000)).brier
    assert as_if_new.upper - as_if_new.lower < 0.5 * (once.upper - once.lower)


@pytest.mark.parametrize(("p", "hit"), [([], []), ([0.5], [True, False]), ([1.5], [True]), ([np.nan], [True])])
def test_measures__refuse_what_is_no_probability(p: list[float], hit: list[bool]) -> None:
    with pytest.raises(CalibrationError, match="one probability from 0 to 1"):
        brier_score(p, hit)


def test_report_calibration__needs_a_block_of_each_pair() -> None:
    with pytest.raises(CalibrationError, match="needs its LD block"):
        report_calibration(P, HIT, [1, 2])
