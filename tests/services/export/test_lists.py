"""Columns of lists as flat columns."""

import polars as pl

from services.export.lists import flatten_lists

SCHEMA = {"snp": pl.String, "block": pl.String, "position_bp": pl.Int64}


def test_flatten_lists__repeats_the_other_columns() -> None:
    columns = {"block": ["b1", "b2", "b3"], "snps": [["s1", "s2"], [], ["s3"]], "positions": [[1, 2], [], [3]]}
    found = flatten_lists(columns, {"snps": "snp", "positions": "position_bp"}, SCHEMA)
    assert found.rows() == [("s1", "b1", 1), ("s2", "b1", 2), ("s3", "b3", 3)]
    assert dict(found.schema) == SCHEMA


def test_flatten_lists__of_nothing_keeps_the_types() -> None:
    found = flatten_lists(
        {"block": [], "snps": [], "positions": []}, {"snps": "snp", "positions": "position_bp"}, SCHEMA
    )
    assert (found.height, dict(found.schema)) == (0, SCHEMA)
