"""PLINK 2: dosages of a .pgen as copies of the alternative allele."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pgenlib
import polars as pl
from numpy.typing import NDArray

from loaders.builds import chromosome_expression
from loaders.compression import read_chunks
from loaders.dosages.source import (
    DOSAGE_VARIANT_SCHEMA,
    DosageFile,
    IndexArray,
    ReadVariants,
    is_run,
    named_pseudo_autosomal,
)
from loaders.errors import FormatError, RowError, TruncatedFileError, locate
from loaders.person_tables import read_person_table
from loaders.tables import refuse_zero_bytes

_MISSING: Final = -9.0
_COLUMNS: Final = {"#CHROM": "chromosome", "POS": "position_bp", "ID": "rsid", "REF": "allele_2", "ALT": "allele_1"}


def open_pgen_dosages(pgen: Path) -> DosageFile:
    """Open a .pgen with the .pvar (or .pvar.zst) and .psam beside it; allele 1 is ALT, allele 2 REF.

    Parameters
    ----------
    pgen
        The .pgen.

    Raises
    ------
    FormatError
        If a file is missing, a variant has more than two alleles, or the numbers of variants or people do not fit.
    RowError
        If a position is no number, or a line lacks a field.
    """
    pvar = _beside(pgen, (".pvar", ".pvar.zst"))
    psam = _beside(pgen, (".psam",))
    people = read_person_table(psam).people
    variants, is_par = _read_pvar(pvar)
    _open(pgen, people.height, variants.height, None).close()

    def open_people(chosen: IndexArray | None) -> ReadVariants:
        ordered = None if chosen is None else np.unique(chosen)
        back = None if chosen is None or ordered is None else np.searchsorted(ordered, chosen)
        is_whole = back is None or bool((back == np.arange(back.size)).all())
        reader = _open(pgen, people.height, variants.height, ordered)
        n_people = people.height if ordered is None else ordered.size

        def read(index: IndexArray) -> NDArray[np.float32]:
            block = _read(reader, index, n_people, pgen)
            return block if is_whole else block[:, back]

        return read

    return DosageFile(pgen, people, variants, open_people, is_par)


def _beside(pgen: Path, endings: tuple[str, ...]) -> Path:
    for path in (pgen.with_suffix(ending) for ending in endings):
        if path.is_file() and pgen.is_file():
            return path
    raise FormatError(
        "PLINK 2 genotypes are a .pgen, .pvar (or .pvar.zst) and .psam with one name",
        seen=f"no {pgen.name}" if not pgen.is_file() else f"no {pgen.with_suffix(endings[0]).name}",
        where=pgen.parent,
        remedy="put the missing file beside the others",
    )


def _read_pvar(path: Path) -> tuple[pl.DataFrame, NDArray[np.bool_] | None]:
    text = b"".join(read_chunks(path))
    start = next((line for line in text.splitlines() if line.strip() and not line.startswith(b"##")), b"")
    if not start.startswith(b"#CHROM"):
        raise FormatError(
            "a .pvar must have a header that starts with #CHROM",
            seen=start[:60].decode("utf-8", "replace"),
            where=path,
            remedy="make it again with plink2 --make-pgen",
        )
    refuse_zero_bytes(text, path)
    try:
        rows = pl.read_csv(text, separator="\t", comment_prefix="##", infer_schema=False, quote_char=None)
    except pl.exceptions.PolarsError as error:
        raise RowError(
            "each line of a .pvar must have the fields of its header, in UTF-8",
            seen=str(error).splitlines()[0],
            where=path,
            remedy="make it again with plink2 --make-pgen",
        ) from error
    _check_columns(rows.columns, path)
    _refuse_short(rows, text[: text.find(b"\n" + start) + 1].count(b"\n") + 2, path)
    several = rows.filter(pl.col("ALT").str.contains(",", literal=True))
    if several.height:
        raise FormatError(
            "each variant must have two alleles",
            seen=f"{several.height} with more, the first {several['ID'][0]} ({several['REF'][0]}, {several['ALT'][0]})",
            where=path,
            remedy="split them with plink2 --make-pgen multiallelics=-, or leave them out with --max-alleles 2",
        )
    named = rows.rename(_COLUMNS).with_columns(
        chromosome=chromosome_expression(pl.col("chromosome")),
        position_bp=pl.col("position_bp").cast(pl.Int64, strict=False),
    )
    if named["position_bp"].null_count():
        row = int(named["position_bp"].is_null().arg_max() or 0)
        raise RowError("POS must be a number", seen=rows["POS"][row], where=path, remedy=f"correct {rows['ID'][row]}")
    return named.select(DOSAGE_VARIANT_SCHEMA.keys()), named_pseudo_autosomal(rows["#CHROM"])


def _check_columns(names: list[str], path: Path) -> None:
    wrong = [f"no {name}" for name in _COLUMNS if name not in names]
    wrong += [f"{name} twice" for name in _COLUMNS if f"{name}_duplicated_0" in names]  # as polars calls the second
    if wrong:
        raise FormatError(
            "a .pvar must have #CHROM, POS, ID, REF and ALT",
            seen=", ".join(wrong),
            where=path,
            remedy="make it again with plink2 --make-pgen",
        )


def _refuse_short(rows: pl.DataFrame, first_line: int, path: Path) -> None:
    """Refuse a variant with an empty field; polars fills up short lines with such."""
    is_short = rows.select(pl.any_horizontal(pl.col(*_COLUMNS).is_null())).to_series()
    if is_short.any():
        row = int(is_short.arg_max() or 0)
        raise RowError(
            "each line of a .pvar must have the fields of its header",
            seen=" ".join(word or "nothing" for word in rows.select(*_COLUMNS).row(row)),
            where=locate(path, row + first_line),
            remedy="make it again with plink2 --make-pgen",
        )


def _open(pgen: Path, n_people: int, n_variants: int, subset: IndexArray | None) -> pgenlib.PgenReader:
    try:
        return pgenlib.PgenReader(
            str(pgen).encode(),
            raw_sample_ct=n_people,
            variant_ct=n_variants,
            sample_subset=None if subset is None else subset.astype(np.uint32),
        )
    except RuntimeError as error:
        raise FormatError(
            f"a .pgen must hold the {n_people:,} people of the .psam and the {n_variants:,} variants of the .pvar",
            seen=_message(error),
            where=pgen,
            remedy="the files do not belong together, or the .pgen is damaged: copy all three again",
        ) from error


def _read(reader: pgenlib.PgenReader, index: IndexArray, n_people: int, pgen: Path) -> NDArray[np.float32]:
    block = np.empty((index.size, n_people), np.float32)
    try:
        if is_run(index):
            reader.read_dosages_range(int(index[0]), int(index[-1]) + 1, block)
        else:
            reader.read_dosages_list(index.astype(np.uint32), block)
    except RuntimeError as error:
        raise TruncatedFileError(
            "a .pgen must hold every variant of its .pvar",
            seen=_message(error),
            where=pgen,
            remedy="the file was cut or damaged: copy it again",
        ) from error
    block[block == _MISSING] = np.nan
    return block


def _message(error: RuntimeError) -> str:
    text = error.args[0] if error.args else ""
    return (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)).strip()
