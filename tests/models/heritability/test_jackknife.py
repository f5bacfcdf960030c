"""Blocks, pseudovalues, ratios."""

import numpy as np
import pytest

from models.heritability.errors import TooFewSnpsError
from models.heritability.jackknife import block_separators, jackknife, ratio_jackknife, separators_of_subset
from tests.models.heritability.twins import pseudovalue_error


def test_block_separators__uneven_blocks() -> None:
    assert block_separators(10, 4).tolist() == [0, 2, 5, 7, 10]


def test_block_separators__as_many_blocks_as_snps() -> None:
    assert block_separators(3, 3).tolist() == [0, 1, 2, 3]


def test_block_separators__more_blocks_than_snps() -> None:
    with pytest.raises(TooFewSnpsError, match=r"3 SNPs cannot fill the 4 blocks .* use more SNPs or fewer blocks"):
        block_separators(3, 4)


def test_separators_of_subset__begin_where_the_subset_does() -> None:
    is_member = np.array([False, True, True, False, True, False, True])
    assert separators_of_subset(np.array([0, 2, 4]), is_member).tolist() == [0, 4, 7]


def test_jackknife__mean_of_numbers() -> None:
    """Of a mean with one number a block, the error is sd / sqrt(n) and the pseudovalues are the numbers."""
    numbers = np.array([1.0, 2.0, 4.0, 9.0])
    deleted = (numbers.sum() - numbers) / 3.0
    found = jackknife(np.array([4.0]), deleted[:, None])
    assert found.mean == pytest.approx([4.0])
    assert found.standard_error == pytest.approx([numbers.std(ddof=1) / 2.0])


def test_jackknife__twin() -> None:
    rng = np.random.default_rng(1)
    estimate, deleted = rng.normal(size=3), rng.normal(size=(7, 3))
    found = jackknife(estimate, deleted)
    assert found.standard_error == pytest.approx(pseudovalue_error(estimate, deleted), rel=1e-12)
    assert found.covariance == pytest.approx(found.covariance.T)


def test_ratio_jackknife__constant_ratio_has_no_error() -> None:
    numerators = np.array([[2.0], [4.0], [6.0]])
    found = ratio_jackknife(np.array([2.0]), numerators, numerators / 2.0)
    assert found.mean == pytest.approx([2.0])
    assert found.standard_error == pytest.approx([0.0])


def test_ratio_jackknife__zero_denominator_is_not_finite() -> None:
    found = ratio_jackknife(np.array([2.0]), np.array([[1.0], [2.0]]), np.array([[0.0], [1.0]]))
    assert not np.isfinite(found.standard_error).any()
