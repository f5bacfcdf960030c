"""The likelihood of each SNP's model along log lambda, its maximum, and the statistics there."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from models.association.chebyshev import Window, find_maxima, series_value
from models.association.null_model import Profile, Rotated, profile

FloatArray = NDArray[np.float64]

LARGEST_R_SQUARED = 1.0 - 1e-14
NEGLIGIBLE = 1e-9


@dataclasses.dataclass(frozen=True, slots=True)
class NodeColumns:
    """What SNPs are multiplied with to give their sums at values of log lambda.

    Attributes
    ----------
    at
        The model without a SNP there.
    for_squares
        Diagonals of ``H^-1``, ``[n, K]``.
    for_values
        ``P y``, and after it, where the covariates matter, the whitened covariates, ``[n, K]`` or ``[n, K (1 + c)]``.
    has_covariates
        Whether it does: under a centred kinship the intercept's part is 0 for SNPs without their mean.
    base_ml, base_reml
        Log-likelihoods without the SNP's part, ``[K]``; the restricted one with the SNP's degree of freedom gone.
    """

    at: Profile
    for_squares: FloatArray
    for_values: FloatArray
    has_covariates: bool
    base_ml: FloatArray
    base_reml: FloatArray


@dataclasses.dataclass(frozen=True, slots=True)
class Sums:
    """Of each SNP at each value of lambda, ``[m, K]``: ``x'Px`` and the effect ``x'Py / x'Px``."""

    x_p_x: FloatArray
    effect: FloatArray

    def columns(self, chosen: slice) -> Sums:
        """Those at some values of lambda."""
        return Sums(self.x_p_x[:, chosen], self.effect[:, chosen])


@dataclasses.dataclass(frozen=True, slots=True)
class Peaks:
    """Maxima of the SNPs' likelihoods in a window, ``[m]`` each.

    `ml`, `reml` are log lambdas, `logl_ml`, `logl_reml` the values there; `x_p_x`, `effect` and `rest`, the ``y'P_x y``
    left with the SNP in the model, are those of the REML maximum; `is_at_low`, `is_at_high` say that either maximum
    stands at that end of the window.
    """

    ml: FloatArray
    logl_ml: FloatArray
    reml: FloatArray
    logl_reml: FloatArray
    x_p_x: FloatArray
    effect: FloatArray
    rest: FloatArray
    is_at_low: NDArray[np.bool_]
    is_at_high: NDArray[np.bool_]


def node_columns(rotated: Rotated, log_lambda: FloatArray) -> NodeColumns:
    """Everything that does not depend on the SNP, at the given values of log lambda, ``[K]``."""
    at = profile(rotated, log_lambda)
    n, c = rotated.covariates.shape
    # K W = 0 (W only the intercept, K centred): then W'H^-1 x = W'x = 0 for a SNP without its mean
    pull = np.abs(rotated.values[:, None] * rotated.covariates).max()
    has_covariates = bool(pull > NEGLIGIBLE * rotated.values.max() * np.sqrt(n))
    parts = [at.projected_y]
    if has_covariates:
        parts.append(at.whitened.transpose(1, 0, 2).reshape(-1, n))
    return NodeColumns(
        at,
        np.ascontiguousarray(at.weights.T),
        np.ascontiguousarray(np.concatenate(parts).T),
        has_covariates,
        at.logl_ml(),
        at.logl_reml(rotated.log_det_covariates, n - c - 1),
    )


def snp_sums(x: FloatArray, columns: NodeColumns) -> Sums:
    """Sums of rotated SNPs, ``[m, n]``, at each value of lambda of `columns`."""
    n_nodes = columns.for_squares.shape[1]
    x_p_x = (x * x) @ columns.for_squares
    products = x @ columns.for_values
    x_p_y = products[:, :n_nodes]
    if columns.has_covariates:
        for start in range(n_nodes, products.shape[1], n_nodes):
            part = products[:, start : start + n_nodes]
            x_p_x -= part * part
    return Sums(x_p_x, x_p_y / x_p_x)


