"""Phenotype and covariate tables: numbers of each person, the missing ones counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.errors import FormatError, RowError, locate
from loaders.person_tables import PEOPLE_SCHEMA, PersonTable, read_person_table

MISSING_WORDS: Final = ("", "NA", "na", "N/A", "NaN", "nan", "NAN", ".")
PLINK_MISSING: Final = -9.0
"""PLINK's number for an unknown phenotype."""
_FAM_COLUMNS: Final = 5


@dataclasses.dataclass(frozen=True)
class TraitTable:
    """Numbers of people.

    Attributes
    ----------
    path
        Where they were read.
    people
        `PEOPLE_SCHEMA`, no one twice, a row a person.
    names
        Of the columns.
    values
        ``[people, columns]``, NaN where missing.
    n_missing
        People without each, ``[columns]``.
    n_coded_missing
        Those of them who had the missing code as a number, ``[columns]``: not 0 where a -9 was read as unknown.
    """

    path: Path
    people: pl.DataFrame
    names: tuple[str, ...]
    values: NDArray[np.float64]
    n_missing: NDArray[np.int64]
    n_coded_missing: NDArray[np.int64]


def read_phenotypes(
    path: Path, names: Sequence[str] | None = None, *, missing_code: float | None = PLINK_MISSING
) -> TraitTable:
    """Read a table of traits.

    Parameters
    ----------
    path
        With FID and IID (or IID alone) first, as PLINK's ``--pheno`` and REGENIE's ``--phenoFile`` take it.
    names
        Columns to read; None for all.
    missing_code
        A number that stands for unknown beside NA; None for none.

    Raises
    ------
    FormatError
        If a column asked for is not there, there is none, or a person has two rows.
    RowError
        If a value is no number.
    """
    return _numbers(read_person_table(path), names, missing_code)


def read_covariates(path: Path, names: Sequence[str] | None = None, *, categorical: Sequence[str] = ()) -> TraitTable:
    """Read a table of covariates; -9 is a number here.

    Parameters
    ----------
    path
        As for `read_phenotypes`.
    names
        Columns to read; None for all.
    categorical
        Columns of words: each but the most frequent word becomes a column of 0 and 1, named ``column=word``.

    Raises
    ------
    FormatError, RowError
        As for `read_phenotypes`.
    """
    table = read_person_table(path)
    wanted = _wanted(table, names)
    _wanted(table, categorical)
    columns = [_dummies(table.columns[name]) if name in categorical else table.columns.select(name) for name in wanted]
    return _numbers(dataclasses.replace(table, columns=pl.concat(columns, how="horizontal")), None, None)


def read_fam_traits(path: Path, *, missing_code: float | None = PLINK_MISSING) -> TraitTable:
    """Read the traits of a .fam: the sixth column and, where there are more, those after it (named trait_1, …).

    Parameters
    ----------
    path
        The .fam.
    missing_code
        A number that stands for unknown beside NA; None for none.

    Raises
    ------
    FormatError, RowError
        As for `read_phenotypes`.
    """
    table = read_person_table(path)
    traits = table.columns.columns[_FAM_COLUMNS - 2 :]
    if not traits:
        raise FormatError(
            "a .fam with traits must have six columns",
            seen=f"{len(table.columns.columns) + 2} columns",
            where=path,
            remedy="give the traits in a table of their own",
        )
    named = table.columns.select(pl.col(name).alias(f"trait_{at}") for at, name in enumerate(traits, start=1))
    return _numbers(dataclasses.replace(table, columns=named), None, missing_code)


def _wanted(table: PersonTable, names: Sequence[str] | None) -> list[str]:
    there = table.columns.columns
    lacking = [name for name in names or () if name not in there]
    if lacking or not there:
        raise FormatError(
            f"the table must have {'the columns asked for' if lacking else 'a column beside FID and IID'}",
            seen=f"no {', '.join(lacking) or 'other column'}",
            where=table.path,
            remedy=f"choose among {', '.join(there[:20])}" if there else "add the traits",
        )
    return there if names is None else list(names)


def _dummies(column: pl.Series) -> pl.DataFrame:
    """A column of 0 and 1 for each word but the most frequent one; all missing where the word is."""
    words = column.is_in(MISSING_WORDS)
    counts = column.filter(~words).value_counts().sort(["count", column.name], descending=[True, False])
    others = counts[column.name].to_list()[1:]
    return pl.DataFrame(
        {
            f"{column.name}={word}": pl.select(
                pl.when(words).then(pl.lit("NA")).otherwise((column == word).cast(pl.Int8).cast(pl.String))
            ).to_series()
            for word in sorted(others)
        }
    )


def _numbers(table: PersonTable, names: Sequence[str] | None, missing_code: float | None) -> TraitTable:
    wanted = _wanted(table, names)
    _check_people(table)
    values = np.empty((table.people.height, len(wanted)))
    coded = np.zeros(len(wanted), np.int64)
    for at, name in enumerate(wanted):
        words = table.columns[name]
        is_missing = words.is_in(MISSING_WORDS)
        numbers = words.cast(pl.Float64, strict=False)
        bad = ~is_missing & (numbers.is_null() | ~numbers.is_finite().fill_null(False))
        if bad.any():
            row = int(bad.arg_max() or 0)
            raise RowError(
                f"{name} must be a number, or NA",
                seen=words[row],
                where=locate(table.path, table.lines[row]),
                remedy="correct it; of a covariate of words say that it is categorical",
            )
        values[:, at] = numbers.fill_null(np.nan).to_numpy()
        values[is_missing.to_numpy(), at] = np.nan
        if missing_code is not None:
            is_coded = values[:, at] == missing_code
            coded[at], values[is_coded, at] = is_coded.sum(), np.nan
    return TraitTable(table.path, table.people, tuple(wanted), values, np.isnan(values).sum(axis=0), coded)


def _check_people(table: PersonTable) -> None:
    doubled = table.people.filter(table.people.is_duplicated())
    if doubled.height:
        raise FormatError(
            "a person must have one row",
            seen=f"{doubled['person'][0]} twice ({doubled.unique().height} people have several)",
            where=table.path,
            remedy="leave one row a person",
        )


def case_control(values: NDArray[np.float64], *, where: object = None) -> NDArray[np.float64]:
    """Outcomes as 1 for cases and 0 for controls, from 0 and 1 (REGENIE) or 1 and 2 with 0 for unknown (PLINK).

    Parameters
    ----------
    values
        A column of a `TraitTable`, NaN where missing, ``[n]``.
    where
        What names the column, for messages.

    Raises
    ------
    FormatError
        If there are other values.
    """
    found = set(np.unique(values[~np.isnan(values)]))
    if found <= {0.0, 1.0}:
        return values.copy()
    if found <= {0.0, 1.0, 2.0}:
        return np.where(values == 0.0, np.nan, values - 1.0)
    raise FormatError(
        "a case and control trait must be written as 0 and 1, or as 1 and 2",
        seen=", ".join(f"{value:g}" for value in sorted(found)[:6]),
        where=where,
        remedy="code it anew, or test it as a quantitative trait",
    )


__all__ = [
    "MISSING_WORDS",
    "PEOPLE_SCHEMA",
    "PLINK_MISSING",
    "TraitTable",
    "case_control",
    "read_covariates",
    "read_fam_traits",
    "read_phenotypes",
]
