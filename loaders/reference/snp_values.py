"""Annotations of SNPs from .annot files: one row an annotated SNP and category, with the value of continuous ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from loaders.builds import chromosome_expression
from loaders.errors import FormatError
from loaders.ldsc.annotation_files import match_rows, read_annot, read_bim
from loaders.manifest import StudySpec
from loaders.reference.rows import is_outside, sift
from loaders.report import Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER

ANNOT: Final = "annot"
SCHEMA: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "name": pl.String,
    "chromosome": pl.String,
    "start_bp": pl.Int64,
    "end_bp": pl.Int64,
    "value": pl.Float64,
    "rsid": pl.String,
}
_BASE: Final = "base"


def is_annot(path: Path) -> bool:
    """Tell from a file's name whether it is an .annot file."""
    return ".annot" in path.name.lower()


def read_snp_values(spec: StudySpec, build: str, ledger: RowLedger) -> pl.DataFrame:
    """Read a study's .annot files.

    Parameters
    ----------
    spec
        The study; a thin file needs the .bim of its rows (same name) among the paths.
    build
        Build of the positions.
    ledger
        The study's book; its rows are the SNPs of the files. One in no category is skipped.

    Returns
    -------
    DataFrame
        Columns of `SCHEMA`: a row for every value that is not 0; `value` is null in categories that hold only 0 and
        1. A column `base` of ones says nothing and is left out.

    Raises
    ------
    FormatError
        A thin file without .bim, or one whose rows are not the .bim's; files with other columns.
    """
    bims = {path.name.removesuffix(".bim"): path for path in spec.paths if path.suffix == ".bim"}
    parts: list[pl.DataFrame] = []
    names: list[str] = []
    for path in (path for path in spec.paths if is_annot(path)):
        table = _read_file(path, bims, spec)
        found = [name for name in table.columns if name not in ("CHR", "BP", "SNP", "CM")]
        if names and found != names:
            raise FormatError(
                "the .annot files of one study must have the same columns",
                seen=f"{', '.join(found[:6])}; before {', '.join(names[:6])}",
                where=f"{path}, {spec.where}",
                remedy="make two studies of them",
            )
        names = found
        parts.append(_unpivot(table, names, build, ledger))
    if not parts:
        raise FormatError(
            "a study of .annot files must have one", seen="none", where=spec.where, remedy="add it to paths"
        )
    return _mark_membership(pl.concat(parts), names)


def _read_file(path: Path, bims: Mapping[str, Path], spec: StudySpec) -> pl.DataFrame:
    file = read_annot(path)
    if not file.is_thin:
        return file.table
    stem = path.name.split(".annot")[0]
    if stem not in bims:
        raise FormatError(
            "a thin .annot file must come with the .bim file of its rows",
            seen=f"columns {', '.join(file.names[:6])}, no CHR, BP, SNP",
            where=f"{path}, {spec.where}",
            remedy=f"add {stem}.bim to the study's paths",
        )
    return match_rows(file.table, read_bim(bims[stem]), path)


def _unpivot(table: pl.DataFrame, names: list[str], build: str, ledger: RowLedger) -> pl.DataFrame:
    values = table.select(names).to_numpy()
    is_base = np.array([name.removesuffix("L2") == _BASE and bool((values[:, at] == 1).all())
                        for at, name in enumerate(names)])  # fmt: skip
    has_any = (values[:, ~is_base] != 0).any(axis=1)
    places = table.select(chromosome=chromosome_expression(pl.col("CHR")), position_bp="BP", rsid="SNP").with_columns(
        pl.Series("is_empty", ~has_any), pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW_NUMBER)
    )
    ledger.read(places.height)
    kept = sift(
        places,
        [
            (Refusal.UNKNOWN_CHROMOSOME, pl.col("chromosome").is_null()),
            (Refusal.BAD_POSITION, is_outside("chromosome", "position_bp", build)),
            (Skip.NO_CATEGORY, pl.col("is_empty")),
        ],
        ledger,
    )
    ledger.write(kept.height)
    values = values[(kept[ROW_NUMBER] - 1).to_numpy()]
    parts = []
    for at, name in enumerate(names):
        inside = np.flatnonzero(values[:, at]) if not is_base[at] else np.zeros(0, dtype=np.int64)
        rows = kept[inside]
        parts.append(
            rows.select(
                pl.lit(name.removesuffix("L2") or name).alias("name"), "chromosome", start_bp="position_bp",
                end_bp="position_bp", value=pl.Series(values[inside, at], dtype=pl.Float64), rsid="rsid",
            )
        )  # fmt: skip
    return pl.concat(parts).select(list(SCHEMA))


def _mark_membership(rows: pl.DataFrame, _names: list[str]) -> pl.DataFrame:
    """Take the value out of categories whose values are all 1."""
    is_binary = (pl.col("value") == 1).all().over("name")
    return rows.with_columns(value=pl.when(~is_binary).then("value"))
