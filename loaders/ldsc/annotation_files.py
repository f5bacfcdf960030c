""".annot files (full and thin) and allele frequencies (.frq)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from loaders.builds import chromosome_expression
from loaders.errors import FormatError, RowError, locate
from loaders.ldsc.chromosome_files import AUTOSOMES, find_chromosome_files
from loaders.ldsc.text_writer import write_table
from loaders.ldsc.typed_tables import DataType, read_typed_table, refuse_empty, refuse_missing
from loaders.tables import ROW_NUMBER, TableHeader, TableLayout, read_batches, read_header

ANNOT_SUFFIXES: Final = (".annot.parquet", ".annot.gz", ".annot.bz2", ".annot")
FRQ_SUFFIXES: Final = (".frq", ".frq.gz", ".frq.parquet", ".afreq")
_PLACE: Final[Mapping[str, DataType]] = {"CHR": pl.String, "BP": pl.Int64, "SNP": pl.String, "CM": pl.Float64}
_BIM: Final = ("CHR", "SNP", "CM", "BP", "A1", "A2")


@dataclass(frozen=True)
class AnnotationFile:
    """Annotations of the SNPs of a reference panel.

    Attributes
    ----------
    table
        CHR, BP, SNP, CM (none of them in a thin file that was read alone), then one float64 column a name.
    names
        The annotations.
    """

    table: pl.DataFrame
    names: tuple[str, ...]

    @property
    def is_thin(self) -> bool:
        """Whether the rows do not say which SNP they are of."""
        return "SNP" not in self.table.columns


def read_annot(
    prefix: Path | str,
    *,
    snps: Mapping[str | None, pl.DataFrame] | None = None,
    chromosomes: Sequence[str] = AUTOSOMES,
    allows_missing: bool = False,
) -> AnnotationFile:
    """Read annotations.

    Parameters
    ----------
    prefix
        A file or prefix, see `find_chromosome_files`.
    snps
        For thin files: the SNPs (CHR, BP, SNP, CM) of each chromosome's file in its order; key None for one file of
        all. A full file's SNPs are compared with them.
    chromosomes, allows_missing
        See `find_chromosome_files`.

    Raises
    ------
    FormatError
        Other columns than the first file's, rows that are not the SNPs', no annotation.
    RowError, TruncatedFileError
        See `read_typed_table`; a value that is missing or not finite.
    """
    parts: list[pl.DataFrame] = []
    files = find_chromosome_files(prefix, ANNOT_SUFFIXES, chromosomes=chromosomes, allows_missing=allows_missing)
    for file in files:
        part = _read_annot_file(file.path)
        if snps is not None and file.chromosome in snps:
            part = match_rows(part, snps[file.chromosome], file.path)
        if parts and part.columns != parts[0].columns:
            raise FormatError(
                "the annotation files of one prefix must have the same columns",
                seen=f"{', '.join(part.columns[:8])}; the first has {', '.join(parts[0].columns[:8])}",
                where=file.path,
                remedy="make the files in one run",
            )
        parts.append(part)
    table = pl.concat(parts)
    return AnnotationFile(table, tuple(name for name in table.columns if name not in _PLACE))


def match_rows(annotations: pl.DataFrame, snps: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Put annotations beside the SNPs that they are of, row by row.

    Parameters
    ----------
    annotations
        Of one file; thin, or with SNP.
    snps
        CHR, BP, SNP, CM of the panel's SNPs in its order.
    path
        The file, for messages.

    Raises
    ------
    FormatError
        Another number of rows than SNPs, or another SNP in a row.
    """
    if annotations.height != snps.height:
        raise FormatError(
            "an annotation file must have one row for each SNP of the panel",
            seen=f"{annotations.height:,} rows, {snps.height:,} SNPs",
            where=path,
            remedy="make the annotation for this panel's .bim file, chromosome by chromosome",
        )
    if "SNP" in annotations.columns:
        differs = annotations["SNP"].ne_missing(snps["SNP"])
        if differs.any():
            row = int(differs.arg_true()[0])
            raise FormatError(
                "the rows of an annotation file must be the panel's SNPs in its order",
                seen=f"{annotations['SNP'][row]} where the panel has {snps['SNP'][row]}; {int(differs.sum()):,} differ",
                where=f"{path}:{row + 2}",
                remedy="sort the annotation as the .bim file is",
            )
    columns = [name for name in annotations.columns if name not in _PLACE]
    return pl.concat([snps.select(list(_PLACE)), annotations.select(columns)], how="horizontal")


def write_annot(path: Path | str, table: pl.DataFrame, *, is_thin: bool = False) -> None:
    """Write one annotation file.

    Parameters
    ----------
    path
        Ends in `.annot`, `.annot.gz` or `.annot.parquet`.
    table
        CHR, BP, SNP, CM and the annotations; whole numbers are written without a point.
    is_thin
        Leave CHR, BP, SNP and CM out.
    """
    names = [name for name in table.columns if name not in _PLACE]
    whole = [name for name in names if table[name].dtype == pl.Boolean or (table[name] % 1 == 0).all()]
    place = [] if is_thin else [pl.col(name) for name in _PLACE]
    columns = [pl.col(name).cast(pl.Int64) if name in whole else pl.col(name) for name in names]
    write_table(table.select(*place, *columns), Path(path))


