"""Streams a text table as typed columns, block by block; rows that cannot be split or read are counted, not fatal."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from loaders.ldsc.typed_tables import DataType
from loaders.lines import BLOCK_BYTES, LineShape, cut_blocks, parse_block
from loaders.tables import ROW_NUMBER, TableHeader, check_columns, read_after_header, read_batches


@dataclass(frozen=True)
class TypedBlock:
    """Some rows of a table.

    Attributes
    ----------
    frame
        The asked columns: numbers as float64 (null where missing), the others as trimmed text (null where empty or a
        missing code, in blocks that hold one).
    n_rows
        Rows read, with the ragged ones.
    n_ragged
        Rows with another number of fields; not in `frame`.
    unreadable
        Row by row whether a number's text is none; None where all are sound.
    """

    frame: pl.DataFrame
    n_rows: int
    n_ragged: int = 0
    unreadable: pl.Series | None = None


def stream_typed(
    header: TableHeader,
    types: Mapping[str, DataType],
    *,
    missing: Sequence[str],
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[TypedBlock]:
    """Stream the columns of a table in bounded memory.

    Parameters
    ----------
    header
        From `read_header`.
    types
        Column to String, Float64 or Int64.
    missing
        Texts that mean missing.
    block_bytes
        Decompressed bytes held at a time.

    Raises
    ------
    FormatError
        A column that the table does not have, or has twice.
    TruncatedFileError
        A compressed file that ends early.
    """
    check_columns(header, list(types))
    if header.shape is None:
        for batch in read_batches(header, list(types)):
            yield _cast(batch.frame.drop(ROW_NUMBER), types, missing, batch.n_rows, 0)
        return
    has_codes = False
    for block in cut_blocks(read_after_header(header), block_bytes=block_bytes):
        frame = None if has_codes else _read_fast(block, header.columns, header.shape, types)
        if frame is None:
            has_codes = True  # numbers as text from here on: another missing code will come
            yield _read_texts(block, header, header.shape, types, missing)
            continue
        yield TypedBlock(frame, frame.height)


def read_typed_block(
    block: bytes, header: TableHeader, types: Mapping[str, DataType], *, missing: Sequence[str]
) -> TypedBlock:
    """Read whole lines of a text table; arguments as of `stream_typed`."""
    if header.shape is None:
        raise ValueError(f"{header.path} is no text table")
    frame = _read_fast(block, header.columns, header.shape, types)
    if frame is None:
        return _read_texts(block, header, header.shape, types, missing)
    return TypedBlock(frame, frame.height)


def _read_fast(
    block: bytes, columns: Sequence[str], shape: LineShape, types: Mapping[str, DataType]
) -> pl.DataFrame | None:
    """Read a block whose lines are regular and whose numbers are all numbers; None for any other."""
    if shape.separator == " " or b'"' in block or b"\r" in block:
        return None
    try:
        frame = pl.read_csv(
            io.BytesIO(block),
            has_header=False,
            separator=shape.separator,
            columns=sorted(columns.index(name) for name in types),
            schema={f"column_{place}": types.get(name, pl.String) for place, name in enumerate(columns, start=1)},
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None
    if block.count(shape.separator.encode()) != frame.height * (shape.n_fields - 1):
        return None
    frame.columns = [name for name in columns if name in types]
    if any(column.null_count() for column in frame.iter_columns()):
        return None
    return frame


def _read_texts(
    block: bytes, header: TableHeader, shape: LineShape, types: Mapping[str, DataType], missing: Sequence[str]
) -> TypedBlock:
    places = [header.columns.index(name) for name in types]
    parsed = parse_block(block, shape, places)
    frame = parsed.frame.rename({f"c{place}": header.columns[place] for place in places})
    return _cast(frame, types, missing, parsed.n_rows, parsed.ragged.size)


def _cast(
    frame: pl.DataFrame, types: Mapping[str, DataType], missing: Sequence[str], n_rows: int, n_ragged: int
) -> TypedBlock:
    columns, unreadable = [], pl.repeat(value=False, n=frame.height, eager=True)
    for name, dtype in types.items():
        column = frame[name]
        if dtype == pl.String:
            text = column.cast(pl.String).str.strip_chars()
            columns.append(text.set(text.is_in(list(missing)).fill_null(value=True), None))
            continue
        values = column.cast(dtype, strict=False)
        if values.null_count() and column.dtype == pl.String:
            text = column.str.strip_chars()
            values = text.cast(dtype, strict=False)
            bad = values.is_null() & text.is_not_null() & ~text.is_in(list(missing)).fill_null(value=True)
            unreadable = unreadable | bad
        columns.append(values.fill_nan(None) if dtype == pl.Float64 else values)
    return TypedBlock(pl.DataFrame(columns), n_rows, n_ragged, unreadable if unreadable.any() else None)
