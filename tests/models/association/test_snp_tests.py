import numpy as np
import pytest
from scipy import stats

from models.association.scan_results import empty_scan
from models.association.snp_likelihood import Sums
from models.association.snp_tests import rotate_block, write_lrt, write_score, write_wald

ROWS = np.array([1], np.int64)


def _one(value: float) -> np.ndarray:
    return np.array([value])


def test_rotate_block__in_the_precision_of_the_vectors() -> None:
    rng = np.random.default_rng(0)
    dosages, vectors = rng.normal(size=(3, 5)).astype(np.float32), rng.normal(size=(5, 5))
    found = rotate_block(dosages, vectors)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, dosages.astype(float) @ vectors, rtol=1e-12)
    single = rotate_block(dosages, vectors.astype(np.float32))
    np.testing.assert_allclose(single, found, atol=1e-5)
    assert single.dtype == np.float64


def test_write_wald__by_hand() -> None:
    """x'Px 4, effect .5, rest 18 with 9 degrees: variance 2, error sqrt(2/4), F = .25 / .5."""
    into = empty_scan(2)
    write_wald(into, ROWS, _one(0.5), _one(4.0), _one(18.0), degrees=9)
    assert into.se[1] == pytest.approx(np.sqrt(0.5))
    assert into.neg_log10_p_wald[1] == pytest.approx(-np.log10(stats.f.sf(0.5, 1, 9)))
    assert np.isnan(into.beta[0])


def test_write_lrt__by_hand_and_never_below_0() -> None:
    into = empty_scan(2)
    write_lrt(into, np.array([0, 1]), np.array([-10.0, -12.1]), np.array([-12.0, -12.0]))
    assert into.neg_log10_p_lrt[0] == pytest.approx(-np.log10(stats.chi2.sf(4.0, 1)))
    assert into.neg_log10_p_lrt[1] == 0.0
    assert into.logl_h1.tolist() == [-10.0, -12.1]


def test_write_score__by_hand() -> None:
    """Effect .5, x'Px 4, y'Py 20: r² = .05, F = 12 · .05."""
    into = empty_scan(2)
    write_score(into, ROWS, Sums(np.array([[4.0]]), np.array([[0.5]])), _one(20.0), n_people=12, degrees=10)
    assert into.neg_log10_p_score[1] == pytest.approx(-np.log10(stats.f.sf(0.6, 1, 10)))


def test_write_wald__never_becomes_zero_p() -> None:
    into = empty_scan(2)
    write_wald(into, ROWS, _one(1000.0), _one(1.0), _one(1000.0), degrees=1000)
    assert 1000 < into.neg_log10_p_wald[1] < 1e4
