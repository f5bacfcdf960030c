"""p and z in log space, against mpmath-free identities and hand-worked values."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from loaders.significance import abs_z_of_neg_log10_p, neg_log10_of, neg_log10_p_of_z, parse_p_expressions


def test_neg_log10_p_of_z__agrees_with_the_normal_distribution_where_it_does_not_underflow() -> None:
    z = np.array([0.0, 0.5, 1.96, 5.0, 20.0, 37.0])
    np.testing.assert_allclose(neg_log10_p_of_z(z), -np.log10(2 * norm.sf(z)), rtol=1e-10, atol=1e-12)


def test_neg_log10_p_of_z__far_tail_by_the_asymptotic_series() -> None:
    z = np.array([40.0, 200.0, 1000.0])
    tail = z**2 / 2 + np.log(z) + 0.5 * np.log(2 * np.pi) - np.log1p(-1 / z**2 + 3 / z**4) - np.log(2)
    np.testing.assert_allclose(neg_log10_p_of_z(z), tail / np.log(10), rtol=1e-10)


def test_neg_log10_p_of_z__sign_does_not_matter() -> None:
    assert neg_log10_p_of_z(np.array([-3.0])) == neg_log10_p_of_z(np.array([3.0]))


@pytest.mark.parametrize("z", [0.0, 0.1, 1.0, 8.0, 37.0, 40.0, 300.0])
def test_abs_z_of_neg_log10_p__inverts(z: float) -> None:
    assert abs_z_of_neg_log10_p(neg_log10_p_of_z(np.array([z])))[0] == pytest.approx(z, rel=1e-9, abs=1e-9)


def test_abs_z_of_neg_log10_p__beyond_the_smallest_float() -> None:
    assert abs_z_of_neg_log10_p(np.array([300.0]))[0] == pytest.approx(37.0657878, abs=1e-6)
    assert np.isnan(abs_z_of_neg_log10_p(np.array([np.nan]))[0])


def test_neg_log10_of__exact_decades() -> None:
    assert neg_log10_of(np.array([0.1, 1e-8, 1.0])).tolist() == [1.0, 8.0, 0.0]
    assert neg_log10_of(np.array([0.0])).tolist() == [np.inf]


@pytest.mark.parametrize(
    ("text", "value", "neg_log10_p"),
    [
        ("3.2E-412", 0.0, 411.494850021680),
        ("1e-5", 1e-5, 5.0),
        ("5.7e-308", 5.7e-308, 307.244125144327),
        ("1E-310", 1e-310, 310.0),
        ("1", 1.0, 0.0),
        ("0", 0.0, None),
        ("0.0e-5", 0.0, None),
        ("-1", -1.0, None),
        ("abc", None, None),
        (None, None, None),
    ],
)
def test_parse_p_expressions__text(text: str | None, value: float | None, neg_log10_p: float | None) -> None:
    frame = pl.DataFrame({"p": [text]}, schema={"p": pl.String})
    got_value, got_log = parse_p_expressions(pl.col("p"))
    row = frame.select(value=got_value, log=got_log).row(0)
    assert row[0] == (value if value is None else pytest.approx(value))
    assert row[1] == (neg_log10_p if neg_log10_p is None else pytest.approx(neg_log10_p, abs=1e-9))
