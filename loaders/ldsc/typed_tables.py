"""Whole tables of LD score regression read into typed columns at once, with errors that name file, line and value."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from loaders.compression import detect_compression, read_chunks
from loaders.errors import FormatError, RowError, TruncatedFileError, locate
from loaders.tables import ROW_NUMBER, TableHeader, check_columns, read_batches, read_header, refuse_zero_bytes

DataType = pl.DataType | type[pl.DataType]
Typing = Callable[[Sequence[str]], Mapping[str, DataType]]
"""Which of a file's columns are read, and as what; called with all its columns."""

NOT_A_NUMBER: Final = ("NA", "nan", "NaN", "NAN", "na", "null", "NULL", ".")
_SEPARATORS: Final = ("\t", ",", ";")


def read_typed_table(path: Path, typing: Typing, *, missing: Sequence[str] = ()) -> pl.DataFrame:
    """Read columns of a table in memory.

    Parameters
    ----------
    path
        Text (tab, comma, semicolon or blanks; plain or compressed) or Parquet, told by its first bytes.
    typing
        Chooses columns and types from the names that the file has.
    missing
        Texts that mean a missing number; they become null. Any other text in a number column is an error.

    Raises
    ------
    FormatError
        No such file, or a column is missing or there twice.
    RowError
        A field that is not of its column's type, or a row with another number of fields, with its line.
    TruncatedFileError
        A compressed or Parquet file that ends early.
    """
    check_file(path)
    header = read_header(path)
    types = dict(typing(header.columns))
    check_columns(header, list(types))
    if header.shape is None:
        return _read_parquet(path, types)
    if header.shape.separator not in _SEPARATORS or header.preamble or len(set(header.columns)) < len(header.columns):
        return _read_slowly(header, types, missing)
    data = b"".join(read_chunks(path))
    refuse_zero_bytes(data, path)
    # lines of another kind and blanks, which the fast reader takes for parts of fields
    if data.count(b"\r") != data.count(b"\r\n") or data.find(b" ", data.find(b"\n")) >= 0:
        return _read_slowly(header, types, missing)
    try:
        frame = pl.read_csv(
            data,
            separator=header.shape.separator,
            columns=list(types),
            schema_overrides=types,
            null_values=list(missing) or None,
            quote_char=None,
            infer_schema=False,
        ).select(*types)
        # a short row is filled up by polars: it must be refused with its line instead
        is_even = data.count(header.shape.separator.encode()) == (len(header.columns) - 1) * (frame.height + 1)
        return frame if is_even else _read_slowly(header, types, missing)
    except (pl.exceptions.PolarsError, pl.exceptions.NoDataError):
        return _read_slowly(header, types, missing)


def check_file(path: Path, *, remedy: str = "check the path") -> None:
    """Refuse a file that is not there, naming neighbours with the same start.

    Raises
    ------
    FormatError
        With the names that are there.
    """
    if path.is_file():
        return
    folder = path.parent
    stem = path.name.split(".")[0]
    near = sorted(file.name for file in folder.iterdir() if file.name.startswith(stem)) if folder.is_dir() else []
    seen = f"no file {path.name}" + (f"; there are {', '.join(near[:5])}" if near else f" in the folder {folder}")
    raise FormatError("the file must exist", seen=seen, where=path, remedy=remedy)


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place and move it there, so that nobody sees half of it.

    Parameters
    ----------
    path
        The file; its folder is made.
    write
        Writes to the path that it is given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def refuse_empty(frame: pl.DataFrame, path: Path) -> None:
    """Refuse a table that has a header alone.

    Raises
    ------
    FormatError
        When there is no row.
    """
    if not frame.height:
        raise FormatError(
            "a table must have rows", seen="a header alone", where=path, remedy="download, copy or make the file again"
        )


def refuse_missing(frame: pl.DataFrame, columns: Sequence[str], path: Path, *, n_before: int = 0) -> None:
    """Refuse a table in which a needed field is missing or no finite number; `n_before` rows of the file precede it.

    Raises
    ------
    RowError
        With the line of the first one.
    """
    for name in columns:
        values = frame[name]
        if not values.null_count() and (not values.dtype.is_float() or np.isfinite(values.to_numpy().sum())):
            continue
        bad = values.is_null() | (~values.is_finite() if values.dtype.is_float() else values.is_null())
        if bad.any():
            row = int(bad.arg_true()[0])
            raise RowError(
                f"every row must have a {name}" + (" that is a finite number" if values.dtype.is_float() else ""),
                seen=f"{values[row]!r} and {int(bad.sum()) - 1} more",
                where=locate(path, n_before + row + 2),
                remedy="mend or remove the row",
            )


def _read_parquet(path: Path, types: Mapping[str, DataType]) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path, columns=list(types))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TruncatedFileError(
            "a parquet file must be complete", seen=error, where=path, remedy="download or copy the file again"
        ) from error
    try:
        return frame.select(pl.col(name).cast(dtype) for name, dtype in types.items())
    except pl.exceptions.PolarsError as error:
        raise FormatError(
            "a column must hold what its name says", seen=error, where=path, remedy="make the file again"
        ) from error


def _read_slowly(header: TableHeader, types: Mapping[str, DataType], missing: Sequence[str]) -> pl.DataFrame:
    """Read as text, batch by batch, and cast; slower, and knows the line of what is wrong."""
    parts = [pl.DataFrame(schema=dict(types))]
    first_line = header.line + 1
    for batch in read_batches(header, list(types)):
        if batch.ragged_rows:
            raise RowError(
                f"every row must have as many fields as the header, {len(header.columns)}",
                seen=f"{len(batch.ragged_rows)} rows with more or fewer",
                where=locate(header.path, batch.ragged_rows[0] + first_line - 1),
                remedy="mend or remove the row; an empty field needs its separator",
            )
        parts.append(_cast(batch.frame, types, missing, header))
    return pl.concat(parts)


def _cast(
    frame: pl.DataFrame, types: Mapping[str, DataType], missing: Sequence[str], header: TableHeader
) -> pl.DataFrame:
    columns = []
    for name, dtype in types.items():
        text = frame[name].str.strip_chars()
        if dtype == pl.String:
            columns.append(text.set((text == "").fill_null(value=True), None))
            continue
        text = text.set(text.is_in(["", *missing]).fill_null(value=True), None)
        values = text.cast(dtype, strict=False)
        bad = values.is_null() & text.is_not_null()
        if bad.any():
            place = int(bad.arg_true()[0])
            what = "a number" if dtype in (pl.Float64, pl.Float32) else "a whole number"
            raise RowError(
                f"the column {name} must hold {what} in every row",
                seen=repr(text[place]),
                where=locate(header.path, int(frame[ROW_NUMBER][place]) + header.line),
                remedy="mend the value; a table with other columns needs its own header",
            )
        columns.append(values)
    return pl.DataFrame(columns)


def is_parquet(path: Path) -> bool:
    """Tell whether an existing file is Parquet."""
    return path.is_file() and detect_compression(path) == "parquet"
