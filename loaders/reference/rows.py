"""Check rows in a fixed order of reasons, book each under the first that holds, and write what is left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from loaders.builds import chromosome_length_expression
from loaders.errors import FormatError
from loaders.manifest import StudySpec
from loaders.report import LoadReport, Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER

Check = tuple[Skip | Refusal, pl.Expr]
"""A reason and the rows it holds for."""

TABLE_NAME: Final = "table.parquet"
ROW_GROUP_ROWS: Final = 100_000


def sift(frame: pl.DataFrame, checks: Sequence[Check], ledger: RowLedger) -> pl.DataFrame:
    """Drop rows under the first reason that holds for each, and book them.

    Parameters
    ----------
    frame
        Rows with `__row_number`.
    checks
        Reasons in the order in which they are tried; a null counts as false.
    ledger
        The study's book.

    Returns
    -------
    pl.DataFrame
        The rows for which no reason holds.
    """
    none = len(checks)
    reason = pl.lit(none, dtype=pl.Int32)
    for index in reversed(range(none)):
        holds = checks[index][1].fill_null(value=False)
        reason = pl.when(holds).then(pl.lit(index, dtype=pl.Int32)).otherwise(reason)
    marked = frame.with_columns(__reason=reason)
    for index, (name, _) in enumerate(checks):
        rows = marked.filter(pl.col("__reason") == index)[ROW_NUMBER]
        book(ledger, name, rows)
    return marked.filter(pl.col("__reason") == none).drop("__reason")


def book(ledger: RowLedger, reason: Skip | Refusal, rows: pl.Series) -> None:
    """Enter rows, by their numbers, under a reason."""
    examples = tuple(int(row) for row in rows.head(3))
    if isinstance(reason, Skip):
        ledger.skip(reason, len(rows), examples)
    else:
        ledger.refuse(reason, len(rows), examples)


def whole_number(name: str) -> pl.Expr:
    """Read a text column as whole numbers; 123.0 and 1e6 are whole, anything else is null."""
    text = pl.col(name)
    as_float = text.cast(pl.Float64, strict=False)
    is_whole = as_float.is_finite() & (as_float == as_float.floor()) & (as_float.abs() < 1e15)
    exact = text.cast(pl.Int64, strict=False)
    return pl.coalesce(exact, pl.when(is_whole).then(as_float).cast(pl.Int64, strict=False)).alias(name)


def finite_number(name: str) -> pl.Expr:
    """Read a text column as finite numbers; anything else is null."""
    value = pl.col(name).cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value).alias(name)


def is_outside(chromosome: str, position: str, build: str) -> pl.Expr:
    """Tell whether a position is missing, below 1 or beyond its chromosome's end."""
    length = chromosome_length_expression(pl.col(chromosome), pl.lit(build))
    return pl.col(position).is_null() | (pl.col(position) < 1) | (pl.col(position) > length)


def with_missing_columns(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Add text columns of nulls for the fields that a file does not have."""
    missing = [name for name in names if name not in frame.columns]
    return frame.with_columns([pl.lit(None, dtype=pl.String).alias(name) for name in missing])


def write_reference_table(frame: pl.DataFrame, folder: Path) -> Path:
    """Write a normalised table as zstd parquet and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / TABLE_NAME
    frame.write_parquet(path, compression="zstd", row_group_size=ROW_GROUP_ROWS, statistics=True)
    return path


def close_ledger(ledger: RowLedger, spec: StudySpec) -> LoadReport:
    """Close a reference study's book, and refuse a study of which nothing is left.

    Raises
    ------
    FormatError
        If no row was written.
    """
    report = ledger.report()
    if not report.written:
        reasons = {**report.skipped, **report.refused}
        raise FormatError(
            f"a study of kind {spec.kind} must give at least one record",
            seen=", ".join(f"{count} rows {reason}" for reason, count in reasons.items()) or "no rows",
            where=spec.where,
            remedy="check that the columns mean what the manifest says",
        )
    return report
