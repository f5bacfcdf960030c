"""Lists of SNPs with places: which id stands at which place with which alleles."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from loaders.alleles import clean_allele_expression, pair_text_expression
from loaders.builds import canonical_build, chromosome_expression, chromosome_length_expression
from loaders.errors import BuildError, FormatError
from loaders.ldsc.chromosome_files import find_chromosome_files
from loaders.ldsc.munge_ids import PlacedIds
from loaders.manifest import StudySpec
from loaders.reference.formats import POSITIONS
from loaders.reference.rows import whole_number, with_missing_columns
from loaders.reference.source import check_build, open_sources, stream_batches
from loaders.report import RowLedger

_FIELDS: Final = ("rsid", "chromosome", "position_bp", "allele_1", "allele_2")
_SUFFIXES: Final = (
    ".bim", ".l2.ldscore.gz", ".l2.ldscore", ".l2.ldscore.parquet", ".l2.ldscore.bz2", ".bim.gz", ".vcf.gz", ".vcf",
    ".parquet", ".tsv.gz", ".tsv", ".txt.gz", ".txt",
)  # fmt: skip


def read_rsid_list(prefix: Path | str, *, build: str) -> PlacedIds:
    """Read which ids stand at which places.

    Parameters
    ----------
    prefix
        A .bim, a VCF, LD scores, or a table with columns for rsid, chromosome, position and two alleles (text or
        Parquet); a prefix of one file a chromosome (`@` for its number).
    build
        Build of the places, as its user says.

    Raises
    ------
    FormatError
        No file, columns that are missing, or no row with id and place.
    BuildError
        A header that names another build, or a place beyond its chromosome's end.
    """
    build = canonical_build(build)
    path = Path(prefix)
    paths = (path,) if path.is_file() else _split_paths(str(prefix))
    spec = StudySpec(path.name, "positions", paths, manifest=path, build=build)
    sources = open_sources(spec, POSITIONS)
    check_build(spec, sources, build, must_match=True)
    ledger = RowLedger(spec.id, spec.kind)
    parts = [_clean(batch) for batch in stream_batches(sources, spec, ledger)]
    rows = pl.concat(parts).drop_nulls(["rsid", "chromosome", "position_bp"]) if parts else pl.DataFrame()
    if not rows.height:
        raise FormatError(
            "a list of ids must have SNPs with a place",
            seen=f"{ledger.n_read:,} rows, none with id, chromosome and position",
            where=prefix,
            remedy="give a .bim, LD scores, or a table with columns rsid, chromosome, position, allele_1, allele_2",
        )
    _check_ends(rows, build, str(prefix))
    has_alleles = rows["pair"].null_count() < rows.height
    place = ["chromosome", "position_bp"]
    if has_alleles:
        table = rows.drop_nulls("pair").unique([*place, "pair"], keep="first", maintain_order=True)
    else:
        distinct = rows.unique(["rsid", *place], keep="first", maintain_order=True)
        table = distinct.filter(pl.struct(place).is_unique())
    return PlacedIds(table, has_alleles, str(prefix))


def _split_paths(prefix: str) -> tuple[Path, ...]:
    return tuple(file.path for file in find_chromosome_files(prefix, _SUFFIXES, allows_missing=True))


def _clean(batch: pl.DataFrame) -> pl.DataFrame:
    frame = with_missing_columns(batch, _FIELDS)
    first, second = (clean_allele_expression(pl.col(name)) for name in ("allele_1", "allele_2"))
    return frame.select(
        "rsid",
        chromosome=chromosome_expression(pl.col("chromosome")),
        position_bp=whole_number("position_bp"),
        pair=pair_text_expression(first, second),
    )


def _check_ends(rows: pl.DataFrame, build: str, where: str) -> None:
    beyond = rows.filter(
        pl.col("position_bp") > chromosome_length_expression(pl.col("chromosome"), pl.lit(build, dtype=pl.String))
    )
    if beyond.height:
        rsid, chromosome, position, *_ = beyond.row(0)
        raise BuildError(
            f"places must lie on their chromosome in {build}",
            seen=f"{beyond.height:,} beyond its end, such as {rsid} at {chromosome}:{position}",
            where=where,
            remedy="state the list's own build (--build)",
        )
