"""Tab-separated tables as LD score regression programs read them, gzipped where the name says so."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from loaders.ldsc.thousandths import DECIMALS, as_thousandths, decimal_column
from loaders.ldsc.typed_tables import write_atomically

_ROW_GROUP_ROWS: Final = 65_536
_SLICE_ROWS: Final = 250_000
_LEVEL: Final = 1  # digits hardly shrink further: level 6 saves a tenth and takes four times as long
_GZIP_WBITS: Final = 31


def write_table(frame: pl.DataFrame, path: Path, *, decimals: int | None = None) -> None:
    """Write a table with a header line; the same frame gives the same bytes.

    Parameters
    ----------
    frame
        Any table without lists; null becomes an empty field.
    path
        Where to; Parquet for names that end in `.parquet`, gzip for `.gz`, else plain text.
    decimals
        Digits after the point of floats in text; None: as many as are needed to read the same float again. In
        Parquet floats stay as they are, but with 3 those that fit become rounded decimals of 32 bits, which take half
        the room.
    """
    if path.suffix == ".parquet":
        write_atomically(path, lambda part: _write_parquet(frame, part, is_rounded=decimals == DECIMALS))
        return

    def write(part: Path) -> None:
        with part.open("wb") as file:
            _write_slices(frame, _packer(file, is_packed=path.suffix == ".gz"), decimals)

    write_atomically(path, write)


def _write_parquet(frame: pl.DataFrame, path: Path, *, is_rounded: bool) -> None:
    """Numbers as they are: a dictionary of them, or a tighter packing, costs more to read than the fit that follows."""
    columns = {series.name: (_rounded(series) if is_rounded else None) for series in frame}
    decimals = [name for name, values in columns.items() if values is not None]
    pq.write_table(
        pa.table({series.name: columns[series.name] or series.to_arrow() for series in frame}),
        path,
        compression={name: "none" if name in decimals else "lz4" for name in frame.columns},
        use_dictionary=[name for name, dtype in frame.schema.items() if dtype == pl.String],
        row_group_size=_ROW_GROUP_ROWS,
        store_decimal_as_integer=True,
        store_schema=bool(decimals),  # else decimals are read with four times their bits
    )


def _rounded(series: pl.Series) -> pa.Array | None:
    """Decimals of a column of floats rounded to thousandths; None where they do not fit, or for any other column."""
    if series.dtype != pl.Float64 or series.null_count():
        return None
    thousandths = as_thousandths(series.round(DECIMALS).to_numpy())
    return None if thousandths is None else decimal_column(thousandths)


def _write_slices(frame: pl.DataFrame, put: Callable[[bytes, bool], None], decimals: int | None) -> None:
    n_rows = max(frame.height, 1)
    for first in range(0, n_rows, _SLICE_ROWS):
        buffer = io.BytesIO()
        part = frame.slice(first, _SLICE_ROWS)
        part.write_csv(buffer, separator="\t", include_header=first == 0, float_precision=decimals, quote_style="never")
        put(buffer.getvalue(), first + _SLICE_ROWS >= n_rows)


def _packer(file: BinaryIO, *, is_packed: bool) -> Callable[[bytes, bool], None]:
    if not is_packed:

        def put_plain(data: bytes, _is_last: bool) -> None:
            file.write(data)

        return put_plain
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WBITS)

    def put_packed(data: bytes, is_last: bool) -> None:
        file.write(packer.compress(data))
        if is_last:
            file.write(packer.flush())

    return put_packed
