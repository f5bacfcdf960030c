"""From a file's cells to our fields: trimmed, missing codes removed, numbers read (formats.md, decision 3)."""

from __future__ import annotations

from typing import Final

import polars as pl

from loaders.format_choice import ColumnPlan

OWN_PREFIX: Final = "__"  # columns that the loader added to the file's: row numbers, filter reasons, flags
NUMBER_FIELDS: Final = (
    "effect_size", "standard_error", "z_score", "abs_z_score", "odds_ratio", "hazard_ratio", "ci_lower", "ci_upper",
    "n_samples", "n_cases", "n_controls", "effect_allele_frequency", "effect_allele_count", "n_alleles",
    "neg_log10_p", "signed_log_p", "position_bp",
)  # fmt: skip
TEXT_FIELDS: Final = (
    "rsid", "chromosome", "effect_allele", "other_allele", "reference_allele", "alternative_allele", "p_value",
    "cis_trans", "model", "cpg", "gene", "trait", "trait_name", "reported_trait", "unit", "pubmed_id",
    "publication_date", "molecular_trait", "risk_allele", "mapped_genes", "mapped_trait", "mapped_trait_uri",
    "p_value_text", "or_or_beta", "ci_text", "sample_text", "sign_from",
)  # fmt: skip


def read_fields(frame: pl.DataFrame, plan: ColumnPlan) -> pl.DataFrame:
    """Turn the columns of a file into our fields.

    Parameters
    ----------
    frame
        A batch of the file (for VCF: expanded), with the row numbers.
    plan
        Which column each field is read from.

    Returns
    -------
    DataFrame
        Every field of `TEXT_FIELDS` (text) and `NUMBER_FIELDS` (float64; NaN where a text is no number), null where
        missing or absent; `p_value` stays a float where the file holds floats; and what the loader added (`__...`).
    """
    columns = [pl.col(name) for name in frame.columns if name.startswith(OWN_PREFIX)]
    for field in (*TEXT_FIELDS, *NUMBER_FIELDS):
        source = plan.sources.get(field)
        is_number = field in NUMBER_FIELDS
        if source is None:
            columns.append(pl.lit(None, dtype=pl.Float64 if is_number else pl.String).alias(field))
        elif is_number or (field == "p_value" and frame.schema[source].is_numeric()):
            columns.append(number_expression(frame, source, plan).alias(field))
        else:
            columns.append(text_expression(frame, source, plan).alias(field))
    return frame.select(columns)


def text_expression(frame: pl.DataFrame, column: str, plan: ColumnPlan) -> pl.Expr:
    """Read a column as trimmed text, null where it holds a missing code."""
    text = pl.col(column)
    if frame.schema[column].is_float():
        is_whole = text.is_finite() & (text == text.floor())
        text = pl.when(is_whole).then(text.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(text.cast(pl.String))
    text = text.cast(pl.String).str.strip_chars()
    return pl.when(~text.is_in(plan.missing)).then(text)


def number_expression(frame: pl.DataFrame, column: str, plan: ColumnPlan) -> pl.Expr:
    """Read a column as float64: null where missing, NaN where a text is no number."""
    if frame.schema[column].is_numeric():
        return pl.col(column).cast(pl.Float64).fill_nan(None)
    text = text_expression(frame, column, plan)
    value = text.cast(pl.Float64, strict=False)
    return pl.when(text.is_not_null() & value.is_null()).then(float("nan")).otherwise(value)


def filter_reason_expression(plan: ColumnPlan) -> pl.Expr:
    """Name the reason for which a row filter leaves a row out; null for rows that stay."""
    reasons: list[pl.Expr] = []
    for entry in plan.filters:
        text = pl.col(entry.column).cast(pl.String).str.strip_chars()
        is_missing = text.is_null() | text.is_in(plan.missing)
        is_kept = text.is_in(entry.keeps) if entry.keeps else ~text.is_in(entry.rejects)
        stays = (is_kept.fill_null(value=False) & ~is_missing) | (pl.lit(entry.keeps_missing) & is_missing)
        stays = stays | (text.is_in(entry.keeps).fill_null(value=False))
        reasons.append(pl.when(~stays).then(pl.lit(entry.otherwise.name.lower())))
    return pl.coalesce(*reasons, pl.lit(None, dtype=pl.String))
