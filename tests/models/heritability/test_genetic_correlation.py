"""Genetic correlation: a twin, invariances, edges."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.heritability import (
    GeneticCorrelation,
    RegressionOptions,
    TraitZ,
    estimate_genetic_correlation,
    estimate_heritability,
)
from models.heritability.errors import BadStatisticsError
from tests.models.heritability.twins import (
    Array,
    blocks,
    least_squares,
    pseudovalue_error,
    refit_without_blocks,
    slow_line,
)

N_SNPS, M, N_BLOCKS = 3_000, 50_000.0, 20
OPTIONS = RegressionOptions(n_blocks=N_BLOCKS)
RNG = np.random.default_rng(11)
LD = 1.0 + RNG.gamma(1.5, 20.0, N_SNPS)
WEIGHT_LD = 1.0 + 0.3 * LD * RNG.random(N_SNPS)
N1, N2 = RNG.integers(8_000, 12_000, N_SNPS).astype(float), RNG.integers(3_000, 9_000, N_SNPS).astype(float)


def _draw(h2_1: float, h2_2: float, covariance: float, shared: float) -> tuple[TraitZ, TraitZ]:
    """z of two traits from the model, with sample overlap."""
    variance_1, variance_2 = 1.02 + N1 * LD * h2_1 / M, 1.0 + N2 * LD * h2_2 / M
    both = shared + np.sqrt(N1 * N2) * LD * covariance / M
    e, f = RNG.standard_normal((2, N_SNPS))
    first = np.sqrt(variance_1) * e
    slope = both / variance_1
    return TraitZ(first, N1), TraitZ(slope * first + np.sqrt(variance_2 - slope * both) * f, N2)


FIRST, SECOND = _draw(0.5, 0.4, 0.25, 0.1)


def _estimate(first: TraitZ = FIRST, second: TraitZ = SECOND, **options: Any) -> GeneticCorrelation:
    return estimate_genetic_correlation(
        first, second, LD, weight_ld=WEIGHT_LD, m=M, options=replace(OPTIONS, **options)
    )


def _slow_covariance(lines: list[tuple[Array, Array]], *, fixed: float | None) -> tuple[Array, Array]:
    """Slope a SNP and intercept of z1 z2, with delete values, by the guide's text."""
    y, n = FIRST.z * SECOND.z, np.sqrt(N1 * N2)
    variances = [
        line[0][1] + min(1.0, max(0.0, M * line[0][0])) * N * np.maximum(LD, 1.0) / M
        for line, N in zip(lines, (N1, N2), strict=True)
    ]

    def weights(rho: float, a: float) -> Array:
        expected = min(1.0, max(-1.0, rho)) * n * np.maximum(LD, 1.0) / M + a
        return 1.0 / (variances[0] * variances[1] + expected**2) / np.maximum(WEIGHT_LD, 1.0)

    start = 0.0 if fixed is None else fixed
    x = n * LD / n.mean()
    X = np.column_stack((x, np.ones(N_SNPS))) if fixed is None else x[:, None]
    w = weights(M * (y.mean() - start) / np.mean(n * LD), start)
    for _ in range(2):
        fit = least_squares(X, y - start, w)
        w = weights(M * fit[0] / n.mean(), start if fixed is not None else fit[1])
    estimate, deleted = refit_without_blocks(X, y - start, w, blocks(N_SNPS, N_BLOCKS))
    scale = np.array([n.mean(), 1.0])[: estimate.size]
    return estimate / scale, deleted / scale


