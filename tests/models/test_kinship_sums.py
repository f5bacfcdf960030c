"""Standardising rows in place, finding who is missing, sums over blocks."""

import numpy as np
import pytest

from models.kinship_sums import (
    ALL_MISSING,
    KEPT,
    MINIMUM_MAF,
    MISSINGNESS,
    MONOMORPHIC,
    NOT_USED,
    OUT_OF_RANGE,
    GramSum,
    find_missing,
    standardise_rows,
)

NAN = np.nan
ROWS = np.array(
    [
        [0, 1, 2, NAN, 1],
        [NAN, NAN, NAN, NAN, NAN],
        [1, 1, 1, NAN, 1],
        [0, NAN, NAN, NAN, 2],
        [0, 0, 0, 0, 1],
        [0, 1, 2, 0, 1],
        [0, 1, 2.5, 0, 1],
    ],
    np.float32,
)
IS_USED = np.array([True, True, True, True, True, False, True])


def test_standardise_rows__reasons_in_their_order() -> None:
    block = ROWS.copy()
    code = standardise_rows(block, IS_USED, 0, 0.15, 0.5)
    assert code.tolist() == [KEPT, ALL_MISSING, MONOMORPHIC, MISSINGNESS, MINIMUM_MAF, NOT_USED, OUT_OF_RANGE]
    np.testing.assert_allclose(block[0], [-1, 0, 1, 0, 0])
    assert not block[1:].any()


@pytest.mark.parametrize(("kind", "scale"), [(0, 1.0), (1, np.sqrt(2 / 5)), (2, np.sqrt(0.5))])
def test_standardise_rows__by_kind(kind: int, scale: float) -> None:
    block = ROWS[:1].copy()
    standardise_rows(block, np.ones(1, np.bool_), kind, 0.0, 1.0)
    np.testing.assert_allclose(block[0], np.array([-1, 0, 1, 0, 0]) / scale, rtol=1e-6)


def test_find_missing__row_by_row() -> None:
    starts, people = find_missing(ROWS)
    assert starts.tolist() == [0, 1, 6, 7, 10, 10, 10, 10]
    assert people[starts[3] : starts[4]].tolist() == [1, 2, 3]
    assert find_missing(ROWS[4:])[1].size == 0


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_gram_sum__over_blocks(precision: str) -> None:
    z = np.random.default_rng(1).standard_normal((30, 70)).astype(np.float32)
    total = GramSum(70, precision)  # type: ignore[arg-type]
    for first in range(0, 30, 10):
        total.add(z[first : first + 10])
        total.n_snps += 10
    matrix, n_pairs = total.finish(np.float64)
    np.testing.assert_allclose(matrix, z.astype(float).T @ z / 30.0, atol=1e-6)
    assert n_pairs is None


def test_gram_sum__pairs_seen_together() -> None:
    total = GramSum(5, "float32")
    total.n_snps = 4
    total.add(np.ones((4, 5), np.float32))
    total.add_missing(*find_missing(ROWS[:4]), np.array([True, False, True, True]))
    matrix, n_pairs = total.finish(np.float32)
    n_seen = ~np.isnan(ROWS[[0, 2, 3]])
    expected = n_seen.T.astype(int) @ n_seen + 1
    np.testing.assert_array_equal(n_pairs, expected)
    np.testing.assert_allclose(matrix, 4.0 / expected)
    assert matrix.dtype == np.float32
