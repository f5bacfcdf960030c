"""The strength of an association: effect, standard error, z and -log10 p by decision 1 of the guide to formats."""

from __future__ import annotations

from typing import Final

import polars as pl

from loaders.significance import (
    NEG_LOG10_P_LOWER_BOUND,
    SMALLEST_NORMAL_P,
    abs_z_of_neg_log10_p,
    map_floats,
    neg_log10_expression,
    neg_log10_p_of_z,
    parse_p_expressions,
)

_LN10: Final = 2.302585092994046
_CI_WIDTH_IN_SE: Final = 2 * 1.959963984540054
_FLOOR_TOLERANCE: Final = 1.0001


def add_strength(fields: pl.DataFrame, p_floor: float | None = None) -> pl.DataFrame:
    """Work out effect, z and -log10 p of every row.

    Parameters
    ----------
    fields
        Rows with the fields of `loaders.cells`.
    p_floor
        Smallest p-value that the file's program writes.

    Returns
    -------
    DataFrame
        The rows with `effect_size` and `standard_error` on the log scale for ratios, `signed_z` (null where the row
        has no direction), `neg_log10_p` (null where it has no p), and the claims `is_bad_p`, `is_non_finite`,
        `is_p_from_z`, `is_z_from_p`, `is_p_lower_bound`.

    Notes
    -----
    A reported p in (0, 1] counts. p = 0, or at the program's floor, or too small for a float: p from z in log space.
    p = 0 without z: the lower bound 323, without sign. No usable standard error: |z| from p, sign of the effect.
    """
    rows = _add_effect(fields)
    rows = _add_reported_p(rows, p_floor)
    z = pl.coalesce(
        pl.when(pl.col("standard_error") > 0).then(pl.col("effect_size") / pl.col("standard_error")), pl.col("z_score")
    )
    rows = rows.with_columns(is_non_finite=pl.col("is_non_finite") | z.is_infinite().fill_null(value=False))
    rows = rows.with_columns(direct_z=pl.when(~pl.col("is_non_finite")).then(z))
    rows = rows.with_columns(p_of_z=map_floats(pl.col("direct_z"), neg_log10_p_of_z))
    takes_z = pl.col("is_p_unusable") & pl.col("direct_z").is_not_null()
    takes_bound = pl.col("is_p_zero") & pl.col("direct_z").is_null() & pl.col("reported_neg_log10_p").is_null()
    rows = rows.with_columns(
        neg_log10_p=pl.when(takes_z)
        .then(pl.col("p_of_z"))
        .when(takes_bound)
        .then(NEG_LOG10_P_LOWER_BOUND)
        .otherwise(pl.col("reported_neg_log10_p")),
        is_p_from_z=takes_z,
        is_p_lower_bound=takes_bound,
    )
    is_z_from_p = (
        pl.col("direct_z").is_null() & pl.col("effect_size").is_not_null() & pl.col("neg_log10_p").is_not_null()
        & ~pl.col("is_p_lower_bound") & ~pl.col("is_non_finite")
    )  # fmt: skip
    from_p = pl.col("effect_size").sign() * map_floats(pl.col("neg_log10_p"), abs_z_of_neg_log10_p)
    return rows.with_columns(
        is_z_from_p=is_z_from_p, signed_z=pl.when(is_z_from_p).then(from_p).otherwise(pl.col("direct_z"))
    )


def _add_effect(fields: pl.DataFrame) -> pl.DataFrame:
    """Take ratios to the log scale and a missing standard error from the confidence interval."""
    ratio = pl.coalesce("odds_ratio", "hazard_ratio")
    log_ratio = pl.when(ratio > 0).then(ratio.log())
    is_ratio = pl.col("effect_size").is_null()
    log_width = pl.when(is_ratio & (pl.col("ci_lower") > 0)).then(
        (pl.col("ci_upper").log() - pl.col("ci_lower").log()) / _CI_WIDTH_IN_SE
    )
    width = log_width.otherwise(pl.when(~is_ratio).then((pl.col("ci_upper") - pl.col("ci_lower")) / _CI_WIDTH_IN_SE))
    effects = ("effect_size", "standard_error", "z_score", "odds_ratio", "hazard_ratio")
    return fields.with_columns(
        is_non_finite=pl.any_horizontal(~pl.col(name).is_finite() for name in effects).fill_null(value=False),
        effect_size=pl.coalesce("effect_size", log_ratio),
        standard_error=pl.coalesce("standard_error", width),
    ).with_columns(pl.when(pl.col("standard_error") >= 0).then("standard_error").alias("standard_error"))


def _add_reported_p(rows: pl.DataFrame, p_floor: float | None) -> pl.DataFrame:
    """Read the reported p: its value, its -log10, and whether it is unusable (missing, 0, at a floor, denormal)."""
    is_text = rows.schema["p_value"] == pl.String
    if is_text:
        value, parsed = parse_p_expressions(pl.col("p_value"))
    else:
        value = pl.col("p_value")
        parsed = pl.when(value > 0).then(neg_log10_expression(value))
    signed = pl.col("signed_log_p")
    as_log = pl.coalesce(
        pl.when(pl.col("neg_log10_p").is_finite()).then(pl.col("neg_log10_p")),
        pl.when(signed.is_finite()).then(pl.when(signed < 0).then(-signed / _LN10).otherwise(signed)),
    )
    rows = rows.with_columns(p=value, parsed=parsed, as_log=as_log)
    is_floor = pl.lit(value=False) if p_floor is None else pl.col("p") <= p_floor * _FLOOR_TOLERANCE
    is_denormal = pl.lit(value=False) if is_text else pl.col("p") < SMALLEST_NORMAL_P
    log_given = pl.col("neg_log10_p").is_not_null() | signed.is_not_null()
    is_bad = (
        (pl.col("p_value").is_not_null() & (pl.col("p").is_null() | pl.col("p").is_nan()))
        | (pl.col("p") < 0) | (pl.col("p") > 1)
        | (pl.col("p_value").is_null() & log_given & (pl.col("as_log").is_null() | (pl.col("as_log") < 0)))
    )  # fmt: skip
    rows = rows.with_columns(
        is_bad_p=is_bad.fill_null(value=False),
        reported_neg_log10_p=pl.coalesce("parsed", "as_log"),
        is_p_zero=(pl.col("p_value").is_not_null() & pl.col("parsed").is_null()).fill_null(value=False),
        is_tiny=(is_floor | is_denormal).fill_null(value=False),
    )
    return rows.with_columns(is_p_unusable=pl.col("reported_neg_log10_p").is_null() | pl.col("is_tiny")).drop(
        "parsed", "as_log", "is_tiny"
    )
