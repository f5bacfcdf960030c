"""p-values in log space: thresholds, z and text, none of which underflows."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri_exp

PLAIN_BELOW = 3.0
"""p-values with a smaller minus log10 are written as plain decimals (0.0123), the others as 3.2E-412."""

SIGNIFICANT_DIGITS = 6


def bonferroni_neg_log10(alpha: float, n_tests: int) -> float:
    """Minus log10 of ``alpha / n_tests``; a test passes when its minus log10 p is larger.

    Parameters
    ----------
    alpha
        Family-wise error rate, above 0 and at most 1.
    n_tests
        Number of tests, at least 1, fixed before any p-value is looked at.

    Raises
    ------
    ValueError
        For an impossible `alpha` or `n_tests`.
    """
    if not 0.0 < alpha <= 1.0:
        raise ValueError(f"alpha must lie above 0 and at most at 1, not at {alpha}")
    if n_tests < 1:
        raise ValueError(f"a Bonferroni threshold needs at least one test, not {n_tests}")
    return math.log10(n_tests) - math.log10(alpha)


def abs_z_score(neg_log10_p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Absolute z of two-sided p-values, right far below the smallest float.

    Parameters
    ----------
    neg_log10_p
        Minus log10 of each p-value, 0 or more (any shape).

    Returns
    -------
    NDArray[np.float64]
        ``|z|`` with ``2 * (1 - Phi(|z|)) = p``, same shape; never negative.
    """
    log_tail = -np.asarray(neg_log10_p, dtype=np.float64) * math.log(10.0) - math.log(2.0)
    return np.maximum(-np.asarray(ndtri_exp(log_tail), dtype=np.float64), 0.0)


def render_p_value(neg_log10_p: float, *, is_bound: bool = False) -> str:
    """Write a p-value as text that never underflows.

    Parameters
    ----------
    neg_log10_p
        Minus log10 of the p-value, 0 or more.
    is_bound
        True when the p-value is only known to be smaller than this.

    Returns
    -------
    str
        For example ``0.0123``, ``3.2E-412`` or ``<1E-323``; at most six significant digits.

    Raises
    ------
    ValueError
        When `neg_log10_p` is negative or not finite.
    """
    if not math.isfinite(neg_log10_p) or neg_log10_p < 0.0:
        raise ValueError(f"minus log10 of a p-value is a finite number of at least 0, not {neg_log10_p}")
    sign = "<" if is_bound else ""
    if neg_log10_p < PLAIN_BELOW:
        return f"{sign}{10.0**-neg_log10_p:.{SIGNIFICANT_DIGITS}g}"
    exponent = math.floor(-neg_log10_p)
    mantissa = float(f"{10.0 ** (-neg_log10_p - exponent):.{SIGNIFICANT_DIGITS}g}")
    if mantissa >= 10.0:
        mantissa, exponent = mantissa / 10.0, exponent + 1
    return f"{sign}{mantissa:g}E{exponent}"
