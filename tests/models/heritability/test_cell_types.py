"""Cell types beside a base model."""

from collections.abc import Iterator

import numpy as np
import pytest
from scipy import stats

from models.heritability import AnnotationScores, RegressionOptions, estimate_cell_types, estimate_partitioned
from models.heritability.errors import BadStatisticsError, SingularDesignError
from tests.models.heritability.twins import simulate

STUDY = simulate()
OPTIONS = RegressionOptions(n_blocks=20)
BASE = AnnotationScores("base", STUDY.ld_scores[:, [0, 3]], STUDY.m[[0, 3]])


def _scores(name: str, columns: list[int]) -> AnnotationScores:
    return AnnotationScores(name, STUDY.ld_scores[:, columns], STUDY.m[columns])


def _estimate(*cell_types: AnnotationScores, options: RegressionOptions = OPTIONS):  # type: ignore[no-untyped-def]
    return estimate_cell_types(
        STUDY.z, STUDY.n_samples, cell_types, base=BASE, weight_ld=STUDY.weight_ld, options=options
    )


def test_estimate_cell_types__is_the_joint_regression() -> None:
    order = [1, 2, 0, 3]
    joint = estimate_partitioned(
        STUDY.z,
        STUDY.n_samples,
        STUDY.ld_scores[:, order],
        weight_ld=STUDY.weight_ld,
        m=STUDY.m[order],
        options=OPTIONS,
    )
    (found,) = _estimate(_scores("liver", [1, 2]))
    assert (found.tau, found.tau_se) == pytest.approx((joint.coefficient[0], joint.coefficient_se[0]), rel=1e-10)
    assert found.all_tau == pytest.approx(joint.coefficient[:2], rel=1e-10)
    assert (found.h2, found.n_snps) == pytest.approx((joint.h2, joint.n_snps), rel=1e-10)
    assert found.flags == joint.flags


def test_estimate_cell_types__one_sided_p_smallest_first() -> None:
    found = _estimate(_scores("first", [2]), _scores("second", [1]))
    assert [10.0**-f.neg_log10_p for f in found] == pytest.approx([stats.norm.sf(f.tau / f.tau_se) for f in found])
    assert found[0].neg_log10_p > found[1].neg_log10_p
    assert {f.name for f in found} == {"first", "second"}


def test_estimate_cell_types__negative_tau_has_a_large_p() -> None:
    opposite = AnnotationScores("opposite", 1.0 - STUDY.ld_scores[:, [1]] + STUDY.ld_scores[:, [0]], STUDY.m[[2]])
    (found,) = _estimate(opposite)
    assert found.tau_z < 0.0
    assert 10.0**-found.neg_log10_p > 0.5


def test_estimate_cell_types__takes_one_at_a_time() -> None:
    asked = []

    def generate() -> Iterator[AnnotationScores]:
        for column in (1, 2):
            asked.append(column)
            yield _scores(f"cell {column}", [column])

    found = estimate_cell_types(
        STUDY.z, STUDY.n_samples, generate(), base=BASE, weight_ld=STUDY.weight_ld, options=OPTIONS
    )
    assert len(found) == 2
    assert asked == [1, 2]


def test_estimate_cell_types__copy_of_the_base_is_named() -> None:
    with pytest.raises(SingularDesignError, match=r"LD scores of 'liver', 'base.1' depend on each other"):
        _estimate(_scores("liver", [0]))
    named = RegressionOptions(n_blocks=20, column_names=("all", "age"))
    with pytest.raises(SingularDesignError, match=r"LD scores of 'liver.2', 'all' depend on each other"):
        _estimate(_scores("liver", [1, 0]), options=named)


def test_estimate_cell_types__rows_differ() -> None:
    short = AnnotationScores("short", STUDY.ld_scores[:-1, [1]], STUDY.m[[1]])
    with pytest.raises(BadStatisticsError, match=r"shape \(2999, 1\), but there are 3000 SNPs"):
        _estimate(short)


def test_estimate_cell_types__none() -> None:
    assert np.size(_estimate()) == 0
