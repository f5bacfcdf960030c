"""One file of LD scores in parts: places as a table, scores as arrays that lie as the file lays them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from loaders.builds import canonical_chromosome
from loaders.errors import FormatError, TruncatedFileError
from loaders.ldsc.number_lines import NumberLines, stream_number_lines
from loaders.ldsc.thousandths import Scores, as_floats, as_thousandths, decimal_thousandths
from loaders.ldsc.typed_blocks import read_typed_block
from loaders.ldsc.typed_tables import DataType, read_typed_table, refuse_missing
from loaders.lines import cut_blocks
from loaders.tables import TableHeader, check_columns, read_after_header, read_header

_PLACE: Final[Mapping[str, DataType]] = {"CHR": pl.String, "SNP": pl.String, "BP": pl.Int64}
_NOT_SCORES: Final = (*_PLACE, "CM", "MAF")
_BUFFER_BYTES: Final = 1 << 20
_COLUMNS_AT_ONCE: Final = 8  # of a row group: few calls, and the numbers stay in the second-level cache


@dataclass(frozen=True)
class LdScorePart:
    """Some rows of LD scores.

    Attributes
    ----------
    places
        CHR (canonical), SNP, BP.
    read_scores
        Yields arrays ``[rows, k]`` whose columns follow each other, all of them finite: LD scores in float64, or in
        thousandths (int32; see `as_floats`). They are read when they are asked for, and valid until the next one, or
        the next part, is read.
    is_row_major
        Whether the scores lie row after row.
    """

    places: pl.DataFrame
    read_scores: Callable[[], Iterator[Scores]]
    is_row_major: bool = False

    def to_table(self, names: Sequence[str]) -> pl.DataFrame:
        """Copy into a table: CHR, SNP, BP and one column a name."""
        columns = [np.array(column) for part in self.read_scores() for column in as_floats(part).T]
        named = zip(names, columns, strict=True)
        return self.places.with_columns(pl.Series(name, column, dtype=pl.Float64) for name, column in named)


def score_columns(path: Path) -> tuple[str, ...]:
    """Read the names of a file's LD score columns.

    Raises
    ------
    FormatError
        When it has none, or one without a name.
    """
    columns = read_header(path).columns
    if "" in columns:
        raise FormatError(
            "every column of LD scores must have a name",
            seen=f"none for column {columns.index('') + 1} of {len(columns)}",
            where=path,
            remedy="name it in the header, or remove the separator at the end of the lines",
        )
    names = tuple(name for name in columns if name not in _NOT_SCORES)
    if not names:
        raise FormatError(
            "a file of LD scores must have at least one column of them",
            seen="only CHR, SNP, BP",
            where=path,
            remedy="columns are called L2, or <annotation>L2",
        )
    return names


def stream_ld_scores(path: Path) -> Iterator[LdScorePart]:
    """Read one file of LD scores in bounded memory, in the order of its rows.

    Parameters
    ----------
    path
        Text (plain or compressed) or Parquet.

    Yields
    ------
    LdScorePart
        Of text, row after row; of Parquet, column after column.

    Raises
    ------
    FormatError, RowError, TruncatedFileError
        See `read_typed_table`; also where a place or an LD score is missing or not finite, with its line.
    """
    header = read_header(path)
    names = [name for name in header.columns if name not in _NOT_SCORES]
    types: dict[str, DataType] = {**_PLACE, **dict.fromkeys(names, pl.Float64)}
    check_columns(header, list(types))
    if header.shape is None:
        yield from _stream_parquet(path, types)
        return
    n_texts = len(header.columns) - len(names)
    is_regular = header.shape.separator == "\t" and list(header.columns[n_texts:]) == names
    chunks = read_after_header(header)
    for block in stream_number_lines(chunks, n_texts, len(names)) if is_regular else cut_blocks(chunks):
        part = _of_lines(block, header) if isinstance(block, NumberLines) else None
        raw = block.block if isinstance(block, NumberLines) else block
        yield _of_block(bytes(raw), header, types) if part is None else part


def read_ld_score_file(path: Path) -> LdScorePart:
    """Read one whole file; see `stream_ld_scores`."""
    names = score_columns(path)
    table = pl.concat([part.to_table(names) for part in stream_ld_scores(path)])
    return _part_of(table, table.select(*_PLACE), names)


def _of_lines(lines: NumberLines, header: TableHeader) -> LdScorePart | None:
    """The part of lines that were read; None where a position is no whole number."""
    chromosome, rsid, place = (lines.texts[header.columns.index(name)] for name in _PLACE)
    position = place.cast(pl.Int64, strict=False)
    if position.null_count():
        return None
    places = pl.DataFrame([_canonical(chromosome), rsid.alias("SNP"), position.alias("BP")])
    return LdScorePart(places, lambda: iter([lines.numbers]), is_row_major=True)


def _canonical(column: pl.Series) -> pl.Series:
    """Chromosomes in canonical spelling, unknown ones as they are; most parts hold one."""
    first = column[0] if len(column) else ""
    if column.equals(pl.Series([first], dtype=pl.String).new_from_index(0, len(column))):
        return pl.Series("CHR", [canonical_chromosome(first) or first], dtype=pl.String).new_from_index(0, len(column))
    spellings = column.unique()
    names = [canonical_chromosome(spelling) or spelling for spelling in spellings]
    return column.replace_strict(spellings, names, return_dtype=pl.String).alias("CHR")


def _of_block(block: bytes, header: TableHeader, types: Mapping[str, DataType]) -> LdScorePart:
    """The part of lines of any other look."""
    found = read_typed_block(block, header, types, missing=())
    table = found.frame
    if found.n_ragged or any(table[name].null_count() for name in types):
        refuse_missing(read_typed_table(header.path, lambda _: types), list(types), header.path)  # says which line
    return _of_table(table.select(*types), header.path)


def _of_table(table: pl.DataFrame, path: Path) -> LdScorePart:
    refuse_missing(table, table.columns, path)
    places = pl.DataFrame([_canonical(table["CHR"]), table["SNP"], table["BP"]])
    return _part_of(table, places, table.columns[len(_PLACE) :])


def _part_of(table: pl.DataFrame, places: pl.DataFrame, names: Sequence[str]) -> LdScorePart:
    return LdScorePart(places, lambda: (table[name].to_numpy()[:, None] for name in names))


def _stream_parquet(path: Path, types: Mapping[str, DataType]) -> Iterator[LdScorePart]:
    """One part a row group, its columns read one after another."""
    with _naming_the_file(path):
        file = pq.ParquetFile(path, buffer_size=_BUFFER_BYTES)
    first_line = 0
    for group in range(file.num_row_groups):
        columns = _ParquetGroup(file, group, path, first_line)
        table = columns.read_places()
        first_line += table.height
        names = [name for name in types if name not in _PLACE]
        yield LdScorePart(table.with_columns(_canonical(table["CHR"])), partial(columns.read_all, names))


@dataclass(frozen=True)
class _ParquetGroup:
    """One row group of a file."""

    file: pq.ParquetFile
    group: int
    path: Path
    n_before: int

    def read_all(self, names: Sequence[str]) -> Iterator[Scores]:
        for first in range(0, len(names), _COLUMNS_AT_ONCE):
            some = names[first : first + _COLUMNS_AT_ONCE]
            table = self._columns(some)
            for name in some:
                yield self._scores(name, table.column(name))[:, None]

    def read_places(self) -> pl.DataFrame:
        table = self._columns(list(_PLACE))
        return pl.DataFrame([self._typed(name, table.column(name), dtype) for name, dtype in _PLACE.items()])

    def _scores(self, name: str, column: pa.ChunkedArray) -> Scores:
        """LD scores, in thousandths where all of them fit."""
        found = decimal_thousandths(column)
        if found is not None:
            return found
        values = self._typed(name, column, pl.Float64).to_numpy()
        found = as_thousandths(values)
        return values if found is None else found

    def _columns(self, names: Sequence[str]) -> pa.Table:
        with _naming_the_file(self.path):
            return self.file.read_row_group(self.group, columns=names, use_threads=False)

    def _typed(self, name: str, column: pa.ChunkedArray, dtype: DataType) -> pl.Series:
        with _naming_the_file(self.path):
            values = pl.Series(name, pl.from_arrow(column)).cast(dtype)
        refuse_missing(values.to_frame(), [name], self.path, n_before=self.n_before)
        return values


@contextlib.contextmanager
def _naming_the_file(path: Path) -> Iterator[None]:
    try:
        yield
    except pl.exceptions.PolarsError as error:
        raise FormatError(
            "a column must hold what its name says", seen=error, where=path, remedy="make the file again"
        ) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise TruncatedFileError(
            "a parquet file must be complete", seen=error, where=path, remedy="download or copy the file again"
        ) from error
