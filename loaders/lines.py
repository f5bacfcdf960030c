"""Blocks of whole lines: cut at line ends, blanks normalised, rows with a wrong number of fields set apart."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

BLOCK_BYTES: Final = 16 << 20
_NEWLINE, _QUOTE = 10, 34


@dataclass(frozen=True)
class LineShape:
    """How the lines of a text table are split into fields.

    Attributes
    ----------
    separator
        One character; a blank stands for any run of blanks and tabs.
    n_fields
        Fields per line.
    is_quoted
        Whether `"` encloses fields that may hold the separator.
    fills_short_rows
        Whether a row with fewer fields is completed with missing values and not refused.
    """

    separator: str
    n_fields: int
    is_quoted: bool = False
    fills_short_rows: bool = False


@dataclass(frozen=True)
class ParsedBlock:
    """Rows of one block.

    Attributes
    ----------
    frame
        Text columns `c0`, `c1`, ... (those that were asked for) of the sound rows.
    row_offsets
        Place of each sound row among all rows of the block, 0-based.
    n_rows
        All rows of the block, blank lines not counted.
    ragged
        0-based places of the rows with a wrong number of fields.
    """

    frame: pl.DataFrame
    row_offsets: NDArray[np.int64]
    n_rows: int
    ragged: NDArray[np.int64]


def cut_blocks(chunks: Iterable[bytes], *, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Join chunks to blocks of about `block_bytes` that end at a line end.

    Parameters
    ----------
    chunks
        Bytes of a file, in order.
    block_bytes
        Wanted size of a block.
    """
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size < block_bytes:
            continue
        joined = b"".join(parts)
        end = joined.rfind(b"\n") + 1
        if end:
            yield joined[:end]
        parts, size = [joined[end:]], len(joined) - end
    rest = b"".join(parts)
    if rest:
        yield rest if rest.endswith(b"\n") else rest + b"\n"


def parse_block(block: bytes, shape: LineShape, wanted: list[int]) -> ParsedBlock:
    """Split a block of lines into text columns.

    Parameters
    ----------
    block
        Whole lines without the header.
    shape
        How lines are split.
    wanted
        0-based fields to keep.
    """
    block = _normalise(block, shape)
    block, ragged, n_rows = _set_apart(block, shape)
    keep = np.delete(np.arange(n_rows, dtype=np.int64), ragged)
    names = [f"c{index}" for index in wanted]
    if keep.size == 0:
        return ParsedBlock(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), keep, n_rows, ragged)
    header = shape.separator.join(f"c{index}" for index in range(shape.n_fields)).encode() + b"\n"
    try:
        frame = pl.read_csv(
            io.BytesIO(header + block),
            separator=shape.separator,
            columns=names,
            quote_char='"' if shape.is_quoted else None,
            infer_schema=False,
            encoding="utf8-lossy",
            truncate_ragged_lines=True,
        )
    except pl.exceptions.ComputeError:  # a field such as "x" [y], with text behind its closing quote
        return _parse_lines(block, shape, wanted, ParsedBlock(pl.DataFrame(), keep, n_rows, ragged))
    return ParsedBlock(frame, keep, n_rows, ragged)


def _parse_lines(block: bytes, shape: LineShape, wanted: list[int], about: ParsedBlock) -> ParsedBlock:
    """The same line by line, for quotes that are no CSV; what has another number of fields then is ragged too."""
    rows, is_wrong = [], []
    for line in block.decode("utf-8", errors="replace").split("\n")[:-1]:
        fields = _split(line, shape)
        is_wrong.append(len(fields) != shape.n_fields)
        rows.append([fields[at] or None for at in wanted] if len(fields) == shape.n_fields else None)
    wrong = np.array(is_wrong)
    frame = pl.DataFrame(
        [row for row in rows if row is not None],
        schema={f"c{index}": pl.String for index in wanted},
        orient="row",
    )
    ragged = np.sort(np.concatenate([about.ragged, about.row_offsets[wrong]]))
    return ParsedBlock(frame, about.row_offsets[~wrong], about.n_rows, ragged)


def _split(line: str, shape: LineShape) -> list[str]:
    try:
        fields = next(csv.reader([line], delimiter=shape.separator))
    except csv.Error:  # a field that is longer than any id or text can be
        return []
    return fields + [""] * (shape.n_fields - len(fields)) if shape.fills_short_rows else fields


def _normalise(block: bytes, shape: LineShape) -> bytes:
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if shape.separator != " ":
        return block
    if b"\t" in block or b"  " in block:
        block = re.sub(rb"[ \t]+", b" ", block)
    if b"\n " in block or b" \n" in block or block.startswith(b" "):
        block = re.sub(rb" ?\n ?", b"\n", block.removeprefix(b" "))
    return block


def _set_apart(block: bytes, shape: LineShape) -> tuple[bytes, NDArray[np.int64], int]:
    """Drop blank and ragged lines; return the rest, the ragged rows' places and the number of rows."""
    values = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(values == _NEWLINE)
    separators = np.flatnonzero(values == ord(shape.separator))
    has_odd_quotes = np.zeros(ends.size, dtype=np.bool_)
    if shape.is_quoted and b'"' in block:
        quotes = np.flatnonzero(values == _QUOTE)
        before = np.searchsorted(quotes, separators)
        line_of = np.searchsorted(ends, separators)
        at_end = np.searchsorted(quotes, ends)
        at_start = np.concatenate(([0], at_end[:-1]))
        has_odd_quotes = (at_end - at_start) % 2 == 1
        separators = separators[(before - at_start[line_of]) % 2 == 0]
    n_fields = np.diff(np.searchsorted(separators, ends), prepend=0) + 1
    starts = np.concatenate(([0], ends[:-1] + 1))
    is_blank = starts == ends
    is_wrong = (n_fields > shape.n_fields) if shape.fills_short_rows else (n_fields != shape.n_fields)
    is_wrong = (is_wrong | has_odd_quotes) & ~is_blank
    ragged = (np.cumsum(~is_blank) - 1)[is_wrong]
    n_rows = int((~is_blank).sum())
    bad = is_wrong | is_blank
    if bad.any():
        keep = np.flatnonzero(~bad)
        block = b"".join(block[starts[line] : ends[line] + 1] for line in keep)
    return block, ragged.astype(np.int64), n_rows
