"""Munged summary statistics: SNP, A1, A2, Z, N, as text or Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from loaders.errors import FormatError, RowError, locate
from loaders.ldsc.text_writer import write_table
from loaders.ldsc.typed_tables import NOT_A_NUMBER, DataType, read_typed_table, refuse_missing

SUMSTATS_SCHEMA: Final[Mapping[str, DataType]] = {
    "SNP": pl.String,
    "A1": pl.String,
    "A2": pl.String,
    "Z": pl.Float64,
    "N": pl.Float64,
}
_OPTIONAL: Final[Mapping[str, DataType]] = {"CHR": pl.String, "BP": pl.Int64}


def read_sumstats(path: Path | str) -> pl.DataFrame:
    """Read munged summary statistics.

    Parameters
    ----------
    path
        A `.sumstats`, `.sumstats.gz` or Parquet file with SNP, Z, N and, where there, A1, A2, CHR and BP in any order.

    Returns
    -------
    DataFrame
        SNP, A1, A2 (text; null where the file has none), Z, N (float64), then CHR and BP where the file has them.
        Rows without Z or N (listed SNPs that the GWAS lacks) keep null; NaN is null.

    Raises
    ------
    FormatError, RowError, TruncatedFileError
        See `read_typed_table`; also where no row has a Z, or none has an N.
    """
    path = Path(path)

    def choose(columns: Sequence[str]) -> Mapping[str, DataType]:
        needed = {name: SUMSTATS_SCHEMA[name] for name in ("SNP", "Z", "N")}
        known = {**SUMSTATS_SCHEMA, **_OPTIONAL}
        return {name: dtype for name, dtype in known.items() if name in needed or name in columns}

    frame = read_typed_table(path, choose, missing=NOT_A_NUMBER)
    refuse_missing(frame, ("SNP",), path)
    _refuse_infinite(frame, path)
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in ("A1", "A2") if name not in frame.columns]
    frame = frame.with_columns(*absent, pl.col("Z", "N").fill_nan(None))
    for name, meaning in (("Z", "z score"), ("N", "sample size")):
        if frame[name].null_count() == frame.height:
            raise FormatError(
                f"summary statistics must have a {meaning} in at least one row",
                seen=f"{frame.height:,} rows, {name} missing in every one",
                where=path,
                remedy="munge the GWAS again" + (" and give its N" if name == "N" else ""),
            )
    return frame.select(*SUMSTATS_SCHEMA, *(name for name in _OPTIONAL if name in frame.columns))


def _refuse_infinite(frame: pl.DataFrame, path: Path) -> None:
    for name in ("Z", "N"):
        if (bad := frame[name].is_infinite().fill_null(value=False)).any():
            row = int(bad.arg_true()[0])
            raise RowError(
                f"{name} must be finite, or NA where it is not known",
                seen=frame[name][row],
                where=locate(path, row + 2),
                remedy="munge the GWAS again, or leave the row out",
            )


def write_sumstats(frame: pl.DataFrame, path: Path | str, *, decimals: int | None = 6) -> None:
    """Write summary statistics.

    Parameters
    ----------
    frame
        SNP, A1, A2, Z, N, and CHR, BP where it has them.
    path
        Ends in `.gz` for gzip, in `.parquet` for Parquet (all digits), else plain text.
    decimals
        Digits of Z in text; 3 as other programs write it, None for all.
    """
    path = Path(path)
    known = {**SUMSTATS_SCHEMA, **{name: dtype for name, dtype in _OPTIONAL.items() if name in frame.columns}}
    table = frame.select(pl.col(name).cast(dtype) for name, dtype in known.items())
    if path.suffix != ".parquet":
        n_is_whole = (table["N"].fill_nan(None).drop_nulls() % 1 == 0).all()
        table = table.with_columns(pl.col("Z", "N").fill_nan(None))
        table = table.with_columns(pl.col("N").cast(pl.Int64)) if n_is_whole else table
    write_table(table, path, decimals=None if path.suffix == ".parquet" else decimals)
