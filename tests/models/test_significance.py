"""p-values in log space."""

import numpy as np
import pytest
from scipy import stats

from models.significance import neg_log10_two_sided, neg_log10_two_sided_t, neg_log10_upper


def test_neg_log10__ordinary_values() -> None:
    z = np.array([-3.0, 0.0, 0.5, 1.959963984540054, 5.0])
    assert neg_log10_two_sided(z) == pytest.approx(-np.log10(2.0 * stats.norm.sf(np.abs(z))), rel=1e-12, abs=1e-15)
    assert neg_log10_upper(z) == pytest.approx(-np.log10(stats.norm.sf(z)), rel=1e-12)
    t = neg_log10_two_sided_t(z, 200)
    assert t == pytest.approx(-np.log10(2.0 * stats.t.sf(np.abs(z), 200)), rel=1e-11, abs=1e-15)


def test_neg_log10__never_becomes_zero_p() -> None:
    """Quirk 5: the reference prints a small p as "0."."""
    assert neg_log10_two_sided(223.38454867064796) == pytest.approx(10838.237, abs=1e-3)
    assert 2.0 * stats.norm.sf(223.4) == 0.0
    assert np.isfinite(neg_log10_upper([40.0, 1e4])).all()
    assert np.isfinite(neg_log10_two_sided_t([50.0, 1e4, 1e8], 200)).all()


@pytest.mark.parametrize("df", [2, 20, 200, 1000])
def test_neg_log10_two_sided_t__far_tail_continues_the_near_one(df: int) -> None:
    """The series and the plain function agree where both have digits."""
    from models import significance

    t = np.array([3.0, 10.0, 20.0])
    near = neg_log10_two_sided_t(t, df)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(significance, "SMALLEST_PLAIN", 2.0)
        assert neg_log10_two_sided_t(t, df) == pytest.approx(near, rel=1e-10)


def test_neg_log10_two_sided_t__two_degrees_of_freedom_by_hand() -> None:
    """With 2 degrees of freedom p = 1 - t / sqrt(2 + t²), about 1 / t²."""
    assert neg_log10_two_sided_t(1e150, 2) == pytest.approx(300.0, abs=1e-9)


def test_neg_log10__undefined_stays_undefined() -> None:
    for function in (neg_log10_two_sided, neg_log10_upper):
        assert np.isnan(function(np.nan))
    assert np.isnan(neg_log10_two_sided_t(np.nan, 200))
