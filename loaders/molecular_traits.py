"""Molecular traits of people: expression or methylation tables of eQTL programs, a row a trait, a column a person."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.builds import chromosome_expression
from loaders.errors import FormatError, RowError, locate
from loaders.person_tables import PEOPLE_SCHEMA
from loaders.phenotypes import MISSING_WORDS, TraitTable
from loaders.tables import ROW_NUMBER, TableHeader, read_batches, read_header
from loaders.targets import canonical_gene

FloatArray = NDArray[np.float64]

_CHROMOSOME: Final = ("#chr", "chr", "#chrom", "chrom", "chromosome", "#chromosome")
_START: Final = ("start",)
_END: Final = ("end",)
_POSITION: Final = ("coord", "position", "position_bp", "pos", "tss", "mapinfo")
_STRAND: Final = ("strand", "strd", "strnd")
_NAME: Final = ("gene_id", "phenotype_id", "pid", "targetid", "trait", "trait_id", "id", "cpg", "gene", "geneid")
_NO_PERSON: Final = (
    "gid", "group_id", "grp", "gene_symbol", "gene_name", "gene_type", "symbol", "score", "length", "info", "biotype",
    "transcript_id", "name", "description",
)  # fmt: skip
"""Other columns of such tables that are never people, in lower case."""


@dataclasses.dataclass(frozen=True)
class MolecularTraits:
    """Values of many traits.

    Attributes
    ----------
    path
        Where they were read.
    names
        Of the traits, no one twice, ``[t]``.
    chromosomes
        As `loaders.builds` writes them; None where the table names no place, ``[t]``.
    positions
        1-based base pair of each (a gene's start of transcription, a CpG); 0 where unknown, ``[t]``.
    people
        Ids of the columns.
    values
        ``[people, t]``, NaN where missing.
    columns
        The table's other columns, as text, a row a trait.
    lines
        Line (Parquet: row) of each trait, counted from 1.
    n_parts
        Rows of the table that each trait is the sum of, ``[t]``.
    counts
        Rows read, and those left out by reason.
    """

    path: Path
    names: tuple[str, ...]
    chromosomes: tuple[str | None, ...]
    positions: NDArray[np.int64]
    people: tuple[str, ...]
    values: FloatArray
    columns: pl.DataFrame
    lines: tuple[int, ...]
    n_parts: NDArray[np.int64]
    counts: Mapping[str, int]

    @property
    def n_traits(self) -> int:
        """Traits."""
        return len(self.names)

    def as_table(self) -> TraitTable:
        """The same values as a table of people, by which they are matched with genotypes: IIDs without families."""
        people = pl.DataFrame({"family": [None] * len(self.people), "person": self.people}, schema=PEOPLE_SCHEMA)
        n_missing = np.isnan(self.values).sum(axis=0)
        return TraitTable(self.path, people, self.names, self.values, n_missing, np.zeros(self.n_traits, np.int64))

    def take(self, chosen: NDArray[np.int64]) -> MolecularTraits:
        """Some of the traits, in the order of `chosen`."""
        rows = chosen.tolist()
        return dataclasses.replace(
            self,
            names=tuple(self.names[row] for row in rows),
            chromosomes=tuple(self.chromosomes[row] for row in rows),
            positions=self.positions[chosen],
            values=self.values[:, chosen],
            columns=self.columns[chosen],
            lines=tuple(self.lines[row] for row in rows),
            n_parts=self.n_parts[chosen],
        )


def read_molecular_traits(path: Path, *, other_columns: Sequence[str] = ()) -> MolecularTraits:
    """Read a table of molecular traits.

    Parameters
    ----------
    path
        A row a trait, a column a person; text (plain or compressed) or Parquet. The BED of FastQTL, QTLtools and
        tensorQTL (#chr, start, end, id, then people; 0-based half-open, so that start = TSS - 1), or an id first and,
        if there are places, columns such as Chr and Coord (1-based). Of an interval of several bases the first counts,
        with a strand of - the last.
    other_columns
        Columns that are neither people nor among those known by name (strand, gid, Gene_Symbol, …).

    Raises
    ------
    FormatError
        If a column is missing or doubled, or a trait has two rows.
    RowError
        If a value is no number, or a place none.
    """
    header = read_header(path)
    roles = _find_roles(header, other_columns)
    people = tuple(name for name in header.columns if name not in roles.values())
    if not people:
        raise FormatError(
            "a table of molecular traits must have a column a person",
            seen=", ".join(header.columns[:8]),
            where=path,
            remedy="give a table with traits in rows and people in columns",
        )
    frame, rows = _read_frame(header)
    lines = tuple(header.line + row for row in rows)
    texts = [name for name in header.columns if name not in set(people)]
    columns = frame.select(pl.col(name).cast(pl.String).str.strip_chars() for name in texts)
    names = _read_names(columns[roles["name"]], path, lines)
    chromosomes, positions = _read_places(columns, roles, path, lines)
    return MolecularTraits(
        path,
        names,
        chromosomes,
        positions,
        people,
        _read_values(frame, people, (path, names, lines)),
        columns,
        lines,
        np.ones(len(names), np.int64),
        {"n_rows": len(names)},
    )


def _find_roles(header: TableHeader, other_columns: Sequence[str]) -> dict[str, str]:
    """Columns by their role: name, chromosome, start, end, position, strand; the others by themselves."""
    doubled = sorted({name for name in header.columns if header.columns.count(name) > 1})
    where = locate(header.path, header.line or None)
    if doubled:
        raise FormatError(
            "each column must have a name of its own, and each person one column",
            seen=f"{doubled[0]} twice ({len(doubled)} names several times)",
            where=where,
            remedy="leave one column a person",
        )
    lacking = [name for name in other_columns if name not in header.columns]
    if lacking:
        raise FormatError(
            "the table of traits must have the columns asked for", seen=f"no {', '.join(lacking)}", where=where,
            remedy=f"choose among {', '.join(header.columns[:8])}, …",
        )  # fmt: skip
    low = {name.lower(): name for name in reversed(header.columns)}
    wanted = {
        "chromosome": _CHROMOSOME, "start": _START, "end": _END, "position": _POSITION, "strand": _STRAND,
    }  # fmt: skip
    roles = {role: low[name] for role, names in wanted.items() for name in reversed(names) if name in low}
    if "start" not in roles or "end" not in roles:
        roles.pop("start", None)
    is_bed = {"chromosome", "start", "end"} <= set(roles)
    named = next((low[name] for name in _NAME if name in low and low[name] not in roles.values()), None)
    fourth = header.columns[3] if is_bed and len(header.columns) > 3 else None
    roles["name"] = fourth or (header.columns[0] if header.columns[0] not in roles.values() else named) or ""
    if not roles["name"] or roles["name"] in {roles.get(role) for role in wanted}:
        raise FormatError(
            "a table of molecular traits must have their ids in the first column, or in the fourth of a BED",
            seen=", ".join(header.columns[:6]),
            where=where,
            remedy="write #chr, start, end, id and then the people, or the id and then the people",
        )
    known = {low[name] for name in (*_NAME, *_NO_PERSON) if name in low} | set(other_columns)
    return {**roles, **{name: name for name in known if name not in roles.values()}}


def _read_frame(header: TableHeader) -> tuple[pl.DataFrame, list[int]]:
    parts = []
    for batch in read_batches(header):
        if batch.ragged_rows:
            raise RowError(
                f"each line must have the {len(header.columns)} fields of the header",
                seen=f"another number ({len(batch.ragged_rows)} lines)",
                where=locate(header.path, header.line + batch.ragged_rows[0]),
                remedy="write NA for what is unknown",
            )
        parts.append(batch.frame)
    frame = pl.concat(parts) if parts else pl.DataFrame()
    if not frame.height:
        raise FormatError(
            "a table of molecular traits must have rows", seen="a header alone", where=header.path,
            remedy="write it again",
        )  # fmt: skip
    return frame.drop(ROW_NUMBER), frame[ROW_NUMBER].to_list()


def _read_names(names: pl.Series, path: Path, lines: Sequence[int]) -> tuple[str, ...]:
    """Ids of the traits, each once; of genes the version does not count."""
    empty = names.is_null() | names.is_in(["", "NA", "."])
    if empty.any():
        row = int(empty.arg_max() or 0)
        raise RowError("each trait must have an id", seen="nothing", where=locate(path, lines[row]), remedy="name it")
    first: dict[str, int] = {}
    for row, name in enumerate(names.to_list()):
        before = first.setdefault(canonical_gene(name), row)
        if before != row:
            raise FormatError(
                "a trait must have one row",
                seen=f"{names[before]} at line {lines[before]}, {name} at line {lines[row]}",
                where=path,
                remedy="leave one row a trait, or sum rows of transcripts to genes (give ids of their own first)",
            )
    return tuple(names.to_list())


def _read_places(
    columns: pl.DataFrame, roles: Mapping[str, str], path: Path, lines: Sequence[int]
) -> tuple[tuple[str | None, ...], NDArray[np.int64]]:
    """Chromosome and 1-based position of each trait."""
    n = columns.height
    if "chromosome" not in roles or not ({"start", "position"} & set(roles)):
        return (None,) * n, np.zeros(n, np.int64)
    chromosomes = columns.select(chromosome_expression(pl.col(roles["chromosome"]))).to_series()
    if "start" in roles:
        positions = _bed_positions(columns, roles, path, lines)
    else:
        positions = _whole(columns[roles["position"]], "a position", 1, (path, lines))
    is_placed = chromosomes.is_not_null().to_numpy()
    return tuple(chromosomes.to_list()), np.where(is_placed, positions, 0)


def _bed_positions(
    columns: pl.DataFrame, roles: Mapping[str, str], path: Path, lines: Sequence[int]
) -> NDArray[np.int64]:
    start = _whole(columns[roles["start"]], "the start of a BED interval", 0, (path, lines))
    end = _whole(columns[roles["end"]], "the end of a BED interval", 0, (path, lines))
    bad = np.flatnonzero(end <= start)
    if bad.size:
        raise RowError(
            "a BED interval ends after its start (0-based, half-open)",
            seen=f"{start[bad[0]]} to {end[bad[0]]}",
            where=locate(path, lines[bad[0]]),
            remedy="write TSS - 1 as start and TSS as end",
        )
    if "strand" not in roles:
        return start + 1
    is_reverse = columns[roles["strand"]].is_in(["-", "-1"]).fill_null(value=False).to_numpy()
    return np.where(is_reverse, end, start + 1)


def _whole(column: pl.Series, what: str, least: int, where: tuple[Path, Sequence[int]]) -> NDArray[np.int64]:
    numbers = column.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    bad = numbers.is_null() | (numbers < least).fill_null(value=True)
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise RowError(
            f"{what} must be a whole number of {least} or more",
            seen=column[row],
            where=locate(where[0], where[1][row]),
            remedy="correct it, or leave the trait out",
        )
    return numbers.to_numpy()


def _read_values(
    frame: pl.DataFrame, people: Sequence[str], about: tuple[Path, Sequence[str], Sequence[int]]
) -> FloatArray:
    """Numbers ``[people, traits]``."""
    values = np.empty((len(people), frame.height))
    for at, person in enumerate(people):
        column = frame[person]
        words = column.cast(pl.String).str.strip_chars() if column.dtype == pl.String else None
        numbers = (column if words is None else words).cast(pl.Float64, strict=False)
        is_missing = column.is_null() | (numbers.is_nan() if words is None else words.is_in(MISSING_WORDS))
        bad = ~is_missing.fill_null(value=True) & (numbers.is_null() | ~numbers.is_finite().fill_null(value=False))
        if bad.any():
            _refuse_value(column, person, int(bad.arg_max() or 0), about)
        values[at] = numbers.fill_null(np.nan).to_numpy()
        values[at, is_missing.fill_null(value=True).to_numpy()] = np.nan
    return values


def _refuse_value(column: pl.Series, person: str, row: int, about: tuple[Path, Sequence[str], Sequence[int]]) -> None:
    path, names, lines = about
    raise RowError(
        "a value of a molecular trait must be a number, or NA",
        seen=f"{column[row]} ({names[row]}, column {person})",
        where=locate(path, lines[row]),
        remedy="correct it; of a column that is no person say so (other columns)",
    )
