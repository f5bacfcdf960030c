import dataclasses

import numpy as np
import pytest
from scipy import stats

from models.association.scan_results import STATISTICS, empty_scan


def test_empty_scan__holds_nothing() -> None:
    found = empty_scan(3)
    assert (found.n_snps, found.n_tested, found.n_refitted) == (3, 0, 0)
    assert all(np.isnan(getattr(found, name)).all() for name in STATISTICS)
    assert found.n_dropped["nobody_seen"] == 3


def test_scan__z_is_effect_over_error() -> None:
    found = dataclasses.replace(empty_scan(2), beta=np.array([1.0, -3.0]), se=np.array([2.0, 2.0]))
    assert found.z.tolist() == [0.5, -1.5]


@pytest.mark.parametrize("test", ["wald", "lrt", "score"])
def test_scan__lambda_gc_is_the_median_chi2_over_the_null_s(test: str) -> None:
    chi2 = np.array([0.1, 0.2, 3.0, 9.0, 50.0])
    p = np.append(stats.chi2.sf(chi2, 1), np.nan)
    found = dataclasses.replace(empty_scan(6), **{f"neg_log10_p_{test}": -np.log10(p)})
    assert found.lambda_gc(test) == pytest.approx(3.0 / stats.chi2.ppf(0.5, 1), rel=1e-9)  # type: ignore[arg-type]


def test_scan__lambda_gc_of_uniform_p_is_1() -> None:
    p = (np.arange(1000) + 0.5) / 1000
    found = dataclasses.replace(empty_scan(1000), neg_log10_p_wald=-np.log10(p))
    assert found.lambda_gc() == pytest.approx(1.0, abs=1e-5)
    assert np.isnan(found.lambda_gc("lrt"))
