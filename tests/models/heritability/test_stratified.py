"""Heritability over annotations: a twin, exact recovery, invariances, edges."""

from dataclasses import replace

import numpy as np
import pytest

from models.heritability import PartitionedHeritability, RegressionOptions, estimate_partitioned
from models.heritability.errors import BadStatisticsError, SingularDesignError
from models.heritability.stratified import largest_chi2
from tests.models.heritability.twins import Statistics, blocks, pseudovalue_error, refit_without_blocks, simulate

STUDY = simulate()
OPTIONS = RegressionOptions(n_blocks=20)


def _estimate(study: Statistics = STUDY, options: RegressionOptions = OPTIONS) -> PartitionedHeritability:
    return estimate_partitioned(
        study.z, study.n_samples, study.ld_scores, weight_ld=study.weight_ld, m=study.m, options=options
    )


@pytest.mark.parametrize("intercept", [None, 1.0])
def test_estimate_partitioned__twin(intercept: float | None) -> None:
    found = _estimate(options=replace(OPTIONS, intercept=intercept, maximum_chi2=np.inf))
    chi2, mean_n, start = STUDY.z**2, STUDY.n_samples.mean(), 1.0 if intercept is None else intercept
    total, m = STUDY.ld_scores.sum(axis=1), STUDY.m.sum()
    h2 = min(1.0, max(0.0, m * (chi2.mean() - start) / np.mean(total * STUDY.n_samples)))
    expected = start + h2 * STUDY.n_samples * np.maximum(total, 1.0) / m
    weights = 1.0 / (2.0 * expected**2) / np.maximum(STUDY.weight_ld, 1.0)
    X = STUDY.ld_scores * (STUDY.n_samples / mean_n)[:, None]
    X = np.column_stack((X, np.ones(chi2.size))) if intercept is None else X
    y = chi2 if intercept is None else chi2 - intercept
    estimate, deleted = refit_without_blocks(X, y, weights, blocks(chi2.size, 20))
    errors = pseudovalue_error(estimate, deleted)
    assert found.coefficient == pytest.approx(estimate[:4] / mean_n, rel=1e-9)
    assert found.coefficient_se == pytest.approx(errors[:4] / mean_n, rel=1e-9)
    assert found.coefficient_delete_values == pytest.approx(deleted[:, :4] / mean_n, rel=1e-8)
    category, deleted_category = STUDY.m * estimate[:4] / mean_n, STUDY.m * deleted[:, :4] / mean_n
    assert found.category_h2 == pytest.approx(category, rel=1e-9)
    assert found.category_h2_se == pytest.approx(pseudovalue_error(category, deleted_category), rel=1e-9)
    total_error = pseudovalue_error(category.sum(keepdims=True), deleted_category.sum(axis=1, keepdims=True))
    assert (found.h2, found.h2_se) == pytest.approx((category.sum(), total_error[0]), rel=1e-9)
    shares = deleted_category / deleted_category.sum(axis=1, keepdims=True)
    assert np.sqrt(np.diag(found.proportion_covariance)) == pytest.approx(
        pseudovalue_error(category / category.sum(), shares), rel=1e-9
    )
    if intercept is None:
        assert (found.intercept, found.intercept_se) == pytest.approx((estimate[4], errors[4]), rel=1e-9)
    else:
        assert (found.intercept, found.intercept_se, found.ratio_se) == (1.0, None, None)


@pytest.mark.parametrize("order", ["C", "F"])
def test_estimate_partitioned__exact_chi2(order: str) -> None:
    """S2: chi² made by the model gives its coefficients, and no error; overlapping and continuous annotations."""
    chi2 = 1.04 + STUDY.n_samples * (STUDY.ld_scores @ STUDY.tau)
    ld_scores = np.asarray(STUDY.ld_scores, order=order)  # type: ignore[call-overload]
    found = _estimate(replace(STUDY, z=np.sqrt(chi2), ld_scores=ld_scores), replace(OPTIONS, maximum_chi2=np.inf))
    assert found.coefficient == pytest.approx(STUDY.tau, rel=1e-8)
    assert found.intercept == pytest.approx(1.04, rel=1e-8)
    assert (found.coefficient_se / STUDY.tau).max() < 1e-8
    assert (found.intercept_se or 0.0) < 1e-9


def test_estimate_partitioned__invariances() -> None:
    """Signs of z, and the order of columns; a permutation of rows once sorted again is the same input."""
    found = _estimate()
    flipped = _estimate(replace(STUDY, z=-STUDY.z))
    assert np.array_equal(flipped.coefficient, found.coefficient)
    order = np.array([2, 0, 3, 1])
    turned = _estimate(replace(STUDY, ld_scores=STUDY.ld_scores[:, order], m=STUDY.m[order]))
    assert turned.coefficient == pytest.approx(found.coefficient[order], rel=1e-10)
    assert turned.coefficient_covariance == pytest.approx(found.coefficient_covariance[np.ix_(order, order)], rel=1e-9)


