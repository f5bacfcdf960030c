"""A covariate that knows large p-values is seen; one that does not passes."""

import numpy as np
import pytest
from scipy import stats

from models.association.covariate_check import FEWEST_GROUPS, check_independence
from models.association.errors import WeightingError


def test_check_independence__hand_worked() -> None:
    p = np.linspace(0.51, 0.99, 30)
    found = check_independence(p, p**3, np.arange(30))
    assert found is not None
    assert (found.n, found.rank_correlation, found.n_strata) == (30, pytest.approx(1.0), None)
    assert found.p_value < 1e-6
    assert found.interval[0] > 0.99


def test_check_independence__agrees_with_a_slow_twin() -> None:
    generator = np.random.default_rng(3)
    p, covariate, groups = generator.random(400), generator.random(400), generator.integers(0, 150, 400)
    found = check_independence(p, covariate, groups)
    first: dict[int, int] = {}
    for at in range(400):
        if p[at] > 0.5:
            first.setdefault(int(groups[at]), at)
    rows = list(first.values())
    expected = stats.spearmanr(covariate[rows], p[rows])
    assert found is not None
    assert found.n == len(rows)
    assert found.rank_correlation == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert (found.n_strata, found.degrees_of_freedom) == (4, 12)


def test_check_independence__is_calibrated_where_nothing_is_known_and_sees_what_is() -> None:
    """Linked p-values of a block count once, so that p stays uniform; a covariate that follows p is seen."""
    generator = np.random.default_rng(8)
    groups = np.repeat(np.arange(200), 5)
    rank_p, histogram_p, seen = [], [], []
    for _ in range(200):
        p, covariate = generator.random(200)[groups], generator.random(200)[groups]
        found = check_independence(p, covariate, groups)
        leaky = check_independence(p, p + generator.random(200)[groups], groups)
        assert found is not None
        assert found.histogram_p_value is not None
        assert leaky is not None
        rank_p.append(found.p_value)
        histogram_p.append(found.histogram_p_value)
        seen.append(leaky.p_value < 0.05)
    for values in (rank_p, histogram_p):
        assert np.mean(np.array(values) < 0.05) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
        assert 0.4 < np.mean(values) < 0.6
    assert np.mean(seen) > 0.9


def test_check_independence__interval_covers_the_truth() -> None:
    generator = np.random.default_rng(4)
    covered = []
    for _ in range(300):
        found = check_independence(0.5 + generator.random(80) / 2, generator.random(80), np.arange(80))
        assert found is not None
        covered.append(found.interval[0] <= 0.0 <= found.interval[1])
    assert 0.91 < np.mean(covered) < 0.99


def test_check_independence__sees_a_histogram_that_no_rank_correlation_sees() -> None:
    """p gathers at the ends of (.5, 1] where the covariate is middling: U against flat, correlation 0."""
    generator = np.random.default_rng(5)
    covariate = generator.random(400)
    is_middle = np.abs(covariate - 0.5) < 0.25
    ends = np.where(generator.random(400) < 0.5, 0.51, 0.99)
    p = np.where(is_middle, ends, 0.5 + generator.random(400) / 2)
    found = check_independence(p, covariate, np.arange(400))
    assert found is not None
    assert found.histogram_p_value is not None
    assert found.histogram_p_value < 1e-6
    assert found.p_value > 0.01


@pytest.mark.parametrize(
    ("p", "covariate"),
    [
        (np.full(FEWEST_GROUPS - 1, 0.8), np.arange(FEWEST_GROUPS - 1.0)),
        (np.full(60, 0.2), np.arange(60.0)),
        (np.linspace(0.6, 0.9, 60), np.ones(60)),
        (np.full(60, 0.8), np.arange(60.0)),
        (np.full(60, np.nan), np.arange(60.0)),
    ],
)
def test_check_independence__with_too_little_says_nothing(p: np.ndarray, covariate: np.ndarray) -> None:
    assert check_independence(p, covariate, np.arange(p.size)) is None


def test_check_independence__refuses_columns_that_do_not_fit() -> None:
    with pytest.raises(WeightingError, match=r"not shapes \(30,\), \(29,\), \(30,\)"):
        check_independence(np.zeros(30), np.zeros(29), np.arange(30))
    with pytest.raises(WeightingError, match="a bound of 0 to below 1"):
        check_independence(np.zeros(30), np.zeros(30), np.arange(30), above=1.0)