@pytest.mark.parametrize("fixed", [None, 0.0, 0.05])
def test_estimate_genetic_correlation__twin(fixed: float | None) -> None:
    found = _estimate(covariance_intercept=fixed)
    lines = [
        slow_line(t.z**2, t.n_samples, LD, WEIGHT_LD, m=M, n_blocks=N_BLOCKS, fixed=None, cutoff=None)
        for t in (FIRST, SECOND)
    ]
    estimate, deleted = _slow_covariance(lines, fixed=fixed)
    covariance = found.genetic_covariance
    errors = pseudovalue_error(estimate, deleted)
    assert (covariance.total, covariance.total_se) == pytest.approx((M * estimate[0], M * errors[0]), rel=1e-9)
    if fixed is None:
        assert (covariance.intercept, covariance.intercept_se) == pytest.approx((estimate[1], errors[1]), rel=1e-9)
    else:
        assert (covariance.intercept, covariance.intercept_se) == (fixed, None)
    rg = estimate[0] / np.sqrt(lines[0][0][0] * lines[1][0][0])
    deleted_rg = deleted[:, :1] / np.sqrt(lines[0][1][:, :1] * lines[1][1][:, :1])
    assert (found.rg, found.rg_se) == pytest.approx((rg, pseudovalue_error(np.array([rg]), deleted_rg)[0]), rel=1e-9)
    assert found.rg_jackknife == pytest.approx(N_BLOCKS * rg - (N_BLOCKS - 1) * deleted_rg.mean(), rel=1e-9)
    assert found.z == pytest.approx((found.rg or 0.0) / (found.rg_se or 1.0))


def test_estimate_genetic_correlation__recovers_what_was_simulated() -> None:
    found = _estimate()
    truth = 0.25 / np.sqrt(0.5 * 0.4)
    assert abs((found.rg or 9.0) - truth) < 3.0 * (found.rg_se or 0.0)
    assert abs(found.genetic_covariance.intercept - 0.1) < 3.0 * (found.genetic_covariance.intercept_se or 0.0)


def test_estimate_genetic_correlation__trait_with_itself() -> None:
    found = _estimate(FIRST, FIRST)
    assert found.rg == pytest.approx(1.0, abs=0.02)
    exact = TraitZ(np.sqrt(1.05 + N1 * LD * 0.4 / M), N1)
    own = _estimate(exact, exact)
    assert own.rg == pytest.approx(1.0, rel=1e-8)
    assert own.genetic_covariance.total == pytest.approx(0.4, rel=1e-8)


def test_estimate_genetic_correlation__one_step_unless_asked() -> None:
    """Quirk 2: the reference never takes two steps here; ours does where asked."""
    one, two = _estimate(), _estimate(rg_uses_two_step=True, two_step_cutoff=6.0)
    arguments = {"weight_ld": WEIGHT_LD, "m": M}
    alone = [
        estimate_heritability(FIRST.z, N1, LD, **arguments, options=replace(OPTIONS, two_step_cutoff=cutoff))
        for cutoff in (None, 6.0)
    ]
    assert one.heritability_1 == alone[0]
    assert two.heritability_1 == alone[1]
    assert one.heritability_1.h2 != pytest.approx(two.heritability_1.h2, rel=1e-4)
    assert one.rg != pytest.approx(two.rg, rel=1e-4)
    assert two.rg == pytest.approx(one.rg, rel=0.5)


def test_estimate_genetic_correlation__joint_sign_flips_change_nothing() -> None:
    """S4: other effect alleles of both traits at 30% of SNPs."""
    sign = np.where(RNG.random(N_SNPS) < 0.3, -1.0, 1.0)
    assert _estimate(replace(FIRST, z=sign * FIRST.z), replace(SECOND, z=sign * SECOND.z)) == _estimate()


def test_estimate_genetic_correlation__flipped_trait_turns_the_sign() -> None:
    found, turned = _estimate(), _estimate(FIRST, replace(SECOND, z=-SECOND.z))
    assert turned.rg == pytest.approx(-(found.rg or 0.0), rel=1e-12)
    assert turned.rg_se == pytest.approx(found.rg_se, rel=1e-9)


def test_estimate_genetic_correlation__is_symmetric() -> None:
    found, turned = _estimate(), _estimate(SECOND, FIRST)
    assert turned.rg == pytest.approx(found.rg, rel=1e-12)
    assert turned.heritability_2 == found.heritability_1


def test_estimate_genetic_correlation__sample_size_scales_h2_not_rg() -> None:
    found = _estimate(intercept=1.0, covariance_intercept=0.0)
    more = _estimate(replace(FIRST, n_samples=4.0 * N1), SECOND, intercept=1.0, covariance_intercept=0.0)
    assert more.heritability_1.h2 == pytest.approx(found.heritability_1.h2 / 4.0)
    assert more.rg == pytest.approx(found.rg, rel=1e-9)


