"""Thresholds, z and text of p-values."""

import math
from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import norm

from models.association import abs_z_score, bonferroni_neg_log10, render_p_value


def test_bonferroni_neg_log10__is_minus_log10_of_alpha_over_tests() -> None:
    assert bonferroni_neg_log10(0.05, 1) == pytest.approx(-math.log10(0.05))
    assert bonferroni_neg_log10(0.05, 1_000_000) == pytest.approx(-math.log10(5e-8))


@pytest.mark.parametrize("alpha", [0.0, -0.1, 1.5])
def test_bonferroni_neg_log10__refuses_an_impossible_alpha(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha must lie above 0"):
        bonferroni_neg_log10(alpha, 10)


def test_bonferroni_neg_log10__refuses_no_tests() -> None:
    with pytest.raises(ValueError, match="at least one test, not 0"):
        bonferroni_neg_log10(0.05, 0)


def test_abs_z_score__agrees_with_the_quantile_where_p_is_a_float() -> None:
    p = np.array([1.0, 0.5, 0.05, 5e-8, 1e-100, 1e-300])
    np.testing.assert_allclose(abs_z_score(-np.log10(p)), norm.isf(p / 2), rtol=1e-10, atol=1e-12)


def test_abs_z_score__goes_on_where_p_underflows() -> None:
    z = abs_z_score(np.array([400.0, 10_000.0]))
    back = -(norm.logsf(z) + math.log(2)) / math.log(10)
    np.testing.assert_allclose(back, [400.0, 10_000.0], rtol=1e-10)


@pytest.mark.parametrize(
    ("neg_log10_p", "text"),
    [
        (0.0, "1"),
        (-math.log10(0.05), "0.05"),
        (-math.log10(0.0123), "0.0123"),
        (412 - math.log10(3.2), "3.2E-412"),
        (8 - math.log10(5), "5E-8"),
        (4.0, "1E-4"),
        (323.0, "1E-323"),
        (9.0 + 1e-12, "1E-9"),
    ],
)
def test_render_p_value__is_exact_text(neg_log10_p: float, text: str) -> None:
    assert render_p_value(neg_log10_p) == text


def test_render_p_value__agrees_with_decimal_arithmetic() -> None:
    for neg_log10_p in np.random.default_rng(3).uniform(3.5, 900.0, 200):
        exact = Decimal(10) ** -Decimal(float(neg_log10_p))
        assert abs(Decimal(render_p_value(float(neg_log10_p))) / exact - 1) < Decimal("1e-5")


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
def test_render_p_value__refuses_what_is_no_p_value(value: float) -> None:
    with pytest.raises(ValueError, match="finite number of at least 0"):
        render_p_value(value)
