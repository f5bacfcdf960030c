import numpy as np
import polars as pl
import pytest

from loaders.ldsc import LdScorePart
from models.thousandths import Thousandths
from services.statistics.score_rows import ScoreRows


def part(arrays, *, is_row_major=False):
    places = pl.DataFrame({"rsid": ["rs"] * len(arrays[0])})
    return LdScorePart(places, lambda: iter(arrays), is_row_major=is_row_major)


def test_add__keeps_the_memory_order_of_the_source():
    values = np.arange(6.0).reshape(3, 2)
    for is_row_major, arrays in ((True, [values]), (False, [values[:, :1], values[:, 1:]])):
        rows = ScoreRows(4, 2)
        assert rows.add(part(arrays, is_row_major=is_row_major), np.array([0, 2])).tolist() == [[0, 1], [4, 5]]
        rows.add(part(arrays, is_row_major=is_row_major), np.array([1]))
        assert rows.get().tolist() == [[0, 1], [4, 5], [2, 3]]
        assert (rows.get().strides[0] > rows.get().strides[1]) == is_row_major


@pytest.mark.parametrize("is_row_major", [True, False])
def test_add__thousandths_until_other_numbers_come(is_row_major):
    """A matrix of thousandths becomes float64 in the middle of a part, and stays so."""
    numbers = np.array([[1500, -250], [1, 7000]], dtype=np.int32)
    rows = ScoreRows(6, 2)
    added = rows.add(part([numbers], is_row_major=is_row_major), np.array([0, 1]))
    assert isinstance(added, Thousandths)
    assert isinstance(rows.get(), Thousandths)
    assert np.asarray(added).tolist() == [[1.5, -0.25], [0.001, 7.0]]
    mixed = [numbers[:, :1], np.array([[0.12345], [1e9]])]
    added = rows.add(part(mixed, is_row_major=is_row_major), np.array([0, 1]))
    assert (added.tolist(), rows.get().strides[0] > rows.get().strides[1]) == (
        [[1.5, 0.12345], [0.001, 1e9]],
        is_row_major,
    )
    rows.add(part([numbers], is_row_major=is_row_major), np.array([1]))
    assert rows.get().tolist() == [[1.5, -0.25], [0.001, 7.0], [1.5, 0.12345], [0.001, 1e9], [0.001, 7.0]]


def test_get__without_parts():
    assert ScoreRows(3, 2).get().shape == (0, 2)
