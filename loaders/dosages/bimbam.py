"""BIMBAM mean genotypes: a line a SNP with id, two alleles and each person's dosage of the first, held in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.builds import chromosome_expression
from loaders.compression import read_chunks
from loaders.dosages.source import DOSAGE_VARIANT_SCHEMA, DosageFile, IndexArray, ReadVariants
from loaders.errors import FormatError, RowError, locate
from loaders.person_tables import PEOPLE_SCHEMA
from loaders.text_files import read_text

_FIELDS_BEFORE: Final = 3
_MISSING: Final = ("NA", "na", "NaN", "nan")


def open_bimbam_dosages(
    path: Path, *, annotation: Path | None = None, people: pl.DataFrame | None = None
) -> DosageFile:
    """Read mean genotypes; the dosages stay in memory, 4 bytes each.

    Parameters
    ----------
    path
        Fields between commas or blanks; plain or compressed.
    annotation
        SNP id, position and chromosome a line, as GEMMA's ``-a`` takes it; None leaves both null.
    people
        Who the columns are (`PEOPLE_SCHEMA`), since the format does not say; None for persons 1, 2, ….

    Raises
    ------
    FormatError
        If the file is empty, or has another number of people.
    RowError
        If lines differ in length, or a dosage is no number between 0 and 2.
    """
    rows, dosages = _read_rows(_joined_fields(path), path)
    n_people = dosages.shape[1]
    if people is None:
        people = pl.DataFrame({"family": [None] * n_people, "person": _numbered(n_people)}, schema=PEOPLE_SCHEMA)
    if people.height != n_people:
        raise FormatError(
            "there must be a name for each column of dosages",
            seen=f"{people.height:,} people for {n_people:,} columns",
            where=path,
            remedy="give the people of this file, in its order",
        )
    variants = _annotated(rows, annotation)

    def open_people(chosen: IndexArray | None) -> ReadVariants:
        return lambda index: dosages[index] if chosen is None else dosages[np.ix_(index, chosen)]

    return DosageFile(path, people, variants, open_people)


def _numbered(n_people: int) -> list[str]:
    return [str(number) for number in range(1, n_people + 1)]


def _joined_fields(path: Path) -> bytes:
    """The file with single commas between fields."""
    text = b"".join(read_chunks(path))
    if not text.strip():
        raise FormatError("a file of mean genotypes must have lines", seen="none", where=path, remedy="write it again")
    if b"," in text[: text.find(b"\n")]:
        return text.replace(b" ", b"").replace(b"\t", b"")
    return b"\n".join(b",".join(line.split()) for line in text.splitlines())


def _read_rows(text: bytes, path: Path) -> tuple[pl.DataFrame, NDArray[np.float32]]:
    """Id and alleles, and the dosages."""
    n_fields = text[: (text + b"\n").find(b"\n")].count(b",") + 1
    if n_fields <= _FIELDS_BEFORE:
        raise FormatError("a line must have dosages", seen=f"{n_fields} fields", where=path, remedy="write it again")
    names = ["rsid", "allele_1", "allele_2", *(f"person_{at}" for at in range(1, n_fields - _FIELDS_BEFORE + 1))]
    schema = {name: pl.String if at < _FIELDS_BEFORE else pl.Float32 for at, name in enumerate(names)}
    try:
        rows = pl.read_csv(text, has_header=False, schema=schema, null_values=list(_MISSING), quote_char=None)
    except pl.exceptions.PolarsError as error:
        raise RowError(
            "each line must have as many fields as the first, dosages as numbers or NA",
            seen=str(error).splitlines()[0],
            where=path,
            remedy="write it again",
        ) from error
    dosages = np.ascontiguousarray(rows.select(names[_FIELDS_BEFORE:]).fill_null(np.nan).to_numpy(), np.float32)
    bad = (dosages < 0.0) | (dosages > 2.0)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise RowError(
            "a dosage must lie between 0 and 2, or be NA",
            seen=f"{dosages[row, column]:g} for person {column + 1}",
            where=locate(path, int(row) + 1),
            remedy="correct it",
        )
    found = rows.select(names[:_FIELDS_BEFORE])
    if (nameless := found["rsid"].is_null()).any():
        raise RowError(
            "each line must have a SNP's id", seen="nothing", where=locate(path, int(nameless.arg_true()[0]) + 1),
            remedy="name it",
        )  # fmt: skip
    return found, dosages


def _annotated(variants: pl.DataFrame, annotation: Path | None) -> pl.DataFrame:
    if annotation is None:
        unknown = {"chromosome": pl.lit(None, pl.String), "position_bp": pl.lit(None, pl.Int64)}
        return variants.with_columns(**unknown).select(DOSAGE_VARIANT_SCHEMA.keys())
    rows = []
    for number, line in enumerate(read_text(annotation).splitlines(), start=1):
        fields = line.replace(",", " ").split()
        if fields and len(fields) < 3:
            raise RowError(
                "a line must have SNP, position and chromosome",
                seen=line,
                where=locate(annotation, number),
                remedy="write NA for what is unknown",
            )
        if fields:
            rows.append(fields[:3])
    places = pl.DataFrame(rows, schema=dict.fromkeys(("rsid", "position_bp", "chromosome"), pl.String), orient="row")
    placed = places.unique("rsid", keep="first", maintain_order=True).with_columns(
        chromosome=chromosome_expression(pl.col("chromosome")),
        position_bp=pl.col("position_bp").cast(pl.Int64, strict=False),
    )
    return variants.join(placed, on="rsid", how="left", maintain_order="left").select(DOSAGE_VARIANT_SCHEMA.keys())
