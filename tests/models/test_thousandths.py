"""Whole numbers of thousandths stand for the float64 matrix in every place that takes LD scores."""

from dataclasses import fields

import numpy as np
import pytest

from models.heritability import (
    AnnotationScores,
    RegressionOptions,
    SingularDesignError,
    estimate_cell_types,
    estimate_partitioned,
)
from models.heritability.checks import row_sums
from models.thousandths import Thousandths, score_column
from tests.models.heritability.twins import simulate

STUDY = simulate()
ROUNDED = STUDY.ld_scores.round(3)
NUMBERS = np.rint(1000.0 * ROUNDED).astype(np.int32)
OPTIONS = RegressionOptions(n_blocks=20)


def test_thousandths__are_the_matrix_they_stand_for() -> None:
    scores = Thousandths(NUMBERS)
    assert (NUMBERS < 0).any()
    np.testing.assert_array_equal(scores, ROUNDED)
    np.testing.assert_array_equal(scores[5:9, [2, 0]], ROUNDED[5:9, [2, 0]])
    np.testing.assert_array_equal(score_column(scores, 3), ROUNDED[:, 3])
    np.testing.assert_array_equal(score_column(ROUNDED, 3), ROUNDED[:, 3])
    assert (scores.shape, scores.ndim, np.asarray(scores, dtype=np.float32).dtype) == ((3_000, 4), 2, np.float32)
    with pytest.raises(ValueError, match="thousandths become LD scores only in a copy: leave copy=False out"):
        np.array(scores, copy=False)


@pytest.mark.parametrize("order", ["C", "F"])
def test_row_sums__of_thousandths(order: str) -> None:
    numbers = np.asarray(NUMBERS, order=order)  # type: ignore[call-overload]
    assert row_sums(Thousandths(numbers), chunk=70) == pytest.approx(ROUNDED.sum(axis=1), rel=1e-13)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("limit", [None, 3.0])
@pytest.mark.parametrize("intercept", [None, 1.0])
def test_estimate_partitioned__of_thousandths(order: str, limit: float | None, intercept: float | None) -> None:
    """The twin: the same matrix in float64. Some rows are dropped with the limit; the array is part of a larger one."""
    room = np.asarray(np.vstack((NUMBERS, NUMBERS[:50])), order=order)  # type: ignore[call-overload]
    options = RegressionOptions(n_blocks=20, maximum_chi2=limit, intercept=intercept)
    found, expected = (
        estimate_partitioned(STUDY.z, STUDY.n_samples, scores, weight_ld=STUDY.weight_ld, m=STUDY.m, options=options)
        for scores in (Thousandths(room[:3_000]), ROUNDED)
    )
    for field in fields(found):
        mine, other = getattr(found, field.name), getattr(expected, field.name)
        assert mine == (other if other is None or field.name == "flags" else pytest.approx(other, rel=1e-10))


def test_estimate_cell_types__thousandths_beside_floats() -> None:
    base, cell = ROUNDED[:, [0, 3]], ROUNDED[:, [1]]
    kinds = [
        (base, cell),
        (Thousandths(NUMBERS[:, [0, 3]]), cell),
        (Thousandths(NUMBERS)[:, [0, 3]], Thousandths(NUMBERS[:, [1]])),
    ]
    found = [
        estimate_cell_types(
            STUDY.z,
            STUDY.n_samples,
            [AnnotationScores("liver", scores, STUDY.m[[1]])],
            base=AnnotationScores("base", beside, STUDY.m[[0, 3]]),
            weight_ld=STUDY.weight_ld,
            options=OPTIONS,
        )[0]
        for beside, scores in kinds
    ]
    assert [(each.tau, each.tau_se, each.condition_number) for each in found[1:]] == [
        pytest.approx((found[0].tau, found[0].tau_se, found[0].condition_number), rel=1e-10)
    ] * 2


def test_estimate_partitioned__collinear_thousandths_are_named() -> None:
    numbers = np.column_stack((NUMBERS, NUMBERS[:, 1] + NUMBERS[:, 2]))
    with pytest.raises(SingularDesignError, match="LD scores of column 1, column 2, column 4 depend"):
        estimate_partitioned(
            STUDY.z,
            STUDY.n_samples,
            Thousandths(numbers),
            weight_ld=STUDY.weight_ld,
            m=np.append(STUDY.m, 18_000.0),
            options=OPTIONS,
        )
