"""The columns of the normalised evidence table, and the identity of a row's variant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

EVIDENCE_SCHEMA: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "row_number": pl.Int64,
    "reported_variant": pl.String,
    "rsid": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "build": pl.String,
    "allele_1": pl.String,
    "allele_2": pl.String,
    "target": pl.String,
    "effect_allele": pl.String,
    "other_allele": pl.String,
    "effect_size": pl.Float64,
    "standard_error": pl.Float64,
    "z_score": pl.Float64,
    "neg_log10_p": pl.Float64,
    "n_samples": pl.Int64,
    "effect_allele_frequency": pl.Float64,
    "aligned_effect_size": pl.Float64,
    "aligned_z_score": pl.Float64,
    "is_strand_ambiguous": pl.Boolean,
    "cis_trans": pl.String,
    "model": pl.String,
    "flags": pl.List(pl.String),
    "trait_name": pl.String,
    "reported_trait": pl.String,
    "n_cases": pl.Int64,
    "n_controls": pl.Int64,
    "unit": pl.String,
    "pubmed_id": pl.String,
    "publication_date": pl.String,
    "mapped_genes": pl.List(pl.String),
    "odds_ratio": pl.Float64,
    "other_models": pl.String,
}


def reported_variant_expression() -> pl.Expr:
    """Identity of a row's variant, free of allele order and strand.

    `GRCh37:10:100153915:A:G|rs123`; without place `rs123|A:G`; without alleles `GRCh37:10:100153915|rs123` or `rs123`.
    """
    place = pl.concat_str(["build", "chromosome", pl.col("position_bp").cast(pl.String)], separator=":")
    pair = pl.concat_str(["allele_1", "allele_2"], separator=":")
    with_pair = pl.coalesce(pl.concat_str([place, pair], separator=":"), place)
    placed = pl.concat_str([with_pair, pl.col("rsid")], separator="|")
    unplaced = pl.coalesce(pl.concat_str([pl.col("rsid"), pair], separator="|"), "rsid")
    return pl.when(place.is_not_null()).then(pl.coalesce(placed, with_pair)).otherwise(unplaced)


def variant_key_expression() -> pl.Expr:
    """Identity of a variant inside a study, by which duplicates are found.

    Place and alleles where both are known, so that rows of several rsids, or of one position with and without rsid,
    are one variant; else `reported_variant`.
    """
    is_whole = pl.col("chromosome").is_not_null() & pl.col("allele_1").is_not_null()
    bare = pl.col("reported_variant").str.extract(r"^([^|]+)", 1)
    return pl.when(is_whole).then(bare).otherwise(pl.col("reported_variant"))


def list_flags(rows: pl.DataFrame, flags: Mapping[str, pl.Expr]) -> pl.Series:
    """List, row by row, the flags whose claim holds, in the given order; a missing claim does not hold.

    Parameters
    ----------
    rows
        Any table.
    flags
        Flag to a claim on the table's columns; at most 62.
    """
    bits = [claim.fill_null(value=False).cast(pl.Int64) * 2**place for place, claim in enumerate(flags.values())]
    masks = rows.select(mask=pl.sum_horizontal(bits))
    known = masks["mask"].unique().to_list()  # few: the lists are made once per combination, not once per row
    lists = [[name for place, name in enumerate(flags) if mask >> place & 1] for mask in known]
    table = pl.DataFrame({"mask": known, "flags": lists}, schema={"mask": pl.Int64, "flags": pl.List(pl.String)})
    return masks.join(table, on="mask", how="left", maintain_order="left")["flags"]
