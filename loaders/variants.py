"""What a variant id says: rs number, name, position (formats.md, decision 5), or several variants in one cell."""

from __future__ import annotations

from typing import Final

import polars as pl

from loaders.builds import BUILD_SYNONYMS, chromosome_expression

# 17:44061023, chr10:100153915:SNP, 1_64764_C_T_b38, hg18_chr11:27369242, 16-78042454, ch2:211694960
_POSITION_ID: Final = (
    r"(?i)^(?:(hg\d\d|b3\d|grch3\d)[_:])?(?:chr?)?(\d{1,2}|X|Y|XY|MT?)[:_-](\d+)"
    r"(?:[:_/-]([ACGTDI]+)[:_/>-]([ACGTDI]+)|[:_](?:SNP|INDEL|SNV|D|I))?(?:_(hg\d\d|b3\d|grch3\d))?$"
)
# rs123, RS123, rs123:1234:A:G, rs123_A; a single letter behind the number is a paper's own mark (rs4460079b)
_RS_ID: Final = r"(?i)^(rs\d+)(?:[A-Za-z]|[:_;-].*)?$"
_RS_ID_PLAIN: Final = r"^rs\d+$"
_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]{1,59}$"
_MULTI: Final = r"(?i)[;,]|\s+x\s+|rs\d+\s+\S"
_BUILDS: Final = {word: build for build, words in BUILD_SYNONYMS.items() for word in words}


def parse_variant_ids(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Read a column of variant ids.

    Parameters
    ----------
    frame
        A table with the id column: cleaned text, null where missing.
    column
        Its name.

    Returns
    -------
    DataFrame
        Row by row: `rsid` (rs number in lower case, or a probe's name), `id_chromosome`, `id_position_bp`,
        `id_allele_1`, `id_allele_2` (in the id's order), `id_build` (where the id states one), and the claims
        `is_multi_snp`, `is_unreadable`, `is_repaired` (a rs number with something behind it), `is_named` (no rs
        number).
    """
    text = pl.col(column)
    place = text.str.extract_groups(_POSITION_ID)
    parts = frame.select(id=text, place=place).select(
        "id",
        id_build=pl.coalesce(pl.col("place").struct[0], pl.col("place").struct[5])
        .str.to_lowercase()
        .replace_strict(_BUILDS, default=None, return_dtype=pl.String),
        id_chromosome=chromosome_expression(pl.col("place").struct[1]),
        id_position_bp=pl.col("place").struct[2].cast(pl.Int64, strict=False),
        id_allele_1=pl.col("place").struct[3].str.to_uppercase(),
        id_allele_2=pl.col("place").struct[4].str.to_uppercase(),
        rs=pl.col("id").str.extract(_RS_ID, 1).str.to_lowercase(),
    )
    return parts.with_columns(is_multi_snp=_claim(pl.col("id").str.contains(_MULTI))).select(
        rsid=pl.coalesce(pl.when(~pl.col("is_multi_snp")).then(pl.col("rs")), pl.when(_is_name()).then(pl.col("id"))),
        id_chromosome="id_chromosome",
        id_position_bp="id_position_bp",
        id_allele_1="id_allele_1",
        id_allele_2="id_allele_2",
        id_build="id_build",
        is_multi_snp="is_multi_snp",
        is_unreadable=pl.col("id").is_not_null() & ~_is_name() & ~_is_place() & pl.col("rs").is_null(),
        is_repaired=_claim(pl.col("rs").is_not_null() & ~pl.col("id").str.to_lowercase().str.contains(_RS_ID_PLAIN)),
        is_named=_claim(_is_name()),
    )


def _is_place() -> pl.Expr:
    return pl.col("id_chromosome").is_not_null() & pl.col("id_position_bp").is_not_null()


def _is_name() -> pl.Expr:
    """A probe's or assay's name, such as kgp4580976: letters and digits both, no rs number, no position."""
    text = pl.col("id")
    has_both = text.str.contains(r"[A-Za-z]") & text.str.contains(r"\d")
    return _claim(text.str.contains(_NAME) & has_both & pl.col("rs").is_null() & ~_is_place())


def _claim(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(value=False)
