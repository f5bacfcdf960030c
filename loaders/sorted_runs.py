"""External sort: batches spill as sorted runs, and come back as sorted ranges that fit in memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

RUN_ROWS: Final = 480_000
_SAMPLE_EVERY: Final = 2_000
_RUN_ROW_GROUP: Final = 20_000
_KEY: Final = ("__target", "__place", "__tie")


class SortedRuns:
    """A table too large for memory, being sorted.

    Parameters
    ----------
    folder
        Where runs are spilled; the caller removes it.
    key
        Three expressions, the order of ranges: a text, a whole number and a text, none of them null. Rows that may be
        duplicates of each other have equal keys, so that they meet in one range.
    run_rows
        Rows held in memory before they are spilled, and about the rows of a range.
    """

    def __init__(self, folder: Path, key: tuple[pl.Expr, pl.Expr, pl.Expr], *, run_rows: int = RUN_ROWS) -> None:
        self._folder, self._run_rows = folder, run_rows
        self._key = [expression.alias(name) for expression, name in zip(key, _KEY, strict=True)]
        self._buffer: list[pl.DataFrame] = []
        self._n_buffered = 0
        self._runs: list[Path] = []
        self._samples: list[pl.DataFrame] = []
        self._n_rows = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Take a batch."""
        if rows.height == 0:
            return
        self._buffer.append(rows)
        self._n_buffered += rows.height
        self._n_rows += rows.height
        if self._n_buffered >= self._run_rows:
            self._spill()

    def ranges(self) -> Iterator[pl.DataFrame]:
        """Yield the rows in ranges of increasing key; inside a range the rows have no order yet."""
        if not self._runs:
            if self._buffer:
                yield self._take_buffer()
            return
        if self._buffer:
            self._spill()
        runs = pl.scan_parquet(self._runs)
        cuts = self._cuts()
        for low, high in zip([None, *cuts], [*cuts, None], strict=True):
            part = runs
            if low is not None:
                part = part.filter(pl.col("__target") >= low[0], _is_from(low))
            if high is not None:
                part = part.filter(pl.col("__target") <= high[0], ~_is_from(high))
            rows = part.drop(_KEY).collect()
            if rows.height:
                yield rows

    def _take_buffer(self) -> pl.DataFrame:
        rows = pl.concat(self._buffer)
        self._buffer, self._n_buffered = [], 0
        return rows

    def _spill(self) -> None:
        rows = self._take_buffer().with_columns(self._key).sort(_KEY)
        path = self._folder / f"run_{len(self._runs):05d}.parquet"
        rows.write_parquet(path, compression="lz4", row_group_size=_RUN_ROW_GROUP, statistics=True)
        self._runs.append(path)
        self._samples.append(rows.select(_KEY).gather_every(_SAMPLE_EVERY))

    def _cuts(self) -> list[tuple[str, int, str]]:
        """Keys that part the rows into ranges of about `run_rows`, from a sample of every run."""
        n_ranges = math.ceil(self._n_rows / self._run_rows)
        sample = pl.concat(self._samples).sort(_KEY)
        places = sorted({index * sample.height // n_ranges for index in range(1, n_ranges)})
        return list(dict.fromkeys(sample.row(place) for place in places))


def _is_from(key: tuple[str, int, str]) -> pl.Expr:
    target, place, tie = (pl.col(name) for name in _KEY)
    return (target > key[0]) | ((target == key[0]) & ((place > key[1]) | ((place == key[1]) & (tie >= key[2]))))
