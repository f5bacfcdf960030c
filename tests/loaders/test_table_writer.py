"""Parquet tables."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from loaders import table_writer
from loaders.table_writer import TableWriter

SCHEMA = {"a": pl.Int64, "b": pl.String, "c": pl.List(pl.String)}


def _write(path: Path, sizes: list[int]) -> Path:
    rows = pl.DataFrame(
        {"a": range(25), "b": [str(i) for i in range(25)], "c": [[str(i)] for i in range(25)]}, schema=SCHEMA
    )
    start = 0
    with TableWriter(path, SCHEMA) as writer:
        for size in sizes:
            writer.write(rows.slice(start, size))
            start += size
    assert writer.n_rows == 25
    return path


def test_table_writer__same_groups_and_bytes_however_the_rows_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_writer, "ROW_GROUP_ROWS", 10)
    one = _write(tmp_path / "1.parquet", [25])
    two = _write(tmp_path / "2.parquet", [1, 13, 11])
    metadata = pq.ParquetFile(one).metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [10, 10, 5]
    assert metadata.row_group(0).column(0).statistics.max == 9
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert one.read_bytes() == two.read_bytes()


def test_table_writer__no_rows(tmp_path: Path) -> None:
    with TableWriter(tmp_path / "0.parquet", SCHEMA):
        pass
    assert pl.read_parquet(tmp_path / "0.parquet").schema == SCHEMA
