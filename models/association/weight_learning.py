"""The weights of covariate bins under which most discoveries are expected: a linear programme over concave curves."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from models.association.grenander import ConcaveDistribution, fit_grenander

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_FLOOR_SHARE = 0.1
"""p-values below this share of Bonferroni's threshold count as equal while weights are learned."""


def learn_weights(p: FloatArray, bins: IntArray, n_bins: int, *, rate: float, variation: float) -> FloatArray:
    """Weigh bins so that weighted Benjamini-Hochberg is expected to discover most.

    With F_g Grenander's estimate in bin g, m_g its size and t_g its threshold:

        maximise Σ m_g F_g(t_g)  under  Σ m_g t_g ≤ rate · Σ m_g F_g(t_g),  Σ |t_g - t_(g-1)| ≤ variation · t̄

    and the weights are w_g = t_g / t̄ with t̄ = Σ m_g t_g / m.

    Parameters
    ----------
    p, bins
        p-values to learn from, at least one, and the bin of each, 0 to n_bins - 1 (n).
    n_bins
        Number of bins; those that are empty here take part with their neighbours' thresholds, at no cost.
    rate
        False discovery rate.
    variation
        Most that weights may differ from bin to bin, summed; infinity for no bound.

    Returns
    -------
    FloatArray
        Weight of each bin, of mean 1 over the hypotheses given; all 1 where `variation` is 0 or no threshold above 0
        keeps the rate (n_bins).

    References
    ----------
    Ignatiadis et al. 2016, Nat Methods 13:577, doi:10.1038/nmeth.3885, supplementary note on the convex relaxation
    and the penalty of ordered covariates.
    """
    uniform = np.ones(n_bins)
    sizes = np.bincount(bins, minlength=n_bins).astype(np.float64)
    unit = rate / p.size
    curves = [
        fit_grenander(p[bins == g], floor=_FLOOR_SHARE * unit) if sizes[g] else _diagonal() for g in range(n_bins)
    ]
    has_hope = any(curve.slopes[0] * rate > 1.0 for curve in curves)
    if variation <= 0.0 or not has_hope:
        return uniform
    thresholds = _solve(curves, sizes, unit, rate, variation)
    mean = float(thresholds @ sizes) / p.size
    return thresholds / mean if mean > 0.0 else uniform


def _solve(
    curves: Sequence[ConcaveDistribution], sizes: FloatArray, unit: float, rate: float, variation: float
) -> FloatArray:
    """Thresholds in units of Bonferroni's; columns are thresholds, heights, and differences of neighbours."""
    n_bins, share = len(curves), sizes / sizes.sum()
    rows = [_below_lines(curves, unit), _keeps_rate(share, unit, rate)]
    if np.isfinite(variation):
        rows.append(_varies_little(share, variation))
    matrix = np.concatenate([row for row, _ in rows])
    bound = np.concatenate([limit for _, limit in rows])
    cost = np.concatenate([np.zeros(n_bins), -share, np.zeros(n_bins - 1)])
    limits = [(0.0, 1.0 / unit)] * n_bins + [(0.0, None)] * (2 * n_bins - 1)
    found = linprog(cost, A_ub=matrix, b_ub=bound, bounds=limits, method="highs-ds")
    solution: FloatArray | None = found.x
    return np.zeros(n_bins) if solution is None else np.maximum(solution[:n_bins], 0.0)


def _below_lines(curves: Sequence[ConcaveDistribution], unit: float) -> tuple[FloatArray, FloatArray]:
    """Each height is at most every line of its curve."""
    n_bins = len(curves)
    bin_of = np.repeat(np.arange(n_bins), [curve.slopes.size for curve in curves])
    matrix = np.zeros((bin_of.size, 3 * n_bins - 1))
    at = np.arange(bin_of.size)
    matrix[at, bin_of] = -unit * np.concatenate([curve.slopes for curve in curves])
    matrix[at, n_bins + bin_of] = 1.0
    return matrix, np.concatenate([curve.intercepts for curve in curves])


def _keeps_rate(share: FloatArray, unit: float, rate: float) -> tuple[FloatArray, FloatArray]:
    """Expected false discoveries are at most the rate's share of all that is expected to be discovered."""
    n_bins = share.size
    return np.concatenate([share * unit / rate, -share, np.zeros(n_bins - 1)])[None, :], np.zeros(1)


def _varies_little(share: FloatArray, variation: float) -> tuple[FloatArray, FloatArray]:
    """The differences of neighbours add to at most `variation` mean thresholds."""
    n_bins = share.size
    step = np.diff(np.eye(n_bins), axis=0)
    nothing, differences = np.zeros((n_bins - 1, n_bins)), np.eye(n_bins - 1)
    total = np.concatenate([-variation * share, np.zeros(n_bins), np.ones(n_bins - 1)])[None, :]
    matrix = np.concatenate(
        [np.hstack([step, nothing, -differences]), np.hstack([-step, nothing, -differences]), total]
    )
    return matrix, np.zeros(len(matrix))


def _diagonal() -> ConcaveDistribution:
    return ConcaveDistribution(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
