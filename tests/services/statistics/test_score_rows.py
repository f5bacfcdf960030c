import numpy as np
import polars as pl

from loaders.ldsc import LdScorePart
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


def test_get__without_parts():
    assert ScoreRows(3, 2).get().shape == (0, 2)
