"""Heritability of one trait: a twin, invariances, edges."""

from dataclasses import replace

import numpy as np
import pytest

from models.heritability import RegressionOptions, estimate_heritability
from models.heritability.errors import BadStatisticsError, HeritabilityError, SingularDesignError, TooFewSnpsError
from tests.models.heritability.twins import Statistics, pseudovalue_error, simulate, slow_line

STUDY = simulate()
M = 50_000.0
FEW_BLOCKS = RegressionOptions(n_blocks=20)


def _estimate(study: Statistics = STUDY, options: RegressionOptions = FEW_BLOCKS):  # type: ignore[no-untyped-def]
    z, n_samples, ld = study.univariate
    return estimate_heritability(z, n_samples, ld, weight_ld=study.weight_ld, m=M, options=options)


@pytest.mark.parametrize(("intercept", "cutoff"), [(None, 30.0), (None, 4.0), (None, None), (1.0, 30.0), (1.05, None)])
def test_estimate_heritability__twin(intercept: float | None, cutoff: float | None) -> None:
    options = replace(FEW_BLOCKS, intercept=intercept, two_step_cutoff=cutoff, keep_delete_values=True)
    found = _estimate(options=options)
    z, n_samples, ld = STUDY.univariate
    estimate, deleted = slow_line(
        z * z, n_samples, ld, STUDY.weight_ld, m=M, n_blocks=20, fixed=intercept, cutoff=cutoff
    )
    errors = pseudovalue_error(estimate, deleted)
    assert found.h2 == pytest.approx(M * estimate[0], rel=1e-10)
    assert found.h2_se == pytest.approx(M * errors[0], rel=1e-9)
    assert found.coefficient == pytest.approx(estimate[0], rel=1e-10)
    assert found.h2_delete_values == pytest.approx(M * deleted[:, 0], rel=1e-9)
    if intercept is None:
        assert (found.intercept, found.intercept_se) == pytest.approx((estimate[1], errors[1]), rel=1e-9)
        assert found.intercept_delete_values == pytest.approx(deleted[:, 1], rel=1e-10)
    else:
        assert (found.intercept, found.intercept_se, found.intercept_delete_values) == (intercept, None, None)


def test_estimate_heritability__recovers_what_was_simulated() -> None:
    study = simulate(20_000, seed=5)
    found = _estimate(study, RegressionOptions())
    truth = M * float(np.linalg.lstsq(study.ld_scores[:, :1], study.ld_scores @ study.tau, rcond=None)[0][0])
    assert abs(found.h2 - truth) < 3.0 * found.h2_se
    assert abs(found.intercept - study.intercept) < 3.0 * (found.intercept_se or 0.0)


def test_estimate_heritability__exact_chi2() -> None:
    """S2: chi² on the line gives the line, and no error."""
    _, n_samples, ld = STUDY.univariate
    exact = replace(STUDY, z=np.sqrt(1.07 + n_samples * ld * 0.4 / M))
    for cutoff in (None, 4.0):
        found = _estimate(exact, replace(FEW_BLOCKS, two_step_cutoff=cutoff))
        assert found.h2 == pytest.approx(0.4, rel=1e-8)
        assert found.intercept == pytest.approx(1.07, rel=1e-8)
        assert found.h2_se < 1e-9
        assert (found.intercept_se or 0.0) < 1e-9


def test_estimate_heritability__one_step_by_hand() -> None:
    """Weights of a constant: with equal weights LD scores and N the fit is the plain line through the points."""
    ld = np.array([1.0, 2.0, 3.0, 4.0])
    found = estimate_heritability(
        np.sqrt(1.0 + 2.0 * ld),
        np.full(4, 100.0),
        ld,
        weight_ld=np.ones(4),
        m=10.0,
        options=RegressionOptions(n_blocks=2, two_step_cutoff=None),
    )
    assert found.h2 == pytest.approx(2.0 * 10.0 / 100.0)
    assert found.mean_chi2 == pytest.approx(6.0)
    assert found.lambda_gc == pytest.approx(6.0 / 0.4549)
    assert found.ratio == pytest.approx(0.0, abs=1e-12)


def test_estimate_heritability__sign_flips_change_nothing() -> None:
    flipped = replace(STUDY, z=STUDY.z * np.where(np.arange(STUDY.z.size) % 3, 1.0, -1.0))
    assert _estimate(flipped) == _estimate()


def test_estimate_heritability__shuffled_and_sorted_rows() -> None:
    order = np.random.default_rng(2).permutation(STUDY.z.size)
    back = np.argsort(order)
    shuffled = [a[order] for a in (STUDY.z, STUDY.n_samples, STUDY.ld_scores, STUDY.weight_ld)]
    z, n_samples, ld_scores, weight_ld = (a[back] for a in shuffled)
    assert _estimate(replace(STUDY, z=z, n_samples=n_samples, ld_scores=ld_scores, weight_ld=weight_ld)) == _estimate()


def test_estimate_heritability__ten_times_n_is_a_tenth_of_h2() -> None:
    found, more = _estimate(), _estimate(replace(STUDY, n_samples=10.0 * STUDY.n_samples))
    assert more.h2 == pytest.approx(found.h2 / 10.0)
    assert more.intercept == pytest.approx(found.intercept)


def test_estimate_heritability__float32_column() -> None:
    z, n_samples, ld = STUDY.univariate
    single = ld.astype(np.float32)
    options = FEW_BLOCKS
    found = estimate_heritability(z, n_samples, single[:, None], weight_ld=STUDY.weight_ld, m=M, options=options)
    same = estimate_heritability(z, n_samples, single.astype(float), weight_ld=STUDY.weight_ld, m=M, options=options)
    assert found == same


