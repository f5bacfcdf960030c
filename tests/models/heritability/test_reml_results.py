"""Shares with their errors, likelihood ratios, flags."""

import math

import numpy as np
import pytest
from scipy import stats

from models.heritability.ai_reml import REASON_MEANINGS
from models.heritability.reml_results import (
    REML_FLAG_MEANINGS,
    VarianceComponent,
    likelihood_ratio,
    reml_flags,
    standard_errors,
    summarise_shares,
)

THETA = np.array([0.3, 0.1, 0.6])
COVARIANCE = np.array([[0.02, -0.005, -0.004], [-0.005, 0.01, 0.0], [-0.004, 0.0, 0.03]])


def component(variance: float, *, is_at_bound: bool = False) -> VarianceComponent:
    return VarianceComponent("1", variance, 0.1, variance, 0.1, is_at_bound, "gcta", 10, 0.01, 1.0)


def test_summarise_shares__one_component_by_hand() -> None:
    """Var(g / (g + e)) = (e² var g + g² var e - 2 g e cov) / (g + e)^4."""
    g, e, covariance = 0.4, 0.8, np.array([[0.04, -0.01], [-0.01, 0.02]])
    found = summarise_shares(np.array([g, e]), covariance, np.ones(2))
    variance = (e**2 * 0.04 + g**2 * 0.02 + 2 * g * e * 0.01) / 1.2**4
    assert found.h2 == pytest.approx(1 / 3)
    assert found.h2_se == pytest.approx(math.sqrt(variance))
    np.testing.assert_allclose(found.share_se, [found.h2_se])
    assert found.total == pytest.approx(1.2)
    assert found.total_se == pytest.approx(math.sqrt(0.04))


@pytest.mark.parametrize("weight", [np.ones(3), np.array([0.4, 2.0, 1.0])])
def test_summarise_shares__errors_by_differences(weight: np.ndarray) -> None:
    def shares(theta: np.ndarray) -> np.ndarray:
        parts = weight * theta / (weight @ theta)
        return np.append(parts[:2], parts[:2].sum())

    slopes = np.array([(shares(THETA + s) - shares(THETA - s)) / 2e-6 for s in 1e-6 * np.eye(3)]).T
    expected = np.sqrt(np.diagonal(slopes @ COVARIANCE @ slopes.T))
    found = summarise_shares(THETA, COVARIANCE, weight)
    np.testing.assert_allclose([*found.share_se, found.h2_se], expected, rtol=1e-6)
    np.testing.assert_allclose([*found.share, found.h2], shares(THETA))


def test_summarise_shares__held_component_counts_as_known() -> None:
    covariance = COVARIANCE.copy()
    covariance[1, :] = covariance[:, 1] = np.nan
    found = summarise_shares(np.array([0.3, 0.0, 0.6]), covariance, np.ones(3))
    alone = summarise_shares(np.array([0.3, 0.6]), COVARIANCE[np.ix_([0, 2], [0, 2])], np.ones(2))
    assert np.isnan(found.share_se[1])
    assert found.h2_se == pytest.approx(alone.h2_se)
    assert found.share_se[0] == pytest.approx(alone.share_se[0])


def test_summarise_shares__no_errors_at_all() -> None:
    found = summarise_shares(THETA, np.full((3, 3), np.nan), np.ones(3))
    assert math.isnan(found.h2_se)
    assert np.isnan(found.share_se).all()
    assert found.h2 == pytest.approx(0.4)


def test_standard_errors__negative_variance_is_nan() -> None:
    np.testing.assert_array_equal(standard_errors(np.diag([4.0, -1.0, np.nan])), [2.0, np.nan, np.nan])


@pytest.mark.parametrize("statistic", [0.01, 8.94, 300.0])
def test_likelihood_ratio__by_scipy(statistic: float) -> None:
    whole, half = (likelihood_ratio("a", -10.0, -10.0 - statistic / 2, is_half=is_half) for is_half in (False, True))
    p = stats.chi2.sf(statistic, 1)
    assert whole.statistic == pytest.approx(statistic)
    assert whole.neg_log10_p == pytest.approx(-np.log10(p), rel=1e-10)
    assert half.neg_log10_p == pytest.approx(-np.log10(p / 2), rel=1e-10)


def test_likelihood_ratio__does_not_underflow() -> None:
    assert likelihood_ratio("a", 0.0, -5000.0, is_half=False).neg_log10_p == pytest.approx(2173.5, abs=0.5)


def test_likelihood_ratio__never_negative() -> None:
    found = likelihood_ratio("a", -10.0, -9.9999999, is_half=True)
    assert found.statistic == 0.0
    assert found.neg_log10_p == pytest.approx(-math.log10(0.5))


def test_likelihood_ratio__of_a_fit_that_failed() -> None:
    found = likelihood_ratio("a", -10.0, -20.0, is_half=True, reason="no_increase")
    assert math.isnan(found.statistic)
    assert math.isnan(found.neg_log10_p)
    assert found.reason == "no_increase"


@pytest.mark.parametrize(
    ("components", "h2", "h2_se", "reason", "expected"),
    [
        ((component(0.4),), 0.4, 0.1, "", ()),
        ((component(-0.1), component(0.4)), 0.3, 0.2, "", ("negative_component", "imprecise")),
        ((component(0.0, is_at_bound=True),), 1.2, 0.1, "", ("component_at_bound", "h2_out_of_range")),
        ((component(0.4),), math.nan, math.nan, "no_increase", ("not_converged", "h2_out_of_range", "imprecise")),
    ],
)
def test_reml_flags__in_order(
    components: tuple[VarianceComponent, ...], h2: float, h2_se: float, reason: str, expected: tuple[str, ...]
) -> None:
    found = reml_flags(components, h2, h2_se, reason=reason)
    assert found == expected
    assert set(found) | set(REASON_MEANINGS) <= set(REML_FLAG_MEANINGS)
