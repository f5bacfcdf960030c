"""Covariates as eQTL programs have them, a row a covariate and a column a person, or as a table of people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from loaders.errors import FormatError, RowError, locate
from loaders.person_tables import PEOPLE_SCHEMA
from loaders.phenotypes import MISSING_WORDS, TraitTable, read_covariates
from loaders.tables import ROW_NUMBER, read_batches, read_header

_OF_PEOPLE: Final = ("fid", "iid", "#fid", "#iid")


def read_molecular_covariates(
    path: Path, names: Sequence[str] | None = None, *, categorical: Sequence[str] = ()
) -> TraitTable:
    """Read covariates in either layout.

    Parameters
    ----------
    path
        With FID or IID first as `read_covariates` takes it; else FastQTL's: an id a row, a column a person (text or
        Parquet).
    names
        Covariates to read; None for all.
    categorical
        Those of words; in a table of people alone.

    Raises
    ------
    FormatError
        If a covariate asked for is not there or stands twice, or a person does.
    RowError
        If a value is no number.
    """
    header = read_header(path)
    if header.columns[0].lower() in _OF_PEOPLE:
        return read_covariates(path, names, categorical=categorical)
    if categorical:
        raise FormatError(
            "covariates of words are read from a table with a row a person",
            seen=f"{', '.join(categorical)} in a table with a column a person",
            where=path,
            remedy="code them as numbers, or give FID, IID and covariates",
        )
    parts = [batch.frame for batch in read_batches(header)]
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=[*header.columns, ROW_NUMBER])
    return _transposed(path, frame, header.line, names)


def _transposed(path: Path, frame: pl.DataFrame, header_line: int, names: Sequence[str] | None) -> TraitTable:
    first, *people = [name for name in frame.columns if name != ROW_NUMBER]
    ids = frame[first].cast(pl.String).str.strip_chars()
    if not people or not ids.len() or ids.is_duplicated().any():
        doubled = ids.filter(ids.is_duplicated())
        raise FormatError(
            "a table of covariates must have a row a covariate, each once, and a column a person",
            seen=f"{doubled[0]} twice" if doubled.len() else f"{ids.len()} rows and {len(people)} columns",
            where=path,
            remedy="write an id and then the people, or FID, IID and covariates",
        )
    lacking = [name for name in names or () if name not in set(ids.to_list())]
    if lacking:
        raise FormatError(
            "the table must have the covariates asked for",
            seen=f"no {', '.join(lacking)}",
            where=path,
            remedy=f"choose among {', '.join(ids.to_list()[:20])}",
        )
    wanted = ids.to_list() if names is None else list(names)
    rows = [ids.to_list().index(name) for name in wanted]
    lines = [header_line + frame[ROW_NUMBER][row] for row in rows]
    values = np.array([_numbers(frame[person][rows], (person, wanted, path, lines)) for person in people])
    table = pl.DataFrame({"family": [None] * len(people), "person": people}, schema=PEOPLE_SCHEMA)
    return TraitTable(path, table, tuple(wanted), values, np.isnan(values).sum(axis=0), np.zeros(len(wanted), np.int64))


def _numbers(column: pl.Series, about: tuple[str, list[str], Path, list[int]]) -> list[float]:
    person, names, path, lines = about
    words = column.cast(pl.String).str.strip_chars().fill_null("NA")
    numbers = words.cast(pl.Float64, strict=False)
    is_missing = words.is_in(MISSING_WORDS)
    bad = ~is_missing & (numbers.is_null() | ~numbers.is_finite().fill_null(value=False))
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise RowError(
            "a covariate must be a number, or NA",
            seen=f"{words[row]} ({names[row]}, column {person})",
            where=locate(path, lines[row]),
            remedy="correct it; covariates of words stand in a table with FID and IID, and are said to be categorical",
        )
    return numbers.set(is_missing, None).fill_null(float("nan")).to_list()
