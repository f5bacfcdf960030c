import numpy as np
import pytest
from scipy.stats import norm

from models.association.errors import ScanOptionError, TraitError
from models.association.normal_scores import inverse_normal


@pytest.mark.parametrize(("method", "shares"), [("blom", [0.625, 1.625, 2.625]), ("half", [0.5, 1.5, 2.5])])
def test_inverse_normal__by_hand(method: str, shares: list[float]) -> None:
    total = 3.25 if method == "blom" else 3.0
    found = inverse_normal(np.array([10.0, np.nan, 30.0, 20.0]), method)  # type: ignore[arg-type]
    expected = norm.ppf(np.array(shares) / total)
    np.testing.assert_allclose(found, [expected[0], np.nan, expected[2], expected[1]], atol=1e-14)


def test_inverse_normal__columns_are_transformed_alone() -> None:
    values = np.random.default_rng(1).normal(size=(30, 4))
    values[3, 1] = np.nan
    together = inverse_normal(values)
    for column in range(4):
        np.testing.assert_array_equal(together[:, column], inverse_normal(values[:, column]))


def test_inverse_normal__depends_on_order_only_and_is_odd() -> None:
    values = np.random.default_rng(2).normal(size=40)
    np.testing.assert_array_equal(inverse_normal(np.exp(values)), inverse_normal(values))
    np.testing.assert_allclose(inverse_normal(-values), -inverse_normal(values), atol=1e-13)


def test_inverse_normal__ties_share_a_score() -> None:
    np.testing.assert_allclose(inverse_normal(np.array([1.0, 1.0, 1.0])), 0.0, atol=1e-15)
    found = inverse_normal(np.array([1.0, 2.0, 2.0, 3.0]))
    assert found[1] == found[2] == pytest.approx(0.0, abs=1e-15)


def test_inverse_normal__all_missing_or_empty() -> None:
    assert np.isnan(inverse_normal(np.full((4, 2), np.nan))).all()
    assert inverse_normal(np.zeros((0, 3))).shape == (0, 3)


def test_inverse_normal__refusals() -> None:
    with pytest.raises(ScanOptionError, match="blom or half, not by 'rankit'"):
        inverse_normal(np.arange(3.0), "rankit")  # type: ignore[arg-type]
    with pytest.raises(TraitError, match="1 values are infinite"):
        inverse_normal(np.array([1.0, np.inf]))
    with pytest.raises(TraitError, match=r"give \[n\] or \[n, t\]"):
        inverse_normal(np.zeros((2, 2, 2)))
