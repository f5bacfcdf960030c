"""z and -log10 p in log space, so that neither underflows: p from z, z from p, and p-values read from text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri_exp

NEG_LOG10_P_LOWER_BOUND: Final = 323.0
SMALLEST_NORMAL_P: Final = 2.2250738585072014e-308
_EXACT_FROM: Final = 1e-300
_LN10: Final = float(np.log(10.0))
_LN2: Final = float(np.log(2.0))
_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?$"


def neg_log10_p_of_z(z_score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute -log10 of the two-sided normal p-value of z scores.

    Parameters
    ----------
    z_score
        Any shape; NaN gives NaN.

    Notes
    -----
    log p = ln 2 + log_ndtr(-|z|), accurate far beyond the smallest float (z = 200 gives 8,689).
    """
    tail = np.asarray(log_ndtr(-np.abs(z_score)), dtype=np.float64)
    return np.maximum(-(tail + _LN2) / _LN10, 0.0)


def abs_z_of_neg_log10_p(neg_log10_p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the |z| whose two-sided normal p-value is 10 to the minus `neg_log10_p`.

    Parameters
    ----------
    neg_log10_p
        Any shape, 0 or more; NaN gives NaN.

    Notes
    -----
    The inverse of `neg_log10_p_of_z`: `ndtri_exp(ln p - ln 2)`, never a quantile of 1 - p.
    """
    log_tail = -np.asarray(neg_log10_p, dtype=np.float64) * _LN10 - _LN2
    return np.abs(np.asarray(ndtri_exp(log_tail), dtype=np.float64))


def neg_log10_of(p_value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute -log10 of p-values; infinite for 0, NaN below."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(0.0 - np.log10(p_value), dtype=np.float64)


def map_floats(column: pl.Expr, function: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> pl.Expr:
    """Apply a numpy function to a float column; null stays null, and NaN becomes null."""

    def apply(values: pl.Series) -> pl.Series:
        array = values.cast(pl.Float64).to_numpy()
        return pl.Series(values.name, function(array), dtype=pl.Float64).fill_nan(None)

    return column.map_batches(apply, return_dtype=pl.Float64)


def neg_log10_expression(column: pl.Expr) -> pl.Expr:
    """Minus log10 of a float column, by numpy: polars divides logarithms and gives 0.9999999999999998 for 0.1."""
    return map_floats(column, neg_log10_of)


def parse_p_expressions(column: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Read p-values from text without underflow: `3.2E-412` has -log10 p = 411.49.

    Parameters
    ----------
    column
        Cleaned text; null stays null.

    Returns
    -------
    value, neg_log10_p
        The p-value as a float (0 where it underflows; null where the text is no number), and -log10 p, which is null
        for p = 0, for p < 0 and for text that is no number.
    """
    value = column.cast(pl.Float64, strict=False)
    mantissa = column.str.extract(_NUMBER, 1).cast(pl.Float64, strict=False)
    exponent = column.str.extract(_NUMBER, 2).cast(pl.Float64, strict=False).fill_null(0.0)
    in_parts = 0.0 - (mantissa.log(10.0) + exponent)
    neg_log10_p = (
        pl.when(value >= _EXACT_FROM)
        .then(neg_log10_expression(value))
        .when((value >= 0.0) & (mantissa > 0.0))
        .then(in_parts)
    )
    return value, neg_log10_p