def read_frq(
    prefix: Path | str, *, chromosomes: Sequence[str] = AUTOSOMES, allows_missing: bool = False
) -> pl.DataFrame:
    """Read minor allele frequencies of a panel.

    Parameters
    ----------
    prefix
        A PLINK `.frq` file or prefix (SNP, MAF; a frequency column FRQ or ALT_FREQS is folded), or Parquet.
    chromosomes, allows_missing
        See `find_chromosome_files`.

    Returns
    -------
    DataFrame
        SNP and MAF (0 to 0.5; null where it is NA), in the order of the files.

    Raises
    ------
    FormatError, RowError
        No such column, or a value outside 0 to 1.
    """
    files = find_chromosome_files(prefix, FRQ_SUFFIXES, chromosomes=chromosomes, allows_missing=allows_missing)
    return pl.concat([_read_frq_file(file.path) for file in files])


def read_bim(path: Path) -> pl.DataFrame:
    """Read the SNPs of a PLINK `.bim` file: CHR, SNP, CM, BP, A1, A2.

    Raises
    ------
    RowError
        A row with another number of fields, or without the name of its SNP.
    """
    layout = TableLayout(names=_BIM)
    header = read_header(path, layout)
    batches = list(read_batches(header, _BIM, layout=layout))
    _refuse_ragged([row for batch in batches for row in batch.ragged_rows], header)
    frame = pl.concat([batch.frame for batch in batches])
    _refuse_nameless(frame, header)
    return frame.with_columns(
        chromosome_expression(pl.col("CHR")).alias("CHR"),
        pl.col("BP").cast(pl.Int64, strict=False),
        pl.col("CM").cast(pl.Float64, strict=False),
    ).select(_BIM)


def _refuse_ragged(rows: Sequence[int], header: TableHeader) -> None:
    if rows:
        raise RowError(
            f"a row of a .bim must have {len(header.columns)} fields",
            seen=f"{len(rows)} with more or fewer",
            where=locate(header.path, rows[0] + header.line),
            remedy="mend the row; an annotation of the same rows would shift",
        )


def _refuse_nameless(frame: pl.DataFrame, header: TableHeader) -> None:
    nameless = frame.filter(pl.col("SNP").str.strip_chars().fill_null("") == "")
    if nameless.height:
        raise RowError(
            "a row of a .bim must name its SNP",
            seen=f"no name at {nameless['CHR'][0]}:{nameless['BP'][0]}",
            where=locate(header.path, nameless[ROW_NUMBER][0] + header.line),
            remedy="write the rsID, or a point where the SNP has none",
        )


def _read_annot_file(path: Path) -> pl.DataFrame:
    def choose(columns: Sequence[str]) -> Mapping[str, DataType]:
        _check_named(columns, path)
        is_thin = "SNP" not in columns
        place = {} if is_thin else {name: dtype for name, dtype in _PLACE.items() if name in columns or name != "CM"}
        return {**place, **{name: pl.Float64 for name in columns if name not in _PLACE}}

    frame = read_typed_table(path, choose, missing=("NA",))
    names = [name for name in frame.columns if name not in _PLACE]
    if not names:
        raise FormatError(
            "an annotation file must have at least one column beside CHR, BP, SNP, CM",
            seen=", ".join(frame.columns),
            where=path,
            remedy="name the annotation's column",
        )
    refuse_empty(frame, path)
    refuse_missing(frame, names, path)
    if "SNP" not in frame.columns:
        return frame
    if "CM" not in frame.columns:
        frame = frame.with_columns(CM=pl.lit(None, dtype=pl.Float64))
    refuse_missing(frame, ("CHR", "BP", "SNP"), path)
    chromosome = pl.coalesce(chromosome_expression(pl.col("CHR")), pl.col("CHR"))
    return frame.with_columns(CHR=chromosome).select(*_PLACE, *names)


def _check_named(columns: Sequence[str], path: Path) -> None:
    if "" in columns:
        raise FormatError(
            "every annotation must have a name",
            seen=f"none for column {columns.index('') + 1} of {len(columns)}",
            where=path,
            remedy="name it in the header, or remove the separator at the end of the lines",
        )


def _read_frq_file(path: Path) -> pl.DataFrame:
    frequency = ""

    def choose(columns: Sequence[str]) -> Mapping[str, DataType]:
        nonlocal frequency
        known = [name for name in ("MAF", "FRQ", "ALT_FREQS") if name in columns]
        frequency = known[0] if known else "MAF"
        return {"ID" if "ID" in columns and "SNP" not in columns else "SNP": pl.String, frequency: pl.Float64}

    frame = read_typed_table(path, choose, missing=("NA", "nan"))
    frame.columns = ["SNP", "MAF"]
    refuse_empty(frame, path)
    outside = ((frame["MAF"] < 0) | (frame["MAF"] > 1)).fill_null(value=False)
    if outside.any():
        row = int(outside.arg_true()[0])
        raise FormatError(
            "an allele frequency must be from 0 to 1",
            seen=frame["MAF"][row],
            where=f"{path}:{row + 2}",
            remedy=f"check that the column {frequency} holds frequencies",
        )
    return frame.with_columns(MAF=pl.min_horizontal("MAF", 1.0 - pl.col("MAF")))
