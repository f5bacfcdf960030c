"""Writes a sorted table as one parquet file: zstd, statistics, row groups of one size, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP_ROWS: Final = 20_000


class TableWriter:
    """A parquet file being written (a context manager), packed in a thread of its own while the next rows are made.

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
        self._packer = ThreadPoolExecutor(1, "table-writer")
        self._packing: Future[None] | None = None
        self.n_rows = 0

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush(1)
                self._await_packed()
        finally:
            self._packer.shutdown()
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
        n_left = rows.height % ROW_GROUP_ROWS if at_least > 1 else 0
        ready = rows.head(rows.height - n_left)
        self._pending, self._n_pending = [rows.tail(n_left)], n_left
        self._await_packed()
        self._packing = self._packer.submit(self._pack, ready)

    def _pack(self, rows: pl.DataFrame) -> None:
        for group in rows.iter_slices(ROW_GROUP_ROWS):
            self._writer.write_table(_to_arrow(group), row_group_size=ROW_GROUP_ROWS)

    def _await_packed(self) -> None:
        """Wait for what is being packed, whose error is raised here; no more than one piece waits in memory."""
        if self._packing is not None:
            self._packing.result()


def _to_arrow(rows: pl.DataFrame) -> pa.Table:
    # One chunk, so that pages do not depend on how the rows came together.
    return rows.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