def test_estimate_genetic_correlation__intercepts_of_each_trait() -> None:
    found = _estimate(replace(FIRST, intercept=1.02), SECOND)
    assert (found.heritability_1.intercept, found.heritability_1.intercept_se) == (1.02, None)
    assert found.heritability_2.intercept_se is not None
    both = _estimate(replace(FIRST, intercept=1.02), SECOND, intercept=1.0)
    assert (both.heritability_1.intercept, both.heritability_2.intercept) == (1.02, 1.0)


def test_estimate_genetic_correlation__largest_chi2() -> None:
    found = _estimate(maximum_chi2=4.0)
    kept = np.abs(FIRST.z * SECOND.z) < 4.0
    first, second = (replace(t, z=t.z[kept], n_samples=t.n_samples[kept]) for t in (FIRST, SECOND))
    expected = estimate_genetic_correlation(first, second, LD[kept], weight_ld=WEIGHT_LD[kept], m=M, options=OPTIONS)
    assert found == expected
    assert found.n_snps == int(kept.sum())


def test_estimate_genetic_correlation__liability_scale() -> None:
    found = _estimate(replace(FIRST, sample_prevalence=0.5, population_prevalence=0.5), SECOND)
    plain = _estimate()
    factor = np.sqrt(np.pi / 2.0)
    assert found.genetic_covariance.total_liability == pytest.approx(factor * plain.genetic_covariance.total)
    assert found.genetic_covariance.total_liability_se == pytest.approx(factor * plain.genetic_covariance.total_se)
    assert plain.genetic_covariance.total_liability is None
    assert found.rg == plain.rg


def test_estimate_genetic_correlation__negative_h2_has_no_rg() -> None:
    falling = replace(SECOND, z=np.sqrt(3.0 - N2 * LD / (N2 * LD).max()))
    found = _estimate(FIRST, falling)
    assert (found.rg, found.rg_se, found.z, found.neg_log10_p, found.rg_jackknife) == (None,) * 5
    assert "rg_undefined" in found.flags
    assert "ratio_unstable" in found.flags
    assert "negative_h2" in found.heritability_2.flags
    assert np.isfinite(found.genetic_covariance.total)


def test_estimate_genetic_correlation__out_of_bounds_is_flagged_not_withheld() -> None:
    first, second = _draw(0.5, 0.4, 0.25, 0.0)
    larger = replace(second, z=second.z + 0.8 * first.z * (np.median(LD) < LD))
    found = _estimate(first, larger, intercept=3.0, covariance_intercept=0.0)
    assert (found.rg or 0.0) > 1.2
    assert "rg_out_of_bounds" in found.flags
    assert found.rg_se is not None


def test_estimate_genetic_correlation__no_error_where_a_block_carries_the_heritability() -> None:
    z = np.ones(N_SNPS) * np.sqrt(1.2 - 0.2 * LD / LD.max())
    top = slice(0, N_SNPS // N_BLOCKS)
    z[top] = np.sqrt(1.0 + LD[top] / 2.0)
    found = _estimate(FIRST, TraitZ(z, N2))
    assert found.rg is not None
    assert (found.rg_se, found.z, found.neg_log10_p, found.rg_jackknife) == (None,) * 4
    assert "rg_error_undefined" in found.flags


def test_estimate_genetic_correlation__z_missing_in_the_second() -> None:
    z = SECOND.z.copy()
    z[3] = np.nan
    with pytest.raises(BadStatisticsError, match=r"z of the second trait of SNP 3 .* is nan"):
        _estimate(FIRST, replace(SECOND, z=z))


def test_estimate_genetic_correlation__one_prevalence_of_two() -> None:
    with pytest.raises(
        BadStatisticsError, match=r"the first trait has a sample prevalence of 0.5 and .* both or neither"
    ):
        _estimate(replace(FIRST, sample_prevalence=0.5), SECOND)
