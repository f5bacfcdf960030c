import numpy as np
import polars as pl
import pytest

from services.statistics.id_index import IdIndex, first_of_each


def locate(index, ids):
    return index.locate(pl.Series(ids, dtype=pl.String)).tolist()


def test_locate__in_order_out_of_order_and_absent():
    index = IdIndex(pl.Series(["a", "b", "c", "d"]))
    assert locate(index, ["a", "b"]) == [0, 1]
    assert locate(index, ["c", "d"]) == [2, 3]
    assert locate(index, ["d", "x", "a", "a"]) == [3, -1, 0, 0]
    assert locate(index, ["b", "c", "d"]) == [1, 2, 3]
    assert locate(index, []) == []
    assert locate(index, ["x", "y"]) == [-1, -1]


def test_locate__equals_a_dictionary():
    rng = np.random.default_rng(2)
    known = [f"rs{number}" for number in rng.permutation(5000)[:3000]]
    index, rows = IdIndex(pl.Series(known)), {name: row for row, name in enumerate(known)}
    for _ in range(5):
        wanted = [f"rs{number}" for number in rng.integers(0, 5000, 700)]
        assert locate(index, wanted) == [rows.get(name, -1) for name in wanted]


def test_locate__of_an_empty_index():
    assert locate(IdIndex(pl.Series([], dtype=pl.String)), ["a"]) == [-1]


def test_locate__of_an_id_that_comes_twice():
    with pytest.raises(ValueError, match="distinct"):
        locate(IdIndex(pl.Series(["a", "b", "a"])), ["b"])


def test_first_of_each__within_and_over_parts():
    is_met = np.zeros(4, dtype=np.bool_)
    assert first_of_each(np.array([2, 0, 2, 0]), is_met).tolist() == [0, 1]
    assert first_of_each(np.array([1, 2, 1]), is_met).tolist() == [0]
    assert is_met.tolist() == [True, True, True, False]
