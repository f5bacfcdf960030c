"""What the checks at the edge refuse."""

import numpy as np
import pytest

from models.heritability.checks import as_columns, check_ld_scores, check_statistics, row_sums
from models.heritability.errors import BadStatisticsError

ONES = np.ones(5)


def test_check_statistics__lengths_differ() -> None:
    with pytest.raises(BadStatisticsError, match=r"z has shape \(5,\) and N of the first trait \(4,\): give one value"):
        check_statistics(ONES, ONES[:4], ONES, trait="the first trait")
    with pytest.raises(BadStatisticsError, match=r"and the weights' LD scores \(3,\)"):
        check_statistics(ONES, ONES, ONES[:3])


def test_check_statistics__weights_not_finite() -> None:
    with pytest.raises(BadStatisticsError, match=r"the weights' LD score of SNP 2 .* is nan"):
        check_statistics(ONES, ONES, np.array([1.0, 1.0, np.nan, 1.0, 1.0]))


def test_check_ld_scores__rows_differ_from_snps() -> None:
    with pytest.raises(BadStatisticsError, match=r"shape \(5, 2\), but there are 4 SNPs and 2 values of M: give a row"):
        check_ld_scores(np.ones((5, 2)), 4, np.ones(2))


@pytest.mark.parametrize("m", [[1.0, -1.0], [np.nan, 1.0]])
def test_check_ld_scores__m_without_a_positive_sum(m: list[float]) -> None:
    with pytest.raises(BadStatisticsError, match=r"sizes of the annotations \(M\) sum to .* positive sum"):
        check_ld_scores(np.ones((5, 2)), 5, np.array(m))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_check_ld_scores__one_value_not_finite(bad: float) -> None:
    ld_scores = np.ones((5, 2))
    ld_scores[3, 1] = bad
    with pytest.raises(BadStatisticsError, match=r"sum of the LD scores of SNP 3 .* drop SNPs without LD scores"):
        check_ld_scores(ld_scores, 5, np.ones(2))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_row_sums__chunks(order: str, precision: type) -> None:
    values = np.asarray(np.random.default_rng(1).random((103, 7)), dtype=precision, order=order)  # type: ignore[call-overload]
    assert row_sums(values, chunk=10) == pytest.approx(values.astype(float).sum(axis=1), rel=1e-12)


def test_as_columns__one_and_more() -> None:
    assert as_columns(ONES).shape == (5, 1)
    assert as_columns(np.ones((5, 2))).shape == (5, 2)
