"""Who is male: the sex column of a .fam, .psam, .sample, or a table with FID, IID and SEX."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.errors import FormatError, RowError, locate
from loaders.person_tables import PEOPLE_SCHEMA, read_person_table
from loaders.text_files import read_text

UNKNOWN, MALE, FEMALE = 0, 1, 2
_CODES: Final = {
    **dict.fromkeys(("1", "M", "MALE"), MALE),
    **dict.fromkeys(("2", "F", "FEMALE"), FEMALE),
    **dict.fromkeys(("0", "", "NA", "NAN", "-9", ".", "U", "UNKNOWN"), UNKNOWN),
}
_HEADER_LINES: Final = 2
_FAM_SEX: Final = "V3"
"""The .fam's fifth column, by the name that a column without a header has."""


@dataclasses.dataclass(frozen=True)
class SexTable:
    """The sexes of people.

    Attributes
    ----------
    path
        Where they were read.
    people
        `PEOPLE_SCHEMA`.
    sex
        `MALE`, `FEMALE` or `UNKNOWN` of each.
    """

    path: Path
    people: pl.DataFrame
    sex: NDArray[np.int8]


def read_sex(path: Path) -> SexTable | None:
    """Read the sexes of people; None where the file has no such column.

    Parameters
    ----------
    path
        A .fam (fifth column), a .sample with two header lines (column sex), or a table with a header (column SEX,
        such as a .psam). 1 or M is male, 2 or F female, 0 or NA unknown.

    Raises
    ------
    FormatError
        If the file is empty or cannot be read as a table.
    RowError
        If a line is broken, or a sex is none of these.
    """
    people, words, first = _read_sample(path) if path.suffix == ".sample" else _read_table(path)
    if words is None:
        return None
    sex = np.array([_CODES.get(word.strip().upper(), -1) for word in words], np.int8)
    bad = np.flatnonzero(sex < 0)
    if bad.size:
        raise RowError(
            "a sex must be 1 (male), 2 (female) or 0 (unknown), or M and F",
            seen=words[int(bad[0])],
            where=locate(path, first + int(bad[0])),
            remedy="correct it, or write NA",
        )
    return SexTable(path, people, sex)


def _read_table(path: Path) -> tuple[pl.DataFrame, list[str] | None, int]:
    table = read_person_table(path)
    name = next((name for name in table.columns.columns if name.lower() == "sex"), None)
    if name is None and path.suffix == ".fam" and _FAM_SEX in table.columns.columns:
        name = _FAM_SEX
    return table.people, None if name is None else table.columns[name].to_list(), table.lines[0]


def _read_sample(path: Path) -> tuple[pl.DataFrame, list[str] | None, int]:
    lines = [line.split() for line in read_text(path).splitlines() if line.strip()]
    if len(lines) < _HEADER_LINES or len(lines[0]) < 2:
        raise FormatError(
            "a .sample must have two header lines that start with ID_1 and ID_2",
            seen=" ".join(lines[0]) if lines else "an empty file",
            where=path,
            remedy="make it again",
        )
    rows = lines[_HEADER_LINES:]
    short = next((at for at, row in enumerate(rows) if len(row) != len(lines[0])), None)
    if short is not None:
        raise RowError(
            f"each line of a .sample must have the {len(lines[0])} fields of the first",
            seen=" ".join(rows[short]),
            where=locate(path, short + 1 + _HEADER_LINES),
            remedy="write NA for what is unknown",
        )
    people = [(None if row[0] == "0" else row[0], row[1]) for row in rows]
    names = [name.lower() for name in lines[0]]
    words = [row[names.index("sex")] for row in rows] if "sex" in names else None
    return pl.DataFrame(people, schema=PEOPLE_SCHEMA, orient="row"), words, 1 + _HEADER_LINES
