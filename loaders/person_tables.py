"""Tables with a row a person, as PLINK and REGENIE write them: split at blanks, tabs or commas, FID and IID first."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Final

import polars as pl

from loaders.compression import read_chunks
from loaders.errors import FormatError, RowError, locate
from loaders.text_files import read_text

PEOPLE_SCHEMA: Final = {"family": pl.String, "person": pl.String}
"""Who a row is of; the family is null where the file names none, or 0."""

_FAMILY, _PERSON = "fid", "iid"


@dataclasses.dataclass(frozen=True)
class PersonTable:
    """A table as text.

    Attributes
    ----------
    path
        Where it was read.
    people
        `PEOPLE_SCHEMA`, a row a row of the file.
    columns
        The other columns as text, named as in the header, or V1, V2, … without one.
    lines
        Line of each row, counted from 1.
    """

    path: Path
    people: pl.DataFrame
    columns: pl.DataFrame
    lines: tuple[int, ...]


def read_person_table(path: Path) -> PersonTable:
    """Read a table with or without a header.

    Parameters
    ----------
    path
        Plain or compressed. A header starts with FID or IID, with or without a #; lines with two # before it are
        passed over. Without a header the first two columns are FID and IID.

    Raises
    ------
    FormatError
        If the file is empty, has no IID, or names two columns alike.
    RowError
        If a line has another number of fields than the first.
    """
    lines = read_text(path).splitlines()
    start = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("##")), len(lines))
    if start == len(lines):
        raise FormatError("a table of people must have rows", seen="an empty file", where=path, remedy="write it again")
    separator = _separator(lines[start])
    header = [word.strip() for word in re.split(separator, lines[start].strip())]
    named = [word.lstrip("#").lower() for word in header]
    has_header = named[0] in (_FAMILY, _PERSON)
    if not has_header and len(header) < 2:
        raise FormatError(
            "a table without a header must have FID and IID first", seen=lines[start], where=path, remedy="add a header"
        )
    names = _names(header, named, path) if has_header else ["FID", "IID", *(f"V{n}" for n in range(1, len(header) - 1))]
    first = start + has_header
    columns, numbers = _split(lines[first:], separator, names, path=path, first_line=first + 1)
    return _assemble(path, columns, numbers)


def _separator(line: str) -> str:
    return r"," if "," in line else r"\t" if "\t" in line else r"\s+"


def _names(header: list[str], named: list[str], path: Path) -> list[str]:
    names = [{_FAMILY: "FID", _PERSON: "IID"}.get(low, word) for low, word in zip(named, header, strict=True)]
    if "IID" not in names:
        raise FormatError(
            "a table of people must have a column IID",
            seen=" ".join(header[:6]),
            where=path,
            remedy="name the column of the person's id IID",
        )
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise FormatError(
            "columns must have names of their own", seen=", ".join(doubled), where=path, remedy="rename one"
        )
    return names


def _split(
    lines: list[str], separator: str, names: list[str], *, path: Path, first_line: int
) -> tuple[pl.DataFrame, tuple[int, ...]]:
    rows, numbers = [], []
    for number, line in enumerate(lines, start=first_line):
        if not line.strip():
            continue
        fields = [field.strip() for field in re.split(separator, line.strip() if separator == r"\s+" else line)]
        if len(fields) != len(names):
            raise RowError(
                f"each line must have the {len(names)} fields of the first",
                seen=f"{len(fields)} fields: {line[:80]}",
                where=locate(path, number),
                remedy="write NA for what is unknown, and no blanks within a field",
            )
        rows.append(fields)
        numbers.append(number)
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), tuple(numbers)


def _assemble(path: Path, table: pl.DataFrame, lines: tuple[int, ...]) -> PersonTable:
    given = pl.col("FID") if "FID" in table.columns else pl.lit(None, pl.String)
    people = table.select(family=pl.when(~given.is_in(["0", ""])).then(given), person=pl.col("IID"))
    if people["person"].is_in(["", "NA"]).any():
        row = int(people["person"].is_in(["", "NA"]).arg_max() or 0)
        raise RowError(
            "each row must have an IID", seen="nothing", where=locate(path, lines[row]), remedy="name the person"
        )
    return PersonTable(path, people, table.drop("FID", "IID", strict=False), lines)


def read_words(path: Path) -> list[str]:
    """Read a list of ids, one a line (further fields are passed over), such as PLINK's ``--extract`` takes.

    Raises
    ------
    FormatError
        If the file is empty.
    """
    lines = b"".join(read_chunks(path)).decode("utf-8-sig", errors="replace").splitlines()
    words = [line.split()[0] for line in lines if line.strip()]
    if not words:
        raise FormatError("a list must name something", seen="an empty file", where=path, remedy="fill it")
    return words


def read_people_list(path: Path) -> pl.DataFrame:
    """Read who to keep or remove: FID and IID a line, or one IID a line, with or without a header.

    Parameters
    ----------
    path
        Plain or compressed; further columns are passed over.

    Returns
    -------
    pl.DataFrame
        `PEOPLE_SCHEMA`.

    Raises
    ------
    FormatError
        If the file is empty.
    """
    text = read_text(path)
    if not text.strip():
        raise FormatError("a list of people must name someone", seen="an empty file", where=path, remedy="fill it")
    width = {len(line.split()) for line in text.splitlines() if line.strip()}
    if width == {1}:
        names = [line.strip() for line in text.splitlines() if line.strip()]
        kept = names[1:] if names[0].lstrip("#").upper() == "IID" else names
        return pl.DataFrame({"family": [None] * len(kept), "person": kept}, schema=PEOPLE_SCHEMA)
    return read_person_table(path).people
