"""P-values as text."""

import math

import pytest

from api.p_values import neg_log10, render_p_value


@pytest.mark.parametrize(
    ("neg_log10_p", "expected"),
    [
        (0.0, "1"),
        (-math.log10(0.0123), "0.0123"),
        (-math.log10(5e-8), "5E-8"),
        (-math.log10(9.999999e-9), "1E-8"),
        (309.48521, "3.27182E-310"),
        (412 - math.log10(3.2), "3.2E-412"),
    ],
)
def test_render_p_value__is_exact_where_a_float_is_zero(neg_log10_p: float, expected: str) -> None:
    assert render_p_value(neg_log10_p) == expected


def test_render_p_value__says_that_it_is_a_bound() -> None:
    assert render_p_value(323.0, is_bound=True) == "<1E-323"


def test_neg_log10__of_zero_is_infinite() -> None:
    assert neg_log10(0.0) == math.inf
    assert neg_log10(1e-3) == pytest.approx(3.0)