def test_estimate_heritability__largest_chi2() -> None:
    found = _estimate(options=replace(FEW_BLOCKS, maximum_chi2=5.0))
    kept = STUDY.z**2 < 5.0
    cut = Statistics(
        *(a[kept] for a in (STUDY.z, STUDY.n_samples, STUDY.ld_scores, STUDY.weight_ld)),
        m=STUDY.m,
        tau=STUDY.tau,
        intercept=1.0,
    )
    assert found.n_snps == int(kept.sum())
    assert found == _estimate(cut)


def test_estimate_heritability__fixed_intercept_has_a_ratio_without_an_error() -> None:
    found = _estimate(options=replace(FEW_BLOCKS, intercept=1.1))
    assert found.ratio == pytest.approx(0.1 / (found.mean_chi2 - 1.0))
    assert found.ratio_se is None


def test_estimate_heritability__reference_counts_n_twice_in_the_first_step() -> None:
    """A quirk not on the guide's list, found by S6: it shows where N differs between SNPs, and only there."""
    two_step = replace(FEW_BLOCKS, two_step_cutoff=4.0)
    compat = replace(two_step, is_compat=True)
    plain, other = _estimate(options=two_step), _estimate(options=compat)
    assert other.intercept != pytest.approx(plain.intercept, rel=1e-5)
    assert other.intercept == pytest.approx(plain.intercept, rel=0.05)
    one_n = replace(STUDY, n_samples=np.full(STUDY.z.size, 5_000.0))
    assert _estimate(one_n, compat) == _estimate(one_n, two_step)


def test_estimate_heritability__keeps_no_delete_values_unasked() -> None:
    assert _estimate().h2_delete_values is None


def test_estimate_heritability__negative_h2_is_flagged() -> None:
    """Quirk 11: the reference prints a negative heritability without a word."""
    _, n_samples, ld = STUDY.univariate
    falling = replace(STUDY, z=np.sqrt(3.0 - n_samples * ld / (n_samples * ld).max()))
    found = _estimate(falling)
    assert found.h2 < 0.0
    assert found.flags == ("negative_h2", "ratio_unstable", "few_snps")
    assert found.ratio is not None
    assert found.ratio_se is not None


def test_estimate_heritability__null_trait_is_flagged() -> None:
    null = replace(STUDY, z=np.random.default_rng(8).standard_normal(STUDY.z.size) * 0.95)
    found = _estimate(null)
    assert {"ratio_unstable", "low_mean_chi2", "few_snps"} <= set(found.flags)
    assert found.mean_chi2 < 1.0
    assert (found.ratio, found.ratio_se) == (None, None)


def test_estimate_heritability__above_one_is_flagged() -> None:
    assert "h2_above_one" in _estimate(replace(STUDY, n_samples=STUDY.n_samples / 10.0)).flags


def test_estimate_heritability__too_few_snps() -> None:
    with pytest.raises(TooFewSnpsError, match=r"SNPs cannot fill the 4000 blocks .* use more SNPs or fewer blocks"):
        _estimate(options=RegressionOptions(n_blocks=4_000))


def test_estimate_heritability__constant_ld_score() -> None:
    with pytest.raises(SingularDesignError, match=r"'the LD score', the intercept depend on each other"):
        _estimate(replace(STUDY, ld_scores=np.full_like(STUDY.ld_scores, 7.0), n_samples=np.full(STUDY.z.size, 1e4)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_estimate_heritability__z_not_finite(bad: float) -> None:
    z = STUDY.z.copy()
    z[[17, 20]] = bad
    with pytest.raises(BadStatisticsError, match=rf"z of SNP 17 .* is {bad}, and so for 2 of 3000 SNPs.*drop SNPs"):
        _estimate(replace(STUDY, z=z))


def test_estimate_heritability__all_z_missing() -> None:
    with pytest.raises(BadStatisticsError, match=r"z of SNP 0 .* is nan, and so for 3000 of 3000 SNPs"):
        _estimate(replace(STUDY, z=np.full_like(STUDY.z, np.nan)))


@pytest.mark.parametrize("bad", [0.0, -5.0, np.nan])
def test_estimate_heritability__n_not_positive(bad: float) -> None:
    n_samples = STUDY.n_samples.copy()
    n_samples[4] = bad
    with pytest.raises(BadStatisticsError, match=rf"N of SNP 4 .* is {bad}, .* above 0; give the study's sample size"):
        _estimate(replace(STUDY, n_samples=n_samples))


def test_estimate_heritability__two_columns() -> None:
    with pytest.raises(BadStatisticsError, match=r"shape \(3000, 4\), but there are 3000 SNPs and 1 values of M"):
        estimate_heritability(STUDY.z, STUDY.n_samples, STUDY.ld_scores, weight_ld=STUDY.weight_ld, m=M)


def test_regression_options__impossible_values() -> None:
    with pytest.raises(HeritabilityError, match=r"at least 2 blocks, not 1: choose 200"):
        RegressionOptions(n_blocks=1)
    with pytest.raises(HeritabilityError, match=r"two_step_cutoff must be above 0, not 0.0: leave it out"):
        RegressionOptions(two_step_cutoff=0.0)
    with pytest.raises(HeritabilityError, match=r"maximum_chi2 must be above 0, not -1.0"):
        RegressionOptions(maximum_chi2=-1.0)
    with pytest.raises(HeritabilityError, match=r"intercept must be above 0, not 0.0"):
        RegressionOptions(intercept=0.0)
