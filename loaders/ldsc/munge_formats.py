"""Rows of a GWAS file of one of the loaders' formats, as `munge_filters` wants them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders.cells import filter_reason_expression, number_expression, read_fields
from loaders.format_choice import ColumnPlan
from loaders.ldsc.munge_columns import MungePlan
from loaders.ldsc.munge_ledger import Loss, MungeLedger
from loaders.strength import add_strength
from loaders.tables import TableHeader, read_batches
from loaders.variant_columns import add_alleles, add_place
from loaders.vcf import expand_sample

_REASONS: Final = {"other_test": Loss.OTHER_TEST, "test_failed": Loss.TEST_FAILED}


def read_format_rows(
    header: TableHeader, plan: MungePlan, format_plan: ColumnPlan, ledger: MungeLedger
) -> Iterator[pl.DataFrame]:
    """Stream the rows of a file of a format of `loaders.formats`.

    Parameters
    ----------
    header
        Of the file.
    plan
        Which further columns are read.
    format_plan
        How the format is read.
    ledger
        Where the rows read and those that the format itself leaves out are booked.

    Yields
    ------
    DataFrame
        As of `read_plain_rows`, with neg_log10_p (from z where p is 0), and chromosome and position where known.
    """
    for batch in read_batches(header, plan.read):
        ledger.read(batch.n_rows)
        ledger.lose(Loss.RAGGED_ROW, len(batch.ragged_rows))
        frame = batch.frame
        reasons = frame.select(reason=filter_reason_expression(format_plan))["reason"]
        for reason, n_rows in reasons.drop_nulls().value_counts().iter_rows():
            ledger.lose(_REASONS.get(reason, Loss.FILTERED), n_rows)
        frame = frame.filter(reasons.is_null())
        if frame.height:
            yield _to_rows(frame, plan, format_plan)


def _to_rows(frame: pl.DataFrame, munge: MungePlan, plan: ColumnPlan) -> pl.DataFrame:
    if plan.sample_column is not None:
        keys = [key for key in plan.sources.values() if key not in frame.columns]
        frame = expand_sample(frame, plan.sample_column, keys)
    own = {f"info_{place}": column for place, column in enumerate(munge.info)} | dict(munge.columns)
    extra = frame.select(number_expression(frame, column, plan).alias(f"__{field}") for field, column in own.items())
    fields = read_fields(pl.concat([frame, extra], how="horizontal"), plan)
    rows = add_strength(add_alleles(add_place(fields, plan), plan), plan.format.p_floor)
    n_alleles = pl.coalesce("n_alleles", 2.0 * pl.col("n_samples"))
    columns = {
        "snp": pl.col("rsid"),
        "a1": pl.col("effect_allele"),
        "a2": pl.col("other_allele"),
        "effect": pl.coalesce("effect_size", "z_score"),
        "neg_log10_p": pl.when(~pl.col("is_bad_p") & ~pl.col("is_p_lower_bound")).then(pl.col("neg_log10_p")),
        "is_from_effect": pl.col("is_p_from_z"),
        "has_bad_p": pl.col("is_bad_p") | pl.col("is_p_lower_bound"),
        "is_unreadable": pl.col("is_non_finite"),
        "chromosome": pl.col("chromosome"),
        "position": pl.col("position_bp"),
    }
    optional = {
        "n": pl.col("n_samples"),
        "n_cases": pl.col("n_cases"),
        "n_controls": pl.col("n_controls"),
        "frequency": pl.coalesce("effect_allele_frequency", pl.col("effect_allele_count") / n_alleles),
    }
    columns |= {name: value for name, value in optional.items() if _has(name, plan)}
    columns |= {field: pl.col(f"__{field}") for field in own}
    return rows.select(value.alias(name) for name, value in columns.items())


def _has(field: str, plan: ColumnPlan) -> bool:
    """Whether the file says it; N in cases and controls only where it has no N of its own."""
    has_n = "n_samples" in plan.sources
    if field == "n":
        return has_n
    if field == "frequency":
        return "effect_allele_frequency" in plan.sources or ("effect_allele_count" in plan.sources and has_n)
    return field in plan.sources and not has_n
