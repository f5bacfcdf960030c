"""p-values as minus log10, computed in log space so that none becomes 0."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, hyp2f1, log_ndtr, stdtr

SMALLEST_PLAIN = 1e-280
"""Tail of t from which the plain function is used; below it loses digits, then becomes 0."""


def neg_log10_two_sided(z: ArrayLike) -> NDArray[np.float64]:
    """Minus log10 of the two-sided normal p of `z` (any shape; NaN stays NaN)."""
    return _neg_log10(log_ndtr(-np.abs(np.asarray(z, dtype=np.float64))) + math.log(2.0))


def neg_log10_upper(z: ArrayLike) -> NDArray[np.float64]:
    """Minus log10 of the one-sided normal p that `z` is so large or larger (any shape; NaN stays NaN)."""
    return _neg_log10(log_ndtr(-np.asarray(z, dtype=np.float64)))


def neg_log10_two_sided_t(t: ArrayLike, degrees_of_freedom: float) -> NDArray[np.float64]:
    """Minus log10 of the two-sided p of Student's t (any shape; NaN stays NaN).

    Notes
    -----
    ``p = I_x(df/2, 1/2)`` with ``x = df / (df + t²)``; where p underflows, by
    ``log I_x(a, b) = a log x + b log(1 - x) - log a - log B(a, b) + log 2F1(a + b, 1; a + 1; x)``.

    References
    ----------
    NIST Digital Library of Mathematical Functions, equation 8.17.8 (https://dlmf.nist.gov/8.17).
    """
    t = np.abs(np.asarray(t, dtype=np.float64))
    with np.errstate(divide="ignore"):
        log_p = np.asarray(np.log(2.0 * np.asarray(stdtr(degrees_of_freedom, -t))))
    is_far = log_p < math.log(SMALLEST_PLAIN)
    if is_far.any():
        log_p = np.where(is_far, 0.0, log_p)
        log_p[is_far] = _log_far_tail(t[is_far], degrees_of_freedom)
    return _neg_log10(log_p)


def _log_far_tail(t: NDArray[np.float64], degrees_of_freedom: float) -> NDArray[np.float64]:
    """Log of the two-sided p by the series, for t far out."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        a, b = degrees_of_freedom / 2.0, 0.5
        x = degrees_of_freedom / (degrees_of_freedom + t * t)
        far = a * np.log(x) + b * np.log1p(-x) - math.log(a) - betaln(a, b) + np.log(hyp2f1(a + b, 1.0, a + 1.0, x))
    return np.asarray(far, dtype=np.float64)


def _neg_log10(log_p: ArrayLike) -> NDArray[np.float64]:
    """Minus log10 of exp(log_p), never below 0."""
    return np.maximum(-np.asarray(log_p, dtype=np.float64) / math.log(10.0), 0.0)
