"""BGEN 1.1 to 1.3: expected copies of one allele from genotype probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import numpy as np
import polars as pl
from bgen import BgenReader, BgenVar
from numpy.typing import NDArray

from loaders.builds import chromosome_expression
from loaders.dosages.source import DOSAGE_VARIANT_SCHEMA, DosageFile, IndexArray, ReadVariants, named_pseudo_autosomal
from loaders.errors import FormatError, RowError, TruncatedFileError, locate
from loaders.person_tables import PEOPLE_SCHEMA
from loaders.text_files import read_text

EffectAllele = Literal["first", "second"]
_SAMPLE_HEADER_LINES: Final = 2
_DIPLOID: Final = 2


def open_bgen_dosages(path: Path, *, sample: Path | None = None, effect_allele: EffectAllele = "first") -> DosageFile:
    """Open a .bgen.

    Parameters
    ----------
    path
        The .bgen.
    sample
        Oxford's .sample with two header lines, ID_1 and ID_2 first; None for the ids inside the .bgen, which name no
        family.
    effect_allele
        Which of the two alleles is counted, and so allele 1: the format does not say. ``first`` as REGENIE does,
        ``second`` for files whose first allele is the reference (``--ref-first`` there).

    Raises
    ------
    FormatError
        If the file is no .bgen, a variant has more than two alleles, or people are not named or too many.
    TruncatedFileError
        If the file ends before its variants do.
    RowError
        If a line of the .sample is broken.
    """
    if effect_allele not in ("first", "second"):
        raise FormatError("the effect allele is the first or the second", seen=effect_allele, remedy="choose one")
    reader = _open(path)
    people = _people(reader, path, sample)
    variants, is_par = _variants(reader, path, effect_allele)

    def open_people(chosen: IndexArray | None) -> ReadVariants:
        opened = _open(path)
        return lambda index: _read(opened, index, chosen, path=path, is_first=effect_allele == "first")

    return DosageFile(path, people, variants, open_people, is_par)


def _open(path: Path) -> BgenReader:
    try:
        return BgenReader(str(path))
    except (ValueError, OSError) as error:
        raise FormatError(
            "a .bgen must be readable", seen=error, where=path, remedy="check the path, or make the file again"
        ) from error


def _people(reader: BgenReader, path: Path, sample: Path | None) -> pl.DataFrame:
    n_people = int(reader.header.nsamples)
    if sample is not None:
        people = _read_sample(sample)
    elif reader.header.has_sample_ids:
        people = pl.DataFrame({"family": [None] * n_people, "person": list(reader.samples)}, schema=PEOPLE_SCHEMA)
    else:
        raise FormatError("people must be named", seen="no ids in the .bgen", where=path, remedy="give its .sample")
    if people.height != n_people:
        raise FormatError(
            f"a .sample must name the {n_people:,} people of the .bgen",
            seen=f"{people.height:,}",
            where=sample,
            remedy="give the .sample that belongs to it",
        )
    return people


def _read_sample(path: Path) -> pl.DataFrame:
    lines = read_text(path).splitlines()
    rows = []
    for number, line in enumerate(lines[_SAMPLE_HEADER_LINES:], start=_SAMPLE_HEADER_LINES + 1):
        fields = line.split()
        if len(fields) == 1:
            raise RowError(
                "a line of a .sample must have ID_1 and ID_2", seen=line, where=locate(path, number), remedy="add ID_2"
            )
        if fields:
            rows.append((None if fields[0] == "0" else fields[0], fields[1]))
    return pl.DataFrame(rows, schema=PEOPLE_SCHEMA, orient="row")


def _variants(
    reader: BgenReader, path: Path, effect_allele: EffectAllele
) -> tuple[pl.DataFrame, NDArray[np.bool_] | None]:
    try:
        seen = [(str(found.chrom), found.rsid, int(found.pos), found.alleles) for found in reader]
    except (ValueError, OSError, IndexError) as error:
        raise _truncated(path, error) from error
    if len(seen) != int(reader.header.nvariants):
        raise _truncated(path, f"{len(seen):,} of {reader.header.nvariants:,} variants")
    for _, rsid, _, names in seen:
        if len(names) != 2:
            raise FormatError(
                "each variant must have two alleles",
                seen=f"{rsid} with {', '.join(names)}",
                where=path,
                remedy="leave it out (bgenix, qctool) or split it",
            )
    first = effect_allele == "second"
    rows = [(name, rsid, position, names[first], names[not first]) for name, rsid, position, names in seen]
    named = pl.DataFrame(rows, schema=DOSAGE_VARIANT_SCHEMA, orient="row")
    is_par = named_pseudo_autosomal(named["chromosome"])
    return named.with_columns(chromosome=chromosome_expression(pl.col("chromosome"))), is_par


def _read(
    reader: BgenReader, index: IndexArray, people: IndexArray | None, *, path: Path, is_first: bool
) -> NDArray[np.float32]:
    n_people = int(reader.header.nsamples) if people is None else people.size
    block = np.empty((index.size, n_people), np.float32)
    for row, at in enumerate(index):
        try:
            dosage = _of_two_copies(reader[int(at)])
        except (ValueError, OSError, IndexError) as error:
            raise _truncated(path, error) from error
        block[row] = dosage if people is None else dosage[people]
    if is_first:
        np.subtract(2.0, block, out=block)
    return block


def _of_two_copies(variant: BgenVar) -> NDArray[np.float32]:
    """Dosages of the second allele on the scale of 0 to 2, also of those with one copy of the chromosome."""
    ploidy = variant.ploidy
    if (ploidy == _DIPLOID).all():
        return np.asarray(variant.alt_dosage)
    return np.asarray(variant.alt_dosage * (_DIPLOID / np.maximum(ploidy, 1)), np.float32)


def _truncated(path: Path, seen: object) -> TruncatedFileError:
    return TruncatedFileError(
        "a .bgen must hold as many variants as its header says",
        seen=seen,
        where=path,
        remedy="the file was cut or damaged: copy it again",
    )
