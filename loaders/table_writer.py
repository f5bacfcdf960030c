"""Writes a sorted table as one parquet file: zstd, statistics, row groups of one size, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP_ROWS: Final = 20_000


class TableWriter:
    """A parquet file being written (a context manager).

    Parameters
    ----------
    path
        The file.
    schema
        Its columns.
    """

    def __init__(self, path: Path, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> None:
        empty = _to_arrow(pl.DataFrame(schema=schema))
        self._columns = list(schema)
        self._writer = pq.ParquetWriter(path, empty.schema, compression="zstd", write_statistics=True,
                                        write_page_index=True)  # fmt: skip
        self._pending: list[pl.DataFrame] = []
        self._n_pending = 0
        self.n_rows = 0

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush(1)
        self._writer.close()

    def write(self, rows: pl.DataFrame) -> None:
        """Append rows, which are already in their order."""
        self._pending.append(rows.select(self._columns))
        self._n_pending += rows.height
        self.n_rows += rows.height
        self._flush(ROW_GROUP_ROWS)

    def _flush(self, at_least: int) -> None:
        if self._n_pending < at_least:
            return
        rows = pl.concat(self._pending)
        start = 0
        while rows.height - start >= at_least:
            group = rows.slice(start, ROW_GROUP_ROWS)
            self._writer.write_table(_to_arrow(group), row_group_size=ROW_GROUP_ROWS)
            start += group.height
        self._pending, self._n_pending = [rows.slice(start)], rows.height - start


def _to_arrow(rows: pl.DataFrame) -> pa.Table:
    # One chunk, so that pages do not depend on how the rows came together.
    return rows.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
