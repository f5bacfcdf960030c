"""Hold the rows of a large source on disk, parted by a key, so that memory stays bounded while each key is settled."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import polars as pl
import pyarrow.parquet as pq

from loaders.reference.rows import ROW_GROUP_ROWS, TABLE_NAME

BYTES_PER_PART: Final = 24 << 20
_HASH_SEED: Final = 1


class RowStore:
    """Rows of one source, parted by the hash of a key.

    Parameters
    ----------
    folder
        Where the table will be written; the parts lie in a hidden folder inside until then.
    key
        Column whose equal values must be settled together.
    n_bytes
        Size of the input, compressed as it is.
    bytes_per_part
        One part is made for each so many bytes of input; with one part nothing is spilled.
    """

    def __init__(self, folder: Path, *, key: str, n_bytes: int, bytes_per_part: int = BYTES_PER_PART) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._key = folder, key
        self._n_parts = 1 + n_bytes // bytes_per_part
        self._temporary = tempfile.TemporaryDirectory(prefix=".parts-", dir=folder)
        self._memory: list[pl.DataFrame] = []
        self._writers: dict[int, pq.ParquetWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_parts()
        self._temporary.cleanup()

    def add(self, rows: pl.DataFrame) -> None:
        """Store rows; all calls must bring the same columns."""
        if self._n_parts == 1:
            self._memory.append(rows)
            return
        part = rows[self._key].hash(_HASH_SEED) % self._n_parts
        for index in sorted(part.unique().to_list()):
            chosen = rows.filter(part == index).to_arrow(compat_level=pl.CompatLevel.oldest())
            if index not in self._writers:
                self._writers[index] = pq.ParquetWriter(self._part_path(index), chosen.schema, compression="zstd")
            self._writers[index].write_table(chosen)

    def write_table(self, settle: Callable[[pl.DataFrame], pl.DataFrame]) -> Path:
        """Settle each part and write the table.

        Parameters
        ----------
        settle
            Turns all rows of some keys into the rows to keep, sorted by the key.

        Returns
        -------
        Path
            The table; sorted by the key inside each part.
        """
        path = self._folder / TABLE_NAME
        self._close_parts()
        writer: pq.ParquetWriter | None = None
        try:
            for rows in self._parts():
                table = settle(rows).to_arrow(compat_level=pl.CompatLevel.oldest())
                writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
                writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        finally:
            if writer is not None:
                writer.close()
        return path

    def _parts(self) -> list[pl.DataFrame]:
        if self._n_parts == 1:
            return [pl.concat(self._memory)] if self._memory else []
        return [pl.read_parquet(self._part_path(index)) for index in sorted(self._writers)]

    def _part_path(self, index: int) -> Path:
        return Path(self._temporary.name) / f"part-{index:04d}.parquet"

    def _close_parts(self) -> None:
        for writer in self._writers.values():
            writer.close()
