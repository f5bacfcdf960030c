"""The liability scale."""

import pytest
from scipy import stats

from models.heritability import covariance_to_liability, liability_factor, to_liability
from models.heritability.errors import BadStatisticsError


def test_liability_factor__by_scipy() -> None:
    P, K = 0.3, 0.02
    density = stats.norm.pdf(stats.norm.isf(K))
    assert liability_factor(P, K) == pytest.approx(K**2 * (1 - K) ** 2 / (P * (1 - P) * density**2), rel=1e-12)
    assert to_liability(0.2, P, K) == pytest.approx(0.2 * liability_factor(P, K))


def test_liability_factor__half_by_half() -> None:
    """Half of all people are cases: pi / 2."""
    assert liability_factor(0.5, 0.5) == pytest.approx(1.5707963267948966)


@pytest.mark.parametrize(("P", "K", "name"), [(0.0, 0.1, "sample"), (0.5, 1.0, "population"), (0.5, 2.0, "population")])
def test_liability_factor__impossible_prevalence(P: float, K: float, name: str) -> None:
    with pytest.raises(BadStatisticsError, match=rf"the {name} prevalence must lie between 0 and 1, not .* a share"):
        liability_factor(P, K)


def test_covariance_to_liability__roots_of_both_factors() -> None:
    both = covariance_to_liability(0.1, (0.5, 0.01), (0.3, 0.02))
    assert both == pytest.approx(0.1 * (liability_factor(0.5, 0.01) * liability_factor(0.3, 0.02)) ** 0.5)
    assert covariance_to_liability(0.1, None, (0.5, 0.01)) == pytest.approx(0.1 * liability_factor(0.5, 0.01) ** 0.5)
