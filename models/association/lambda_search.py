"""Where each SNP's maximum is looked for: a window of log lambda, and how the rest of the range is watched."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.association.chebyshev import Window, make_window, series_value
from models.association.null_model import HIGHEST_LOG_LAMBDA, LOWEST_LOG_LAMBDA, NullModel, Rotated, wide_windows
from models.association.snp_likelihood import node_columns

FloatArray = NDArray[np.float64]

HALF_WINDOW: Final = math.log(60.0)
"""Least reach of the window to either side of the null model's maximum, where the range goes as far."""

LEAST_DROP: Final = 6.0
"""The window reaches on until the log-likelihood without a SNP has fallen so far."""

MARGIN: Final = 0.5
"""By how much a SNP's log-likelihood may rise between two watched points above what they say."""

WATCH_SPACING: Final = 1.5
POINTS_A_WINDOW: Final = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Curve:
    """The log-likelihoods without the SNP's part over the whole range, ``[P]`` each, log lambda ascending."""

    log_lambda: FloatArray
    ml: FloatArray
    reml: FloatArray


@dataclasses.dataclass(frozen=True, slots=True)
class FarSegments:
    """The range outside the window, cut at watched points.

    Attributes
    ----------
    points
        Log lambdas that are watched, ``[B]``, ascending, the window's ends among them.
    left, right
        Ends of each segment, as numbers of `points`, ``[S]``.
    highest_ml, highest_reml
        Largest log-likelihood of the null curve in each segment, ``[S]``.
    """

    points: FloatArray
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    highest_ml: FloatArray
    highest_reml: FloatArray


def null_curve(rotated: Rotated) -> Curve:
    """The likelihoods without the SNP's part on a fine grid over the whole range of lambda."""
    places, ml, reml = [], [], []
    position = np.linspace(-1.0, 1.0, POINTS_A_WINDOW)
    for window in wide_windows():
        columns = node_columns(rotated, window.nodes)
        places.append((window.low + window.high) / 2.0 + window.half_width * position)
        ml.append(series_value(window.to_series @ columns.base_ml, position))
        reml.append(series_value(window.to_series @ columns.base_reml, position))
    return Curve(np.concatenate(places), np.concatenate(ml), np.concatenate(reml))


def choose_window(curve: Curve, null: NullModel, n_nodes: int) -> Window:
    """The window around the null model's maxima; `n_nodes` for each two of `HALF_WINDOW`, more where it is wider."""
    has_dropped = (curve.ml < curve.ml.max() - LEAST_DROP) & (curve.reml < curve.reml.max() - LEAST_DROP)
    middle = null.log_lambda_reml
    below = curve.log_lambda[has_dropped & (curve.log_lambda <= middle - HALF_WINDOW)]
    above = curve.log_lambda[has_dropped & (curve.log_lambda >= middle + HALF_WINDOW)]
    low = float(below[-1]) if below.size else LOWEST_LOG_LAMBDA
    high = float(above[0]) if above.size else HIGHEST_LOG_LAMBDA
    count = math.ceil(n_nodes * max(1.0, (high - low) / (2.0 * HALF_WINDOW)))
    return make_window(low, high, count)


def cut_far_segments(curve: Curve, window: Window) -> FarSegments:
    """Cut what lies outside the window into segments."""
    below = _cuts(LOWEST_LOG_LAMBDA, window.low)
    points = np.concatenate((below, _cuts(window.high, HIGHEST_LOG_LAMBDA)))
    left = np.array([at for at in range(points.size - 1) if at != below.size - 1], np.int64)
    highest = [_highest(curve.log_lambda, values, points) for values in (curve.ml, curve.reml)]
    return FarSegments(points, left, left + 1, highest[0][left], highest[1][left])


def may_be_higher(segments: FarSegments, gain: FloatArray, highest: FloatArray, peak: FloatArray) -> NDArray[np.bool_]:
    """SNPs whose likelihood may be higher in a segment than at the peak found, ``[m]``.

    Parameters
    ----------
    segments
        From `cut_far_segments`.
    gain
        What each SNP adds to the null curve at the watched points, ``[m, B]``; smooth, so that between two points it is
        at most `MARGIN` above the higher of them.
    highest
        `FarSegments.highest_ml` or `highest_reml`.
    peak
        Log-likelihood at each SNP's peak in the window, ``[m]``.
    """
    if not segments.left.size:
        return np.zeros(peak.size, np.bool_)
    between = np.maximum(gain[:, segments.left], gain[:, segments.right])
    return np.asarray((between + highest).max(axis=1) + MARGIN > peak)


def _highest(places: FloatArray, values: FloatArray, points: FloatArray) -> FloatArray:
    """Largest value of a curve between each two neighbouring points, their own values among them."""
    ends = np.interp(points, places, values)
    found = np.maximum(ends[:-1], ends[1:])
    for at in range(found.size):
        inside = values[(places > points[at]) & (places < points[at + 1])]
        found[at] = max(found[at], inside.max(initial=-np.inf))
    return found


def _cuts(low: float, high: float) -> FloatArray:
    """Points from low to high, about `WATCH_SPACING` apart; one where they are the same."""
    if high <= low:
        return np.array([low])
    return np.linspace(low, high, 1 + math.ceil((high - low) / WATCH_SPACING))
