"""Place and alleles of a row's variant, from their own columns or from an id that states them."""

from __future__ import annotations

from typing import Final

import polars as pl

from loaders.alleles import (
    canonical_pair_expressions,
    clean_allele_expression,
    is_allele_expression,
    is_indel_expression,
    is_palindromic_expression,
)
from loaders.builds import chromosome_expression, chromosome_length_expression, pseudo_autosomal_expression
from loaders.format_choice import ColumnPlan
from loaders.variants import parse_variant_ids

_NO_ALLELE: Final = ("0", "N", "?")


def add_place(fields: pl.DataFrame, plan: ColumnPlan) -> pl.DataFrame:
    """Add chromosome, position and build: from their columns, else from an id that is a position."""
    rows = pl.concat([fields.drop("rsid"), parse_variant_ids(fields, "rsid")], how="horizontal")
    bare = pl.when(pl.col("chromosome").is_in(["0", "0.0"])).then(None).otherwise(pl.col("chromosome"))
    position = pl.col("position_bp")
    is_whole = position.is_finite() & (position == position.floor()) & (position > 0)
    rows = rows.with_columns(
        raw_chromosome=bare,
        is_pseudo_autosomal=pseudo_autosomal_expression(bare),
        column_chromosome=chromosome_expression(bare),
        column_position=pl.when(is_whole).then(position).cast(pl.Int64, strict=False),
        is_bad_position=(~is_whole & (position != 0)).fill_null(value=False),
    )
    has_columns = pl.col("column_chromosome").is_not_null() & pl.col("column_position").is_not_null()
    id_build = pl.coalesce("id_build", pl.lit(plan.build_of_ids, dtype=pl.String))
    rows = rows.with_columns(
        is_place_from_id=~has_columns & pl.col("id_position_bp").is_not_null() & pl.col("id_chromosome").is_not_null(),
        chromosome=pl.when(has_columns).then(pl.col("column_chromosome")).otherwise(pl.col("id_chromosome")),
        position_bp=pl.when(has_columns).then(pl.col("column_position")).otherwise(pl.col("id_position_bp")),
        build=pl.when(has_columns | pl.col("id_position_bp").is_null())
        .then(pl.lit(plan.build, dtype=pl.String))
        .otherwise(id_build),
    )
    length = chromosome_length_expression(pl.col("chromosome"), pl.col("build"))
    rows = rows.with_columns(
        is_bad_position=pl.col("is_bad_position") | (pl.col("position_bp") > length).fill_null(value=False),
        has_unplaced_position=pl.col("position_bp").is_not_null() & pl.col("build").is_null(),
    )
    is_placed = pl.col("chromosome").is_not_null() & pl.col("position_bp").is_not_null() & pl.col("build").is_not_null()
    return rows.with_columns(
        is_placed=is_placed,
        chromosome=pl.when(is_placed).then(pl.col("chromosome")),
        position_bp=pl.when(is_placed).then(pl.col("position_bp")),
    )


def add_alleles(rows: pl.DataFrame, plan: ColumnPlan) -> pl.DataFrame:
    """Add effect and other allele, the canonical pair, and what is wrong with them."""
    rows = rows.with_columns(
        _allele("effect_allele"), _allele("other_allele"), _allele("reference_allele"), _allele("alternative_allele")
    )
    effect, other = pl.col("effect_allele"), pl.col("other_allele")
    if plan.format.id_effect_is_second:
        rows = rows.with_columns(
            effect_allele=pl.coalesce("effect_allele", "id_allele_2"),
            other_allele=pl.coalesce("other_allele", "id_allele_1"),
        )
    reference, alternative = pl.col("reference_allele"), pl.col("alternative_allele")
    of_pair = pl.when(effect == alternative).then(reference).when(effect == reference).then(alternative)
    rows = rows.with_columns(other_allele=pl.coalesce(other, of_pair))
    rows = rows.with_columns(  # R is the reference beside an insertion or deletion
        effect_allele=pl.when(effect == "R").then(_opposite(other)).otherwise(effect),
        other_allele=pl.when(other == "R").then(_opposite(effect)).otherwise(other),
    )
    first, second = canonical_pair_expressions(effect, other)
    return rows.with_columns(
        is_multi_allelic=(effect.str.contains(",") | other.str.contains(",")).fill_null(value=False),
        is_bad_allele=(~is_allele_expression(effect)).fill_null(value=False)
        | (~is_allele_expression(other)).fill_null(value=False),
        has_identical_alleles=(effect == other).fill_null(value=False),
        is_strand_ambiguous=is_palindromic_expression(effect, other),
        is_indel=is_indel_expression(effect, other).fill_null(value=False),
        allele_1=first,
        allele_2=second,
    )


def _allele(name: str) -> pl.Expr:
    text = clean_allele_expression(pl.col(name))
    return pl.when(~text.is_in(_NO_ALLELE)).then(text).alias(name)


def _opposite(code: pl.Expr) -> pl.Expr:
    return pl.when(code == "I").then(pl.lit("D")).when(code == "D").then(pl.lit("I"))
