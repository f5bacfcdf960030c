"""Streaming reader of tables: text (plain or compressed) and parquet, in batches of polars frames with row numbers."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from loaders.compression import OnBytes, detect_compression, read_chunks
from loaders.errors import FormatError, RowError, TruncatedFileError, locate
from loaders.lines import BLOCK_BYTES, LineShape, cut_blocks, parse_block

ROW_NUMBER: Final = "__row_number"
PARQUET_BATCH_ROWS: Final = 250_000
SEPARATOR_OF_NAME: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " "}
_MAX_HEADER_BYTES: Final = 64 << 20


@dataclass(frozen=True)
class TableLayout:
    """What a reader must know of a table that its first line does not say.

    Attributes
    ----------
    separator
        One character; a blank stands for any run of blanks and tabs; None: what the header line shows.
    names
        Column names of a file without a header line; further columns are called `column_7`, ...
    may_have_header
        With `names`: whether a first line without any whole number is a header and stepped over.
    comments
        Lines before the header that start so are kept as preamble; after it they are stepped over only if `names`
        is given.
    skip_until
        Line that ends the preamble, such as `[Assay]`; the header is the next line.
    stop_at
        Line at which the table ends, such as `[Controls]`.
    fills_short_rows
        Whether a row with fewer fields is completed and not refused.
    """

    separator: str | None = None
    names: tuple[str, ...] | None = None
    may_have_header: bool = False
    comments: tuple[str, ...] = ("##",)
    skip_until: str | None = None
    stop_at: str | None = None
    fills_short_rows: bool = False


@dataclass(frozen=True)
class TableHeader:
    """Columns of a table.

    Attributes
    ----------
    path
        The file.
    columns
        Names, trimmed, in the order of the file.
    preamble
        Comment lines before the header.
    line
        1-based line of the header (the line before the data); 0 for parquet and files without one.
    shape
        How lines are split; None for parquet.
    """

    path: Path
    columns: tuple[str, ...]
    preamble: tuple[str, ...] = ()
    line: int = 0
    shape: LineShape | None = None


@dataclass(frozen=True)
class TableBatch:
    """Some rows of a table.

    Attributes
    ----------
    frame
        The asked columns under their names in the file, and `__row_number` (1-based data row). Text tables give text
        columns, where an empty field is null; parquet gives the types of the file.
    n_rows
        Rows read, with the ragged ones.
    ragged_rows
        Row numbers of lines with a wrong number of fields; they are not in `frame`.
    """

    frame: pl.DataFrame
    n_rows: int
    ragged_rows: tuple[int, ...] = ()


def read_header(path: Path, layout: TableLayout | None = None) -> TableHeader:
    """Read the columns of a table.

    Parameters
    ----------
    path
        Text table (csv, tsv, blanks; plain or compressed), VCF or parquet.
    layout
        What the file itself does not say.

    Raises
    ------
    FormatError
        An empty file, one without a header line, or parquet that cannot be read.
    TruncatedFileError
        A compressed file that ends early.
    """
    layout = layout or TableLayout()
    if detect_compression(path) == "parquet":
        return TableHeader(path, tuple(_open_parquet(path).schema_arrow.names))
    preamble: list[str] = []
    is_started = layout.skip_until is None
    for number, line in enumerate(_first_lines(path), start=1):
        if not is_started:
            is_started = line.strip().strip(",").strip('"') == layout.skip_until
            preamble.append(line)
        elif line.startswith(layout.comments) or not line.strip():
            preamble.append(line)
        else:
            return _read_header_line(path, layout, line, number, tuple(preamble))
    rule = "a table must have a header line" if is_started else f"the table must start after a line {layout.skip_until}"
    raise FormatError(rule, seen="an empty table", where=path, remedy="check that this is the file you meant")


def read_batches(
    header: TableHeader,
    columns: Sequence[str] | None = None,
    *,
    layout: TableLayout | None = None,
    first_row: int = 1,
    on_bytes: OnBytes | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[TableBatch]:
    """Stream a table in bounded memory.

    Parameters
    ----------
    header
        From `read_header` of the same file and layout.
    columns
        Columns to read, by name; None for all.
    layout
        What the file itself does not say.
    first_row
        Number of the first data row; files of one study are counted one after another.
    on_bytes
        Called with the number of (compressed) bytes read so far.
    block_bytes
        Decompressed bytes held at a time.

    Raises
    ------
    FormatError
        A column that the table does not have, or has twice.
    TruncatedFileError
        A compressed file that ends early, or damaged parquet.
    """
    wanted = list(header.columns) if columns is None else list(dict.fromkeys(columns))
    check_columns(header, wanted)
    if header.shape is None:
        yield from _read_parquet(header.path, wanted, first_row, on_bytes)
        return
    layout = layout or TableLayout()
    indices = [header.columns.index(name) for name in wanted]
    chunks = read_after_header(header, on_bytes=on_bytes)
    row = first_row
    for raw_block in cut_blocks(chunks, block_bytes=block_bytes):
        refuse_zero_bytes(raw_block, header.path)
        block, is_last = _end_block(raw_block, layout)
        parsed = parse_block(block, header.shape, indices)
        frame = parsed.frame.rename({f"c{index}": header.columns[index] for index in indices})
        numbers = pl.Series(ROW_NUMBER, parsed.row_offsets + row, dtype=pl.Int64)
        ragged = tuple(int(place) + row for place in parsed.ragged)
        yield TableBatch(frame.select(*wanted, numbers), parsed.n_rows, ragged)
        row += parsed.n_rows
        if is_last:
            break


def read_after_header(header: TableHeader, *, on_bytes: OnBytes | None = None) -> Iterator[bytes]:
    """Yield the bytes of a text table that follow its header line.

    Parameters
    ----------
    header
        From `read_header` of the same file.
    on_bytes
        Called with the number of (compressed) bytes read so far.
    """
    n_lines = header.line
    for chunk in read_chunks(header.path, on_bytes=on_bytes):
        start = 0
        while n_lines and (end := chunk.find(b"\n", start)) >= 0:
            start, n_lines = end + 1, n_lines - 1
        if n_lines == 0:
            yield chunk[start:] if start else chunk


def check_columns(header: TableHeader, wanted: Sequence[str]) -> None:
    """Check that a table has the wanted columns, each once.

    Raises
    ------
    FormatError
        With the found and the wanted names and a "did you mean".
    """
    for name in wanted:
        n_found = header.columns.count(name)
        if n_found == 1:
            continue
        where = locate(header.path, header.line or None)
        if n_found > 1:
            raise FormatError(
                "a column that is read must occur once",
                seen=f"{name} {n_found} times",
                where=where,
                remedy="rename or remove one of them",
            )
        close = difflib.get_close_matches(name, header.columns, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise FormatError(
            f"the table must have the column {name}",
            seen=f"columns {', '.join(header.columns)}",
            where=where,
            remedy=f"{hint}wanted: {', '.join(wanted)}; name the file's columns in the manifest (columns = {{...}})",
        )


def refuse_zero_bytes(data: bytes, path: Path) -> None:
    """Refuse text with zero bytes: they would stay in ids, unseen.

    Raises
    ------
    RowError
        With the line's start.
    """
    if (at := data.find(b"\x00")) < 0:
        return
    line = data[data.rfind(b"\n", 0, at) + 1 : at][:40].decode("utf-8", errors="replace")
    raise RowError(
        "a table must be text in UTF-8",
        seen=f"zero bytes in the line that starts with {line!r}",
        where=path,
        remedy="a UTF-16, binary or damaged file: convert it, or copy it again",
    )


def _first_lines(path: Path) -> Iterator[str]:
    rest = b""
    n_bytes = 0
    for chunk in read_chunks(path):
        n_bytes += len(chunk)
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        for line in lines:
            yield _decode(line, path)
        if n_bytes > _MAX_HEADER_BYTES:
            raise RowError("a line must end within 64 MiB", where=path, remedy="this does not look like a text table")
    if rest:
        yield _decode(rest, path)


def _decode(line: bytes, path: Path) -> str:
    refuse_zero_bytes(line, path)
    text = line.decode("utf-8", errors="replace").removeprefix("\ufeff").strip("\r")
    if "\r" in text:
        raise RowError(
            "lines must end with a line feed, or carriage return and line feed",
            seen="carriage returns alone, as old Macs wrote them",
            where=path,
            remedy="convert it: tr '\\r' '\\n'",
        )
    return text


def _read_header_line(
    path: Path, layout: TableLayout, line: str, number: int, preamble: tuple[str, ...]
) -> TableHeader:
    separator = layout.separator or _guess_separator(line)
    fields = _split_line(line, separator)
    is_quoted = separator in ",;" or '"' in line
    if layout.names is not None:
        is_header = layout.may_have_header and not any(_is_whole(field) for field in fields)
        extra = tuple(f"column_{index + 1}" for index in range(len(layout.names), len(fields)))
        names, number = (*layout.names, *extra)[: max(len(fields), 1)], number if is_header else number - 1
        is_quoted = separator in ",;"
    else:
        names = tuple(fields)
    shape = LineShape(separator, len(names), is_quoted, layout.fills_short_rows)
    return TableHeader(path, names, preamble, number, shape)


def _guess_separator(line: str) -> str:
    for separator in ("\t", ",", ";"):
        if separator in line:
            return separator
    return " "


def _split_line(line: str, separator: str) -> list[str]:
    if separator == " ":
        return [field.strip('"') for field in line.split()]
    return [field.strip() for field in next(csv.reader([line], delimiter=separator))]


def _is_whole(text: str) -> bool:
    return text.strip().lstrip("-").isdigit()


def _end_block(block: bytes, layout: TableLayout) -> tuple[bytes, bool]:
    if layout.names is not None and any(f"\n{mark}".encode() in b"\n" + block for mark in layout.comments):
        marks = tuple(mark.encode() for mark in layout.comments)
        block = b"".join(line for line in block.splitlines(keepends=True) if not line.startswith(marks))
    if layout.stop_at is None:
        return block, False
    place = (b"\n" + block).find(b"\n" + layout.stop_at.encode())
    return (block, False) if place < 0 else (block[:place], True)


def _open_parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TruncatedFileError(
            "a parquet file must be complete", seen=error, where=path, remedy="download or copy the file again"
        ) from error


def _read_parquet(path: Path, wanted: list[str], first_row: int, on_bytes: OnBytes | None) -> Iterator[TableBatch]:
    file = _open_parquet(path)
    n_total, size = max(file.metadata.num_rows, 1), path.stat().st_size
    row = first_row
    try:
        for batch in file.iter_batches(batch_size=PARQUET_BATCH_ROWS, columns=wanted, use_threads=True):
            table = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
            texts = [name for name, dtype in table.schema.items() if dtype in (pl.Categorical, pl.Enum, pl.Binary)]
            numbers = pl.Series(ROW_NUMBER, np.arange(row, row + table.height), dtype=pl.Int64)
            frame = table.with_columns(pl.col(texts).cast(pl.String)).select(*wanted, numbers)
            yield TableBatch(frame, table.height)
            row += table.height
            if on_bytes is not None:
                on_bytes(size * (row - first_row) // n_total)
    except (pa.ArrowInvalid, OSError) as error:
        raise TruncatedFileError(
            "a parquet file must be complete",
            seen=f"it breaks off after row {row - 1:,} ({error})",
            where=path,
            remedy="download or copy the file again",
        ) from error