def likelihoods(sums: Sums, columns: NodeColumns, squares: FloatArray, chosen: slice) -> tuple[FloatArray, FloatArray]:
    """Log-likelihood and restricted log-likelihood of each SNP's model, ``[m, K]`` each.

    ``y'P_x y = y'Py (1 - r²)`` with ``r² = (x'Py)² / (x'Px y'Py)``, and ``|(W,x)'H^-1(W,x)| = |W'H^-1W| x'Px``.
    """
    y_p_y, n = columns.at.y_p_y[chosen], columns.for_squares.shape[0]
    degrees = n - columns.at.whitened.shape[1] - 1
    log_rest = np.log1p(-r_squared(sums, y_p_y))
    ml = columns.base_ml[chosen] - (0.5 * n) * log_rest
    reml = columns.base_reml[chosen] - (0.5 * degrees) * log_rest - 0.5 * np.log(sums.x_p_x / squares[:, None])
    return ml, reml


def r_squared(sums: Sums, y_p_y: FloatArray) -> FloatArray:
    """Share of ``y'Py`` that each SNP explains, below 1."""
    return np.minimum(sums.effect * sums.effect * sums.x_p_x / y_p_y, LARGEST_R_SQUARED)


def find_peaks(window: Window, columns: NodeColumns, sums: Sums, squares: FloatArray, chosen: slice) -> Peaks:
    """Maxima of both likelihoods of each SNP within a window.

    Parameters
    ----------
    window
        The interval.
    columns, chosen
        The model without a SNP, and which of its values of lambda are the window's nodes.
    sums
        Of the SNPs there, ``[m, K]``.
    squares
        Sum of squares of each SNP, ``[m]``.
    """
    series = window.to_series.T
    ml, reml = likelihoods(sums, columns, squares, chosen)
    ml_series, reml_series = ml @ series, reml @ series
    at_ml, edge_ml = find_maxima(ml, ml_series)
    at_reml, edge_reml = find_maxima(reml, reml_series)
    # y'P_x y itself is interpolated: made from its parts it would lose its digits where a SNP explains nearly all
    y_p_y = columns.at.y_p_y[chosen]
    log_rest = np.log(y_p_y) + np.log1p(-r_squared(sums, y_p_y))
    middle, half = (window.low + window.high) / 2.0, window.half_width
    return Peaks(
        ml=_places(window, middle + half * at_ml, edge_ml),
        logl_ml=series_value(ml_series, at_ml),
        reml=_places(window, middle + half * at_reml, edge_reml),
        logl_reml=series_value(reml_series, at_reml),
        x_p_x=np.exp(series_value(np.log(sums.x_p_x) @ series, at_reml)),
        effect=series_value(sums.effect @ series, at_reml),
        rest=np.exp(series_value(log_rest @ series, at_reml)),
        is_at_low=(edge_ml < 0) | (edge_reml < 0),
        is_at_high=(edge_ml > 0) | (edge_reml > 0),
    )


def better_peaks(first: Peaks, second: Peaks) -> Peaks:
    """Of two windows, the higher maximum of each likelihood, SNP by SNP."""
    is_ml, is_reml = second.logl_ml > first.logl_ml, second.logl_reml > first.logl_reml
    picked = {
        field.name: np.where(
            is_ml if field.name in ("ml", "logl_ml") else is_reml,
            getattr(second, field.name),
            getattr(first, field.name),
        )
        for field in dataclasses.fields(Peaks)
    }
    return Peaks(**picked)


def _places(window: Window, log_lambda: FloatArray, edge: NDArray[np.int8]) -> FloatArray:
    """Log lambdas, the window's ends exactly."""
    return np.where(edge < 0, window.low, np.where(edge > 0, window.high, log_lambda))
