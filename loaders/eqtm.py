"""Rows of eQTM files (CpG - Gene), whose sign is that of the correlation coefficients (formats.md, decision 13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from loaders.cells import filter_reason_expression, read_fields
from loaders.evidence import EvidenceBatch
from loaders.evidence_table import list_flags
from loaders.format_choice import ColumnPlan
from loaders.manifest import StudySpec
from loaders.report import Refusal
from loaders.strength import add_strength
from loaders.tables import ROW_NUMBER
from loaders.targets import cpg_expression, gene_expression

EQTM_SCHEMA: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "row_number": pl.Int64,
    "cpg": pl.String,
    "gene": pl.String,
    "z_score": pl.Float64,
    "abs_z_score": pl.Float64,
    "neg_log10_p": pl.Float64,
    "n_samples": pl.Int64,
    "model": pl.String,
    "flags": pl.List(pl.String),
}


def normalise_eqtm(frame: pl.DataFrame, plan: ColumnPlan, spec: StudySpec) -> EvidenceBatch:
    """Normalise a batch of eQTM rows.

    Parameters
    ----------
    frame
        A batch of the file, with its row numbers.
    plan
        How the file is read.
    spec
        The study.

    Notes
    -----
    With `sign_from` the sign of z is that of the mean of its `;`-joined numbers, for |abs_z_score|; a `z_score`
    column is taken as it is; with neither the row has no sign.
    """
    rows = read_fields(frame.with_columns(__filter_reason=filter_reason_expression(plan)), plan)
    sign = mean_sign_expression(pl.col("sign_from"))
    rows = rows.with_columns(
        z_score=pl.when(pl.col("abs_z_score").is_not_null()).then(pl.col("abs_z_score").abs()).otherwise("z_score"),
        has_own_sign=pl.col("abs_z_score").is_null() & pl.col("z_score").is_not_null(),
        mean_sign=sign,
        cpg=cpg_expression(pl.col("cpg")),
        gene=gene_expression(pl.col("gene")),
        model=pl.coalesce("model", pl.lit(spec.model or plan.format.model)),
    )
    rows = add_strength(rows, plan.format.p_floor).with_columns(
        row_number=ROW_NUMBER, abs_z_score=pl.col("z_score").abs()
    )
    signed = (
        pl.when(pl.col("has_own_sign")).then(pl.col("z_score")).otherwise(pl.col("abs_z_score") * pl.col("mean_sign"))
    )
    rows = rows.with_columns(z_score=signed, reason=_reason_expression())
    flags = {
        "p_from_z": pl.col("is_p_from_z"),
        "p_lower_bound": pl.col("is_p_lower_bound"),
        "sign_dropped": pl.col("abs_z_score").is_not_null() & pl.col("z_score").is_null(),
    }
    own_n = pl.when(pl.col("n_samples") >= 1).then(pl.col("n_samples")).cast(pl.Int64, strict=False)
    rows = rows.with_columns(
        n_samples=pl.coalesce(own_n, pl.lit(spec.n, dtype=pl.Int64)), flags=list_flags(rows, flags)
    )
    kept = rows.filter(pl.col("reason").is_null())
    left_out = rows.filter(pl.col("reason").is_not_null()).select("reason", "row_number")
    return EvidenceBatch(kept.select(pl.col(name).cast(dtype) for name, dtype in EQTM_SCHEMA.items()), left_out)


def mean_sign_expression(column: pl.Expr) -> pl.Expr:
    """Sign (1.0 or -1.0) of the mean of `;`-joined numbers such as `0.73;-;0.71`; null where it is 0 or has none."""
    values = column.str.split(";").list.eval(pl.element().str.strip_chars().cast(pl.Float64, strict=False))
    mean = values.list.mean()
    return pl.when(mean != 0).then(mean.sign())


def _reason_expression() -> pl.Expr:
    cases = [
        (pl.col("cpg").is_null() | pl.col("gene").is_null(), Refusal.MISSING_TARGET),
        (pl.col("is_bad_p"), Refusal.BAD_P),
        (pl.col("is_non_finite"), Refusal.NON_FINITE_Z),
        (pl.col("neg_log10_p").is_null(), Refusal.MISSING_P),
    ]
    named = [pl.when(condition).then(pl.lit(reason.name.lower())) for condition, reason in cases]
    return pl.coalesce("__filter_reason", *named)