def test_estimate_partitioned__twice_n_is_half_of_tau() -> None:
    found = _estimate(options=replace(OPTIONS, maximum_chi2=1e3))
    more = _estimate(replace(STUDY, n_samples=2.0 * STUDY.n_samples), replace(OPTIONS, maximum_chi2=1e3))
    assert more.coefficient == pytest.approx(found.coefficient / 2.0, rel=1e-9)


def test_estimate_partitioned__annotations_in_other_units() -> None:
    """Ten times all LD scores and all M: a tenth of tau, the same heritability, intercept and condition number."""
    positive = replace(STUDY, ld_scores=STUDY.ld_scores[:, :3], m=STUDY.m[:3])
    found, scaled = (
        _estimate(positive),
        _estimate(replace(positive, ld_scores=10.0 * STUDY.ld_scores[:, :3], m=10.0 * STUDY.m[:3])),
    )
    assert scaled.coefficient == pytest.approx(found.coefficient / 10.0, rel=1e-9)
    assert (scaled.h2, scaled.intercept) == pytest.approx((found.h2, found.intercept), rel=1e-9)
    assert scaled.condition_number == pytest.approx(found.condition_number, rel=1e-6)


def test_estimate_partitioned__drops_large_chi2() -> None:
    z = np.clip(STUDY.z, -8.0, 8.0)
    z[[3, 1_500]] = 9.0
    z[7] = np.sqrt(79.9)
    found = _estimate(replace(STUDY, z=z))
    kept = np.flatnonzero(z**2 < 80.0)
    cut = [a[kept] for a in (z, STUDY.n_samples, STUDY.ld_scores, STUDY.weight_ld)]
    expected = _estimate(Statistics(*cut, m=STUDY.m, tau=STUDY.tau, intercept=1.0))
    assert (found.n_dropped, found.n_snps, found.maximum_chi2) == (2, 2_998, 80.0)
    assert found.coefficient == pytest.approx(expected.coefficient, rel=1e-12)
    assert found.coefficient_se == pytest.approx(expected.coefficient_se, rel=1e-12)


def test_largest_chi2__by_sample_size_or_chosen() -> None:
    assert largest_chi2(np.array([10.0, 200_000.0]), RegressionOptions()) == 200.0
    assert largest_chi2(np.array([10.0, 20_000.0]), RegressionOptions()) == 80.0
    assert largest_chi2(np.array([10.0]), RegressionOptions(maximum_chi2=5.0)) == 5.0


def test_estimate_partitioned__collinear_annotations_are_named() -> None:
    """Quirk 3, from the outside: promoter + enhancer = either."""
    ld_scores = np.column_stack((STUDY.ld_scores, STUDY.ld_scores[:, 1] + STUDY.ld_scores[:, 2]))
    names = ("base", "promoter", "enhancer", "age", "either")
    with pytest.raises(SingularDesignError, match=r"LD scores of 'promoter', 'enhancer', 'either' depend"):
        _estimate(
            replace(STUDY, ld_scores=ld_scores, m=np.append(STUDY.m, 18_000.0)), replace(OPTIONS, column_names=names)
        )


def test_estimate_partitioned__nearly_collinear_is_flagged() -> None:
    copy = STUDY.ld_scores[:, 1] * (1.0 + 1e-6 * np.random.default_rng(1).normal(size=STUDY.z.size))
    found = _estimate(
        replace(STUDY, ld_scores=np.column_stack((STUDY.ld_scores, copy)), m=np.append(STUDY.m, STUDY.m[1]))
    )
    assert found.condition_number > 1e5
    assert "ill_conditioned" in found.flags


def test_estimate_partitioned__ld_score_not_finite() -> None:
    ld_scores = STUDY.ld_scores.copy()
    ld_scores[9, 2] = np.nan
    with pytest.raises(BadStatisticsError, match=r"sum of the LD scores of SNP 9"):
        _estimate(replace(STUDY, ld_scores=ld_scores))


def test_estimate_partitioned__reads_the_design_where_it_lies() -> None:
    """No second copy of the LD scores: the largest array made is the cache-sized buffer or a vector of SNPs."""
    import tracemalloc

    rng = np.random.default_rng(1)
    n, c = 20_000, 60
    ld_scores = rng.random((n, c))
    tracemalloc.start()
    estimate_partitioned(rng.normal(size=n), np.full(n, 1e4), ld_scores, weight_ld=np.ones(n), m=np.ones(c))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    small = 8 * (30 * n + 6 * 200 * (c + 2) ** 2)
    assert peak < small
