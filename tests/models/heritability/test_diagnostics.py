"""Flags and ratio rules."""

import numpy as np
import pytest

from models.heritability import FLAG_MEANINGS, intercept_ratio, lambda_gc
from models.heritability.diagnostics import heritability_flags


def test_lambda_gc__median() -> None:
    assert lambda_gc(np.array([0.1, 0.4549, 9.0])) == 1.0


def test_intercept_ratio__rules() -> None:
    assert intercept_ratio(1.1, 0.02, 1.4) == pytest.approx((0.25, 0.05))
    assert intercept_ratio(0.9, 0.02, 1.4) == pytest.approx((-0.25, 0.05))
    assert intercept_ratio(1.1, 0.02, 1.0) == (None, None)
    assert intercept_ratio(1.1, 0.02, 0.9) == (None, None)


@pytest.mark.parametrize(
    ("h2", "h2_se", "mean_chi2", "n_snps", "condition_number", "expected"),
    [
        (0.4, 0.05, 1.5, 200_000, 1.0, ()),
        (-0.1, 0.05, 1.5, 200_000, 1.0, ("negative_h2", "ratio_unstable")),
        (0.19, 0.05, 1.5, 200_000, 1.0, ("ratio_unstable",)),
        (0.2, 0.05, 1.5, 200_000, 1.0, ()),
        (1.2, 0.05, 1.5, 200_000, 1.0, ("h2_above_one",)),
        (0.4, 0.05, 1.019, 200_000, 1.0, ("low_mean_chi2",)),
        (0.4, 0.05, 1.5, 199_999, 1.0, ("few_snps",)),
        (0.4, 0.05, 1.5, 200_000, 1.1e5, ("ill_conditioned",)),
    ],
)
def test_heritability_flags__each(
    h2: float, h2_se: float, mean_chi2: float, n_snps: int, condition_number: float, expected: tuple[str, ...]
) -> None:
    found = heritability_flags(h2, h2_se, mean_chi2=mean_chi2, n_snps=n_snps, condition_number=condition_number)
    assert found == expected
    assert all(flag in FLAG_MEANINGS for flag in found)
